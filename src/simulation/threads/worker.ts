/**
 * A worker: builds its share of a network, then carries out the caller's orders until the last.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { type BuiltNetwork, connectNetwork, joinNetwork, type NetworkPlan, summarizeWeights } from "../network.js";
import { NetworkShare } from "../network-share.js";
import type { Partition } from "../partition.js";
import type { Reply, Request, StartOptions } from "./base.js";
import { Control, type Failure, operations } from "./control.js";
import { ThreadExchange } from "./exchange.js";

/** Patience of one look at the others, ms: a worker waits as long as the caller lives. */
const patience = 1000;

/** Answers requests until the network is built; then the thread listens to orders only. */
export function serveRequests(
  onRequest: (listener: (request: Request) => void) => void,
  reply: (reply: Reply) => void,
): void {
  let partition: Partition;
  let plan: NetworkPlan;
  let built: BuiltNetwork | undefined;
  let team: TeamMember | undefined;
  const answer = async (request: Request): Promise<void> => {
    switch (request.kind) {
      case "take":
        ({ plan, partition } = request);
        return reply({ kind: "taken" });
      case "summarize":
        return reply({ kind: "summarized", weights: await summarizeWeights(plan) });
      case "build":
        built = await connectNetwork(plan, request.rules, true);
        return reply({ kind: "built", extents: built.projections.map(({ extent }) => extent) });
      case "start": {
        const joined = joinNetwork(built!, request.extents);
        const share = await NetworkShare.assemble(joined, request.epoch, request.mayShareWeights);
        reply({ kind: "started", views: share.views() });
        team = joinTeam(share, partition, request);
        return obey(team);
      }
      case "setStimuli": {
        team!.share.setStimuli(request.description, request.ports, request.step);
        reply({ kind: "stimuliSet" });
        return obey(team!);
      }
    }
  };
  onRequest((request) => {
    answer(request).catch((error: unknown) => reply({ kind: "failed", failure: describeFailure(error) }));
  });
}

interface TeamMember {
  readonly share: NetworkShare;
  readonly control: Control;
  readonly exchange: ThreadExchange;
  /** Orders carried out. */
  done: number;
}

function joinTeam(share: NetworkShare, partition: Partition, { shared, layout }: StartOptions): TeamMember {
  const control = new Control(shared, partition.count, partition.index);
  return { share, control, exchange: new ThreadExchange(shared, layout, control, partition, share), done: 0 };
}

/** Carries out orders until one is to listen to a message. */
function obey(team: TeamMember): void {
  const { share, control, exchange } = team;
  for (; ; team.done++) {
    const { operation, first, end } = control.nextOrder(team.done);
    if (operation === operations.listen) {
      team.done++;
      return;
    }
    try {
      if (operation === operations.wakeAndRun) share.wake(first);
      if (operation !== operations.flush) run(share, exchange, first, end);
      else share.flush(first, end === operations.flushAll ? undefined : end);
    } catch (error) {
      control.fail(describeFailure(error));
    }
  }
}

function run(share: NetworkShare, exchange: ThreadExchange, first: number, end: number): void {
  exchange.restart();
  for (let step = first; step < end && !exchange.isPaused; ) {
    const stop = share.nextStop(step, end);
    let own = share.advance(step, stop);
    for (let pass = 0; pass < share.passes; pass++) {
      exchange.publish(own);
      while (!exchange.isComplete(patience));
      exchange.collect(step, stop, own);
      own = share.repeat(step, stop);
    }
    exchange.publish(own);
    while (!exchange.isComplete(patience));
    share.deliver(step, stop, own, exchange.collect(step, stop, own));
    step = stop;
  }
}

/** An error as plain data. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof WbeError) {
    const { code, message, where, remedy } = error;
    return { code, message, where, remedy };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: "INTERNAL", message, where: undefined, remedy: undefined };
}
