/**
 * What becomes of weights, in bounded memory: statistics and histograms at intervals, and the largest recent changes.
 *
 * @module
 */
import { internalError, WbeError } from "../core/errors.js";
import type { CoupledProcess, EngineView, PlasticitySpec, ProjectionView } from "../simulation/index.js";
import type { PlasticityComponent } from "./scheduler.js";

export interface WeightRecorderOptions {
  /** ms between two samples. */
  every: number;
  /** Samples that are kept of each projection, the latest; default 1000. */
  samples?: number;
  /** Bins of a histogram, default 20. */
  bins?: number;
  /** Lower and upper end of the histograms, in the weight's unit; weights outside count in the outer bins. */
  range: readonly [number, number];
  /** A synapse that changed by at least this since it was last noted is an event; none are noted where absent. */
  minChange?: number;
  /** Events that are kept of each projection, the latest; default 10,000. */
  events?: number;
  /** Which projections are watched; all by default. */
  appliesTo?: (projection: ProjectionView) => boolean;
}

export interface WeightSample {
  /** ms. */
  readonly time: number;
  readonly mean: number;
  /** Standard deviation over all synapses. */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  readonly histogram: readonly number[];
}

export interface WeightChange {
  /** ms, of the sample that found it. */
  readonly time: number;
  /** Place in the projection's rows. */
  readonly synapse: number;
  readonly from: number;
  readonly to: number;
}

/** A ring of records of `width` numbers each. */
class Ring {
  count = 0;
  readonly data: Float64Array;

  constructor(
    readonly capacity: number,
    readonly width: number,
  ) {
    this.data = new Float64Array(capacity * width);
  }

  push(record: readonly number[]): void {
    this.data.set(record, (this.count % this.capacity) * this.width);
    this.count++;
  }

  /** Oldest first. */
  *records(): Iterable<Float64Array> {
    for (let k = Math.max(0, this.count - this.capacity); k < this.count; k++) {
      const at = (k % this.capacity) * this.width;
      yield this.data.subarray(at, at + this.width);
    }
  }
}

interface Watched {
  readonly samples: Ring;
  readonly events: Ring;
  /** Weights as last noted; empty without events. */
  readonly noted: Float64Array;
}

/** Watches weights for a PlasticityScheduler or as a process of an engine; changes nothing. */
export class WeightRecorder implements PlasticityComponent, CoupledProcess {
  readonly id = "WeightRecorder";
  readonly rules = [];
  readonly processes: readonly CoupledProcess[] = [this];
  readonly every: number;
  readonly #options: Required<Omit<WeightRecorderOptions, "minChange">> & { minChange: number | undefined };
  readonly #watched = new WeakMap<EngineView, Map<string, Watched>>();
  /** Of the engine that was attached last. */
  #latest: Map<string, Watched> = new Map();

  /** @throws WbeError ARGUMENT for numbers that are not above 0 and ranges that are empty. */
  constructor(options: WeightRecorderOptions) {
    const full = { samples: 1000, bins: 20, events: 10_000, appliesTo: () => true, minChange: undefined, ...options };
    for (const name of ["every", "samples", "bins", "events"] as const) {
      if (full[name] > 0 && (name === "every" ? Number.isFinite(full[name]) : Number.isInteger(full[name]))) continue;
      throw new WbeError("ARGUMENT", `expected ${name} above 0, found ${full[name]}`, { where: "WeightRecorder" });
    }
    const [low, high] = full.range;
    if (!(low < high) || (full.minChange !== undefined && !(full.minChange > 0))) {
      throw new WbeError(
        "ARGUMENT",
        `expected a range that is not empty and minChange above 0, found ${low} … ${high}`,
        {
          where: "WeightRecorder",
        },
      );
    }
    this.#options = full;
    this.every = full.every;
  }

  rulesFor(): PlasticitySpec[] {
    return [];
  }

