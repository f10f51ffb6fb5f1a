/**
 * The caller's side: a network dealt to workers, each with its own memory. Same spikes to the bit as on one thread.
 *
 * @module
 */
import { countProcessors, spawnWorker } from "#spawn-worker";
import type { Column } from "../../core/column.js";
import { internalError, WbeError } from "../../core/errors.js";
import { throwIfCancelled } from "../../core/progress.js";
import type { RecordedSeries, RecordedState, SpikeData } from "../../core/spikes.js";
import { toSteps } from "../../core/time.js";
import type { NetworkDescription } from "../description.js";
import { parseDescription } from "../description-schema.js";
import type { EngineOptions, RunOptions } from "../engine.js";
import { joinRecorded, type RecordedPart } from "../recorded-part.js";
import { controlWords, layOutExchange, type Reply, type Request, type WorkerHandle } from "./base.js";

export interface ThreadedOptions extends Pick<EngineOptions, "catalogue" | "warnings"> {
  /** 2 … ; default: the machine's processors, at most 8. */
  threads?: number;
}

/** ms between two looks at the workers' progress. */
const progressInterval = 50;

/**
 * Runs a network on several threads. What needs the whole network in one memory (plasticity schedulers, coupled
 * processes, electrical synapses, checkpoints, writable views) is SimulationEngine's; rules of plasticity in the
 * description work here too.
 *
 * Call `dispose` when done: workers do not end by themselves.
 */
export class ThreadedEngine {
  readonly description: NetworkDescription;
  readonly warnings: readonly string[];
  readonly threads: number;
  private step = 0;
  private spikeData: SpikeData | undefined;
  private parts: readonly RecordedPart[] = [];
  private rateSeries: readonly RecordedSeries[] = [];
  private isRunning = false;
  private failure: WbeError | undefined;

  private constructor(
    description: NetworkDescription,
    private readonly workers: readonly WorkerLink[],
    private readonly control: Int32Array,
    private readonly duration: number,
    warnings: readonly string[],
  ) {
    this.description = description;
    this.threads = workers.length;
    this.warnings = warnings;
  }

  /**
   * Builds each share in its worker, all at once.
   *
   * @throws WbeError as SimulationEngine.fromDescription; UNSUPPORTED without shared memory or with electrical synapses.
   */
  static async fromDescription(input: unknown, options: ThreadedOptions = {}): Promise<ThreadedEngine> {
    if (typeof SharedArrayBuffer === "undefined") {
      throw new WbeError("UNSUPPORTED", "threads need SharedArrayBuffer, which this page does not have", {
        remedy: "Serve it with the headers COOP same-origin and COEP require-corp, or run on one thread.",
      });
    }
    const description = parseDescription(input);
    if ((description.actions?.length ?? 0) > 0) {
      throw new WbeError("UNSUPPORTED", "actions need one thread", { where: "description field actions" });
    }
    const threads = options.threads ?? Math.min(8, countProcessors());
    if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
      throw new WbeError("ARGUMENT", `expected 1 to 256 threads, found ${threads}`);
    }
    const { catalogue = {} } = options;
    const workers = Array.from({ length: threads }, () => new WorkerLink(spawnWorker()));
    try {
      const built = await askAll(workers, "built", (index) => ({
        kind: "build",
        description,
        catalogue,
        partition: { index, count: threads },
      }));
      const epoch = Math.min(...built.map((reply) => reply.epoch));
      const layout = layOutExchange(
        built.map((reply) => reply.shares),
        epoch,
      );
      const shared = new SharedArrayBuffer(layout.bytes);
      const control = new Int32Array(shared);
      for (const worker of workers) {
        worker.whenDead = () => {
          Atomics.store(control, controlWords.failed, 1);
          Atomics.notify(control, controlWords.generation);
        };
      }
      await askAll(workers, "started", () => ({ kind: "start", epoch, shared, layout }));
      const warnings = [...(options.warnings ?? []), ...built[0]!.warnings];
      return new ThreadedEngine(description, workers, control, built[0]!.duration, warnings);
    } catch (error) {
      await Promise.all(workers.map((worker) => worker.end()));
      throw error;
    }
  }

  /** Model time, ms. */
  get time(): number {
    return this.step * this.description.dt;
  }

  get stepCount(): number {
    return this.step;
  }

  /** As SimulationEngine.run; autosave and streams are not for threads yet. */
  async run({ duration, signal, onProgress }: Omit<RunOptions, "autosave" | "stream"> = {}): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.isRunning)
      throw new WbeError("ARGUMENT", "the engine is running already", { remedy: "Await the first run." });
    throwIfCancelled(signal, "the run");
    const { dt } = this.description;
    const { control } = this;
    const end =
      duration === undefined ? Math.max(this.duration, this.step) : this.step + toSteps(duration, dt, "run duration");
    Atomics.store(control, controlWords.stopRequested, 0);
    const requestStop = (): void => {
      Atomics.store(control, controlWords.stopRequested, 1);
    };
    signal?.addEventListener("abort", requestStop);
    const timer =
      onProgress &&
      setInterval(() => onProgress(Atomics.load(control, controlWords.step) * dt, end * dt), progressInterval);
    this.isRunning = true;
    try {
      const replies = await askAll(this.workers, "ran", () => ({ kind: "run", end }));
      this.step = replies[0]!.step;
      this.spikeData = replies[0]!.spikes;
      this.rateSeries = replies[0]!.rates;
      this.parts = joinShares(
        this.description,
        replies.map((reply) => reply.parts),
      );
    } catch (error) {
      // Shares that stopped at different places make no moment of a run.
      this.failure = error as WbeError;
      await Promise.all(this.workers.map((worker) => worker.end()));
      throw error;
    } finally {
      this.isRunning = false;
      clearInterval(timer);
      signal?.removeEventListener("abort", requestStop);
    }
    onProgress?.(this.time, end * dt);
    if (this.step < end) throwIfCancelled(signal, "the run");
  }

  /** All recorded spikes so far, sorted by (step, neuron). */
  spikes(): SpikeData {
    if (this.spikeData) return this.spikeData;
    throw new WbeError("ARGUMENT", "nothing has run yet", { remedy: "Await run() first." });
  }

  /** A recorded state variable, as SimulationEngine.recorded. */
  recorded(variable: string, population?: string): RecordedState {
    return joinRecorded(this.parts, this.description.dt, variable, population);
  }

  /** As SimulationEngine.rates. */
  rates(): readonly RecordedSeries[] {
    return this.rateSeries;
  }

  /** Weights of a projection, row by row by source and by target within a row: a copy, gathered from the workers. */
  async weights(projection: string): Promise<Column<Float32Array | Float64Array>> {
    const shares = await askAll(this.workers, "weights", () => ({ kind: "weights", projection }));
    const total = shares.reduce((sum, { data }) => sum + data.length, 0);
    const data = shares[0]!.data instanceof Float64Array ? new Float64Array(total) : new Float32Array(total);
    let place = 0;
    for (let row = 0; row + 1 < shares[0]!.offsets.length; row++) {
      for (const share of shares) {
        const part = share.data.subarray(share.offsets[row]!, share.offsets[row + 1]!);
        data.set(part, place);
        place += part.length;
      }
    }
    const doc = `weights of ${projection}, row by row by source (a copy)`;
    return { data, schema: { name: "weight", unit: shares[0]!.unit, shape: [total], doc } };
  }

  /** Ends the workers. */
  async dispose(): Promise<void> {
    this.failure ??= new WbeError("ARGUMENT", "the engine has been disposed");
    await Promise.all(this.workers.map((worker) => worker.end()));
  }
}

