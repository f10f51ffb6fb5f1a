/**
 * The caller's side of a network on several threads: it is thread 0 itself, and starts, orders and ends the others.
 *
 * @module
 */

import { spawnWorker } from "#spawn-worker";
import { internalError, WbeError } from "../../core/errors.js";
import type { AppliedRule } from "../catalogue.js";
import type { NetworkDescription } from "../description.js";
import { type NetworkPlan, takeNetworkShare } from "../network.js";
import type { NetworkShare, ShareViews } from "../network-share.js";
import { shareOf } from "../partition.js";
import type { ProjectionExtent, WeightSummary } from "../projection-extent.js";
import type { Reply, Request, StartOptions, WorkerHandle } from "./base.js";
import { Control, type Failure, operations } from "./control.js";
import { layOutExchange, ThreadExchange } from "./exchange.js";
import { describeFailure } from "./worker.js";

/** Longest time that a caller waits who cannot turn the event loop, ms: a worker that has died meanwhile says nothing. */
const longestWait = 60_000;

export class Peers {
  private readonly workers: readonly WorkerLink[];
  private control: Control | undefined;
  private exchange_: ThreadExchange | undefined;
  /** Why there are no workers any more. */
  private ended: WbeError | undefined;

  /** Starts threads 1 … threads−1; they load while the caller compiles. */
  constructor(readonly threads: number) {
    this.workers = Array.from(
      { length: threads - 1 },
      (_, k) => new WorkerLink(spawnWorker(), `thread ${k + 2} of ${threads}`),
    );
    for (const worker of this.workers) worker.whenDead = (error) => this.giveUp(error);
  }

  get exchange(): ThreadExchange {
    return this.exchange_!;
  }

  /** Every worker gets its share of the network. */
  async take(plan: NetworkPlan): Promise<void> {
    await this.askAll("taken", (index) => {
      const partition = { index, count: this.threads };
      return { kind: "take", plan: takeNetworkShare(plan, partition), partition };
    });
  }

  /** Of each worker, the weights of all projections onto its neurons. */
  async summarizeWeights(): Promise<(readonly WeightSummary[])[]> {
    return (await this.askAll("summarized", () => ({ kind: "summarize" }))).map(({ weights }) => weights);
  }

  /** Every worker builds its share; the extents of each. */
  async build(rules: readonly (readonly AppliedRule[])[]): Promise<(readonly ProjectionExtent[])[]> {
    return (await this.askAll("built", () => ({ kind: "build", rules }))).map(({ extents }) => extents);
  }

  /** Lays out the exchange and has every worker lay out its share, while the caller does the same with its own. */
  async start(
    plan: NetworkPlan,
    options: Omit<StartOptions, "shared" | "layout">,
    assemble: () => Promise<NetworkShare>,
  ): Promise<{ share: NetworkShare; views: ShareViews[] }> {
    const shares = Array.from({ length: this.threads }, (_, index) =>
      plan.populations.map(({ size }) => {
        const { from, to } = shareOf(size, { index, count: this.threads });
        return to - from;
      }),
    );
    const sendsPotentials = plan.populations.map((_, k) =>
      plan.projections.some(({ from, to, port }) => {
        return from === k && plan.populations[to]!.ports[port]!.synapse.electrical === true;
      }),
    );
    const hasExactTimes = plan.populations.map((population) => population.hasExactTimes);
    const layout = layOutExchange(shares, sendsPotentials, hasExactTimes, options.epoch);
    const shared = new SharedArrayBuffer(layout.bytes);
    const others = this.askAll("started", () => ({ kind: "start", shared, layout, ...options }));
    // If the caller's own share fails, nobody waits for the others any more.
    others.catch(() => undefined);
    const share = await assemble();
    const views = [share.views(), ...(await others).map((reply) => reply.views)];
    this.control = new Control(shared, this.threads, 0);
    this.exchange_ = new ThreadExchange(shared, layout, this.control, { index: 0, count: this.threads }, share);
    for (const worker of this.workers) worker.release();
    return { share, views };
  }

  /** Sends all workers from step `first` to `end`; the caller must go the same way. @param hasChanged their memory was written to. @throws WbeError when they are gone. */
  run(first: number, end: number, hasChanged: boolean): void {
    this.requireAlive();
    this.exchange.restart();
    this.control!.order({ operation: hasChanged ? operations.wakeAndRun : operations.run, first, end });
  }

  /** Brings plastic weights of all workers up to date; see NetworkShare.flush. Waits for them. */
  flush(now: number, projection?: number): void {
    this.requireAlive();
    this.control!.order({ operation: operations.flush, first: now, end: projection ?? operations.flushAll });
    this.awaitRest();
  }

