/**
 * Messages between the caller and its workers: they build their shares on request, and answer each request once. Once
 * they run they take orders through shared memory (control.ts).
 *
 * @module
 */
import type { AppliedRule } from "../catalogue.js";
import type { NetworkDescription } from "../description.js";
import type { NetworkPlan } from "../network.js";
import type { ShareViews } from "../network-share.js";
import type { Partition } from "../partition.js";
import type { ProjectionExtent, WeightSummary } from "../projection-extent.js";
import type { Failure } from "./control.js";
import type { ExchangeLayout } from "./exchange.js";

/** Caller → worker. */
export type Request =
  /** The first request: whose share. */
  | { kind: "take"; plan: NetworkPlan; partition: Partition }
  | { kind: "summarize" }
  | { kind: "build"; rules: readonly (readonly AppliedRule[])[] }
  | ({ kind: "start" } & StartOptions)
  /** After the order to listen: see NetworkShare.setStimuli. */
  | {
      kind: "setStimuli";
      description: NetworkDescription;
      ports: ReadonlyMap<number, number>;
      step: number;
    };

/** What is known once all shares are built. */
export interface StartOptions {
  readonly extents: readonly ProjectionExtent[];
  readonly epoch: number;
  readonly mayShareWeights: boolean;
  readonly shared: SharedArrayBuffer;
  readonly layout: ExchangeLayout;
}

/** Worker → caller. */
export type Reply =
  | { kind: "taken" }
  | { kind: "summarized"; weights: readonly WeightSummary[] }
  | { kind: "built"; extents: readonly ProjectionExtent[] }
  /** From now on the worker takes orders. */
  | { kind: "started"; views: ShareViews }
  | { kind: "stimuliSet" }
  | { kind: "failed"; failure: Failure };

/** A worker as the caller sees it, in Node or in a browser. */
export interface WorkerHandle {
  post(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  /** The worker ended by itself or could not be started. */
  onDeath(listener: (reason: string) => void): void;
  /** From now on the worker does not keep the process alive. */
  release(): void;
  end(): Promise<void>;
}