interface WorkerFailure {
  readonly error: WbeError;
  readonly isFollower: boolean;
}

/** The same kind of request to every worker; the error of the first that failed by itself. */
async function askAll<K extends Reply["kind"]>(
  workers: readonly WorkerLink[],
  kind: K,
  request: (index: number) => Request,
): Promise<Extract<Reply, { kind: K }>[]> {
  const results = await Promise.allSettled(workers.map((worker, index) => worker.ask(kind, request(index))));
  const replies: Extract<Reply, { kind: K }>[] = [];
  let failure: WorkerFailure | undefined;
  for (const result of results) {
    if (result.status === "fulfilled") replies.push(result.value);
    else if (!failure || (failure.isFollower && !result.reason.isFollower)) failure = result.reason as WorkerFailure;
  }
  if (failure) throw failure.error;
  return replies;
}

/** The recorders' samples as one engine would have them: neurons in the order of the description. */
function joinShares(description: NetworkDescription, shares: readonly (readonly RecordedPart[])[]): RecordedPart[] {
  const startOf = new Map<string, number>();
  let start = 0;
  for (const { name, size } of description.populations) {
    startOf.set(name, start);
    start += size;
  }
  const specs = description.recorders.filter((recorder) => recorder.kind === "state");
  return specs.map((spec, k) => {
    const parts = shares.map((share) => share[k]!);
    const columns = parts.flatMap((part) => [...part.neurons].map((neuron, column) => ({ part, neuron, column })));
    const selected = spec.neurons?.map((neuron) => neuron + startOf.get(spec.population)!);
    const found = new Map(columns.map((entry) => [entry.neuron, entry]));
    const order = selected ? selected.map((neuron) => found.get(neuron)!) : columns;
    const { sampleStep } = parts[0]!;
    const values = new Float64Array(order.length * sampleStep.length);
    order.forEach(({ part, column }, place) => {
      for (let s = 0; s < sampleStep.length; s++) {
        values[s * order.length + place] = part.values[s * part.neurons.length + column]!;
      }
    });
    return { ...parts[0]!, neurons: Uint32Array.from(order, ({ neuron }) => neuron), values };
  });
}

/** One worker, one request at a time. */
class WorkerLink {
  private waiting: { resolve(reply: Reply): void; reject(failure: WorkerFailure): void } | undefined;
  private dead: string | undefined;
  /** Called when the worker has ended: the others must not wait for it. */
  whenDead: (() => void) | undefined;

  constructor(private readonly handle: WorkerHandle) {
    handle.onReply((reply) => {
      const { waiting } = this;
      this.waiting = undefined;
      waiting?.resolve(reply);
    });
    handle.onDeath((reason) => {
      this.dead ??= reason;
      this.whenDead?.();
      this.waiting?.reject(this.describeDeath());
      this.waiting = undefined;
    });
  }

  async ask<K extends Reply["kind"]>(kind: K, request: Request): Promise<Extract<Reply, { kind: K }>> {
    if (this.dead !== undefined) throw this.describeDeath();
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.handle.post(request);
    });
    if (reply.kind === "failed") {
      const { code, message, where, remedy, isFollower } = reply;
      const error = new WbeError(code, message, { where, remedy });
      error.message = message; // the text of the original holds place and remedy already
      throw { error, isFollower } satisfies WorkerFailure;
    }
    if (reply.kind !== kind) throw internalError(`a worker answered ${reply.kind} to ${request.kind}`);
    return reply as Extract<Reply, { kind: K }>;
  }

  end(): Promise<void> {
    return this.handle.end();
  }

  private describeDeath(): WorkerFailure {
    return {
      error: new WbeError("LIMIT", `a worker ended: ${this.dead}`, { remedy: "Out of memory? Try fewer threads." }),
      isFollower: false,
    };
  }
}