  /** Other stimuli for all workers; see NetworkShare.setStimuli. */
  async setStimuli(description: NetworkDescription, ports: ReadonlyMap<number, number>, step: number): Promise<void> {
    this.requireAlive();
    this.control!.order({ operation: operations.listen, first: 0, end: 0 });
    // Resting workers do not keep the process alive, but somebody waits for these.
    const alive = setInterval(() => undefined, 1000);
    try {
      await this.askAll("stimuliSet", () => ({ kind: "setStimuli", description, ports, step }));
    } finally {
      clearInterval(alive);
    }
    this.awaitRest();
  }

  /** Waits for the workers to rest, without a turn of the event loop. @throws as allRest; LIMIT when they do not answer. */
  awaitRest(): void {
    const end = performance.now() + longestWait;
    while (!this.allRest(1000)) this.checkTime(end);
  }

  /** Whether all threads have given their spikes of the epoch; waits up to `patience` ms. @throws WbeError when one failed. */
  isComplete(patience: number): boolean {
    this.requireAlive();
    return this.exchange.isComplete(patience);
  }

  /** Waits for the spikes of all threads, without a turn of the event loop. */
  awaitExchange(): void {
    const end = performance.now() + longestWait;
    while (!this.isComplete(1000)) this.checkTime(end);
  }

  private checkTime(end: number): void {
    if (performance.now() < end) return;
    this.giveUp(new WbeError("LIMIT", `the other threads have not answered for ${longestWait / 1000} s`));
    this.requireAlive();
  }

  /**
   * Whether all workers rest; waits up to `patience` ms.
   *
   * @throws WbeError of a worker that failed meanwhile.
   */
  allRest(patience: number): boolean {
    this.requireAlive();
    if (!this.control!.allRest(patience)) return false;
    const failure = this.control!.failure();
    if (failure) throw revive(failure);
    return true;
  }

  /** The caller's share failed: the workers leave their barriers. */
  fail(error: unknown): void {
    this.control!.fail(describeFailure(error));
  }

  /** Ends all workers, for good. */
  async dispose(): Promise<void> {
    this.ended ??= new WbeError("ARGUMENT", "the engine has been disposed");
    await Promise.all(this.workers.map((worker) => worker.end()));
  }

  private giveUp(error: WbeError): void {
    if (this.ended) return;
    this.ended = error;
    void this.dispose();
  }

  /** @throws WbeError of the thread that has ended, or when the engine was disposed. */
  requireAlive(): void {
    if (this.ended) throw this.ended;
  }

  /** The same kind of request to every worker; the error of the first that failed. */
  private async askAll<K extends Reply["kind"]>(
    kind: K,
    request: (index: number) => Request,
  ): Promise<Extract<Reply, { kind: K }>[]> {
    return Promise.all(this.workers.map((worker, k) => worker.ask(kind, request(k + 1))));
  }
}

function revive({ code, message, where, remedy }: Failure): WbeError {
  const error = new WbeError(code, message, { where, remedy });
  error.message = message; // the text of the original holds place and remedy already
  return error;
}

/** One worker, one request at a time. */
class WorkerLink {
  private waiting: { resolve(reply: Reply): void; reject(error: WbeError): void } | undefined;
  private dead: WbeError | undefined;
  private isEnding = false;
  whenDead: ((error: WbeError) => void) | undefined;

  constructor(
    private readonly handle: WorkerHandle,
    name: string,
  ) {
    handle.onReply((reply) => {
      const { waiting } = this;
      this.waiting = undefined;
      waiting?.resolve(reply);
    });
    handle.onDeath((reason) => {
      if (this.dead || this.isEnding) return;
      this.dead = new WbeError("LIMIT", `${name} ended: ${reason}`, {
        remedy: "Out of memory? Build the network again, from its last checkpoint if it has one, on other threads.",
      });
      this.waiting?.reject(this.dead);
      this.waiting = undefined;
      this.whenDead?.(this.dead);
    });
  }

  async ask<K extends Reply["kind"]>(kind: K, request: Request): Promise<Extract<Reply, { kind: K }>> {
    if (this.dead) throw this.dead;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.handle.post(request);
    });
    if (reply.kind === "failed") throw revive(reply.failure);
    if (reply.kind !== kind) throw internalError(`a worker answered ${reply.kind} to ${request.kind}`);
    return reply as Extract<Reply, { kind: K }>;
  }

  release(): void {
    this.handle.release();
  }

  end(): Promise<void> {
    this.isEnding = true;
    return this.handle.end();
  }
}
