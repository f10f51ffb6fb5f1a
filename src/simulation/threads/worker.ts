/**
 * A worker: builds its share of a network and runs it in step with the others.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { extendModels } from "../catalogue.js";
import { parseDescription } from "../description-schema.js";
import { chooseEpoch, SimulationEngine } from "../engine.js";
import { type BuiltNetwork, buildNetwork } from "../network.js";
import type { Partition } from "../partition.js";
import { controlWords, type Reply, type Request } from "./base.js";
import { ThreadExchange } from "./exchange.js";

/** Answers requests one after another until the thread ends. */
export function serveRequests(
  onRequest: (listener: (request: Request) => void) => void,
  reply: (reply: Reply) => void,
): void {
  const worker = new ShareWorker();
  onRequest((request) => {
    worker.answer(request).then(reply, (error: unknown) => reply(worker.describeFailure(error)));
  });
}

class ShareWorker {
  private partition: Partition = { index: 0, count: 1 };
  private built: BuiltNetwork | undefined;
  private engine: SimulationEngine | undefined;
  private exchange: ThreadExchange | undefined;
  private control: Int32Array | undefined;

  async answer(request: Request): Promise<Reply> {
    switch (request.kind) {
      case "build": {
        this.partition = request.partition;
        const models = extendModels(request.catalogue);
        const description = parseDescription(request.description);
        this.built = await buildNetwork(description, models, undefined, this.partition);
        const { warnings, populations, duration } = this.built;
        const shares = populations.map(({ size }) => size);
        return { kind: "built", epoch: chooseEpoch(this.built), duration, warnings, shares };
      }
      case "start": {
        const { shared, layout, epoch } = request;
        this.control = new Int32Array(shared);
        this.engine = await SimulationEngine.assemble(this.built!, epoch, {}, (memory) => {
          this.exchange = new ThreadExchange(shared, layout, this.partition, memory);
          return this.exchange;
        });
        // The engine looks at its copy in memory; this one would double the synapses.
        this.built = undefined;
        return { kind: "started" };
      }
      case "run": {
        const engine = this.engine!;
        this.exchange!.stopped = false;
        engine.runWithoutPause(request.end, () => !this.exchange!.stopped);
        const spikes = this.partition.index === 0 ? engine.spikes() : undefined;
        return { kind: "ran", step: engine.stepCount, spikes, rates: engine.rates(), parts: engine.recordedParts() };
      }
      case "weights": {
        const engine = this.engine!;
        const { data, schema } = engine.weights(request.projection);
        const { offsets } = engine.view().projections.find((p) => p.name === request.projection)!;
        return { kind: "weights", offsets: offsets.slice(), data: data.slice(), unit: schema.unit };
      }
    }
  }

  /** Lets the others out of their barrier, and says what happened. */
  describeFailure(error: unknown): Reply {
    const isFollower = this.control !== undefined && Atomics.load(this.control, controlWords.failed) !== 0;
    if (this.control) {
      Atomics.store(this.control, controlWords.failed, 1);
      Atomics.notify(this.control, controlWords.generation);
    }
    const isOurs = error instanceof WbeError;
    const message = isOurs ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    const [where, remedy] = isOurs ? [error.where, error.remedy] : [undefined, undefined];
    return { kind: "failed", code: isOurs ? error.code : "INTERNAL", message, where, remedy, isFollower };
  }
}