  attach(engine: EngineView): void {
    const { samples, events, bins, minChange, appliesTo } = this.#options;
    const watched = engine.projections.filter(appliesTo).map(({ name }): [string, Watched] => {
      const noted = minChange === undefined ? new Float64Array(0) : Float64Array.from(engine.weights(name).data);
      return [name, { samples: new Ring(samples, 5 + bins), events: new Ring(events, 4), noted }];
    });
    this.#latest = new Map(watched);
    this.#watched.set(engine, this.#latest);
  }

  step(time: number, engine: EngineView): void {
    const { bins, range, minChange } = this.#options;
    for (const [name, { samples, events, noted }] of this.#of(engine)) {
      const { data } = engine.weights(name);
      const histogram = new Array<number>(bins).fill(0);
      let [sum, squares, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let s = 0; s < data.length; s++) {
        const w = data[s]!;
        sum += w;
        min = Math.min(min, w);
        max = Math.max(max, w);
        const bin = Math.floor(((w - range[0]) / (range[1] - range[0])) * bins);
        histogram[Math.min(Math.max(bin, 0), bins - 1)]!++;
        if (minChange === undefined || Math.abs(w - noted[s]!) < minChange) continue;
        events.push([time, s, noted[s]!, w]);
        noted[s] = w;
      }
      const mean = sum / data.length;
      for (let s = 0; s < data.length; s++) squares += (data[s]! - mean) ** 2;
      samples.push([time, mean, Math.sqrt(squares / data.length), min, max, ...histogram]);
    }
  }

  /** The samples kept of a projection, oldest first, of the engine attached last. @throws WbeError NAME_UNKNOWN */
  samples(projection: string): WeightSample[] {
    return Array.from(this.#ofProjection(projection).samples.records(), ([time, mean, sd, min, max, ...histogram]) => ({
      time: time!,
      mean: mean!,
      sd: sd!,
      min: min!,
      max: max!,
      histogram,
    }));
  }

  /** The changes kept of a projection, oldest first, of the engine attached last. @throws WbeError NAME_UNKNOWN */
  changes(projection: string): WeightChange[] {
    return Array.from(this.#ofProjection(projection).events.records(), ([time, synapse, from, to]) => ({
      time: time!,
      synapse: synapse!,
      from: from!,
      to: to!,
    }));
  }

  save(engine: EngineView): Record<string, Float64Array> {
    return Object.fromEntries(
      [...this.#of(engine)].flatMap(([name, { samples, events, noted }]) => [
        [`counts of ${name}`, Float64Array.of(samples.count, events.count)],
        [`samples of ${name}`, samples.data.slice()],
        [`changes of ${name}`, events.data.slice()],
        [`noted of ${name}`, noted.slice()],
      ]),
    );
  }

  /** @throws WbeError DESCRIPTION_INVALID for the state of a recorder with other options or of another network. */
  load(saved: Record<string, Float64Array>, engine: EngineView): void {
    const own = this.save(engine);
    for (const key of new Set([...Object.keys(own), ...Object.keys(saved)])) {
      if (own[key]?.length === saved[key]?.length) continue;
      throw new WbeError("DESCRIPTION_INVALID", `the saved ${key} are not those of this recorder`, {
        where: "WeightRecorder",
        remedy: "Resume with the options and the network of the run that was saved.",
      });
    }
    for (const [name, { samples, events, noted }] of this.#of(engine)) {
      [samples.count, events.count] = saved[`counts of ${name}`]! as unknown as [number, number];
      samples.data.set(saved[`samples of ${name}`]!);
      events.data.set(saved[`changes of ${name}`]!);
      noted.set(saved[`noted of ${name}`]!);
    }
  }

  #of(engine: EngineView): Map<string, Watched> {
    const watched = this.#watched.get(engine);
    if (!watched) throw internalError("the weight recorder is not attached to this engine");
    return watched;
  }

  #ofProjection(name: string): Watched {
    const watched = this.#latest.get(name);
    if (watched) return watched;
    throw new WbeError("NAME_UNKNOWN", `no projection "${name}" is recorded`, {
      where: "WeightRecorder",
      remedy: `Recorded: ${[...this.#latest.keys()].join(", ") || "none"}.`,
    });
  }
}
