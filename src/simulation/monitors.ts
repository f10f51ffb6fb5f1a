/**
 * Recorders of what is not one number per neuron: the rate of a population, the weights of a projection.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { RecordedSeries } from "../core/spikes.js";
import { parseQuantity } from "../core/units.js";
import type { RecorderSpec } from "./description.js";
import { GrowableF64, GrowableU32 } from "./growable.js";
import type { BuiltPopulation } from "./population.js";
import { growingPart, type StatePart } from "./state-part.js";

type WeightsSpec = Extract<RecorderSpec, { kind: "weights" }>;

/** What recorders add to a store: whole rows of a series, and the step of each. */
export interface SeriesRows {
  readonly steps: Uint32Array;
  readonly data: Float64Array;
}

/** Spikes counted in bins. */
export class RateMonitor {
  /** One number for each bin that has begun and was not taken away. */
  private readonly counts = new GrowableU32();
  /** Bins taken away: they are in a store. */
  taken = 0;
  private readonly isCounted: Uint8Array | undefined;
  private readonly nCounted: number;

  /** @param every steps of a bin. */
  constructor(
    readonly name: string,
    readonly population: number,
    private readonly built: BuiltPopulation,
    neurons: readonly number[] | undefined,
    private readonly every: number,
    private readonly dt: number,
  ) {
    if (neurons) {
      this.isCounted = new Uint8Array(built.wholeSize);
      for (const neuron of neurons) this.isCounted[neuron] = 1;
    }
    this.nCounted = this.isCounted?.reduce((sum, one) => sum + one, 0) ?? built.wholeSize;
  }

  /** Adds pairs (step, neuron within the population). */
  addSpikes(pairs: Uint32Array): void {
    const { counts, isCounted, every, taken } = this;
    for (let k = 0; k < pairs.length; k += 2) {
      if (isCounted?.[pairs[k + 1]!] === 0) continue;
      const bin = Math.floor((pairs[k]! - 1) / every) - taken;
      this.reach(bin + 1);
      counts.reserve(0)[bin]!++;
    }
  }

  /** Bins up to `step` exist, whether anybody fired or not. */
  settle(step: number): void {
    this.reach(Math.ceil(step / this.every) - this.taken);
  }

  private reach(length: number): void {
    const { counts } = this;
    while (counts.length < length) counts.push(0);
  }

  /** Bins that have ended by `step`. */
  rows(step: number): SeriesRows {
    const n = Math.floor(step / this.every) - this.taken;
    const counts = this.counts.values();
    const perCount = 1000 / (this.nCounted * this.every * this.dt);
    return {
      steps: Uint32Array.from({ length: n }, (_, k) => (this.taken + k + 1) * this.every),
      data: Float64Array.from({ length: n }, (_, k) => (this.nCounted === 0 ? 0 : counts[k]! * perCount)),
    };
  }

  /** Forgets the bins that have ended by `step`; the one that has begun stays. */
  take(step: number): void {
    const n = Math.floor(step / this.every) - this.taken;
    this.counts.assign(this.counts.toArray().subarray(n));
    this.taken += n;
  }

  series(step: number): RecordedSeries {
    const { steps, data } = this.rows(step);
    const { name, built, dt } = this;
    return { name, of: built.name, unit: "Hz", sampleStep: steps, dt, columns: ["rate"], data };
  }

  *stateParts(): Iterable<StatePart> {
    yield growingPart("counts", this.counts);
  }
}

/** What a weight monitor looks at. */
export interface WeightSource {
  readonly name: string;
  readonly unit: string;
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array | Uint16Array;
  /** The weights of now, one for all synapses or one each. */
  read(): ArrayLike<number>;
}

const momentColumns = ["mean", "sd", "least", "largest"];

/** Weights of a projection at intervals, as they are or summarised. */
export class WeightMonitor {
  readonly name: string;
  private readonly steps = new GrowableU32();
  private readonly values = new GrowableF64();
  /** Samples taken away: they are in a store. */
  taken = 0;
  private readonly columns: readonly string[] | undefined;
  readonly synapses: RecordedSeries["synapses"];
  /** Lower bounds of the parts of a histogram, and the upper bound of the last. */
  private readonly edges: Float64Array | undefined;
  readonly width: number;

  /** @throws WbeError ARGUMENT for a synapse that does not exist, or a range that is empty. */
  constructor(
    spec: WeightsSpec,
    private readonly source: WeightSource,
    /** Steps between samples. */
    readonly every: number,
    private readonly dt: number,
    where: string,
  ) {
    this.name = spec.name ?? source.name;
    const { summary, synapses } = spec;
    if (summary !== undefined && synapses !== undefined) {
      throw new WbeError("ARGUMENT", "expected either synapses or a summary, found both", {
        where,
        remedy: "A summary is of all synapses of the projection.",
      });
    }
    if (summary === "moments") this.columns = momentColumns;
    else if (summary) {
      const [low, high] = summary.range.map((q) => parseQuantity(q, source.unit, where)) as [number, number];
      if (!(low < high)) {
        throw new WbeError("ARGUMENT", `expected a range that rises, found ${low} to ${high} ${source.unit}`, {
          where,
        });
      }
      const { bins } = summary;
      this.edges = Float64Array.from({ length: bins + 1 }, (_, k) => low + ((high - low) * k) / bins);
      this.columns = ["below", ...Array.from({ length: bins }, (_, k) => `from ${this.edges![k]}`), "above"];
    } else this.synapses = findSynapses(source, synapses, where);
    this.width = this.columns?.length ?? this.synapses!.index.length;
  }

  /** Samples what is due at `step`; does nothing when this step has been sampled. */
  sample(step: number): void {
    if ((this.taken + this.steps.length) * this.every !== step) return;
    const { values, width, source } = this;
    const weights = source.read();
    const n = source.offsets.at(-1)!;
    const weightAt = weights.length === 1 ? () => weights[0]! : (k: number) => weights[k]!;
    const out = values.reserve(width).subarray(values.length, values.length + width);
    if (this.synapses) for (let k = 0; k < width; k++) out[k] = weightAt(this.synapses.index[k]!);
    else if (this.edges) countInto(out, this.edges, n, weightAt);
    else momentsInto(out, n, weightAt);
    values.length += width;
    this.steps.push(step);
  }

  rows(): SeriesRows {
    return { steps: this.steps.values(), data: this.values.values() };
  }

  /** Forgets all samples. */
  take(): void {
    this.taken += this.steps.length;
    this.steps.length = 0;
    this.values.length = 0;
  }

  series(): RecordedSeries {
    const { name, source, dt, columns, synapses } = this;
    const rows = { sampleStep: this.steps.toArray(), data: this.values.toArray() };
    const unit = this.edges ? "1" : source.unit;
    return { name, of: source.name, unit, dt, ...(columns ? { columns } : { synapses: synapses! }), ...rows };
  }

  *stateParts(): Iterable<StatePart> {
    let expected = 0;
    yield growingPart("step", this.steps, (given) => {
      expected = given.length * this.width;
      return undefined;
    });
    yield growingPart("values", this.values, (given) =>
      given.length === expected ? undefined : `expected ${expected} samples, found ${given.length}`,
    );
  }
}

function findSynapses(
  { name, offsets, targets }: WeightSource,
  chosen: readonly number[] | undefined,
  where: string,
): NonNullable<RecordedSeries["synapses"]> {
  const index = chosen ? Uint32Array.from(chosen) : Uint32Array.from({ length: targets.length }, (_, k) => k);
  const source = new Uint32Array(index.length);
  const target = new Uint32Array(index.length);
  index.forEach((synapse, k) => {
    if (synapse >= targets.length) {
      throw new WbeError("ARGUMENT", `expected synapses below ${targets.length} of "${name}", found ${synapse}`, {
        where,
      });
    }
    source[k] = rowOf(offsets, synapse);
    target[k] = targets[synapse]!;
  });
  return { index, source, target };
}

/** The last row that starts at or before a synapse. */
function rowOf(offsets: Uint32Array, synapse: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= synapse) low = middle;
    else high = middle;
  }
  return low;
}

function momentsInto(out: Float64Array, n: number, weightAt: (k: number) => number): void {
  if (n === 0) {
    out.fill(0);
    return;
  }
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < n; k++) {
    const weight = weightAt(k);
    sum += weight;
    if (weight < least) least = weight;
    if (weight > largest) largest = weight;
  }
  const mean = sum / n;
  let squares = 0;
  for (let k = 0; k < n; k++) squares += (weightAt(k) - mean) ** 2;
  out.set([mean, Math.sqrt(squares / n), least, largest]);
}

/** Below, each part with its lower bound in it, above; the upper bound of the range counts as within. */
function countInto(out: Float64Array, edges: Float64Array, n: number, weightAt: (k: number) => number): void {
  const bins = edges.length - 1;
  const [low, high] = [edges[0]!, edges[bins]!];
  out.fill(0);
  for (let k = 0; k < n; k++) {
    const weight = weightAt(k);
    if (weight < low) out[0]!++;
    else if (weight > high) out[bins + 1]!++;
    else {
      let bin = Math.min(bins - 1, Math.floor(((weight - low) / (high - low)) * bins));
      while (bin > 0 && weight < edges[bin]!) bin--;
      while (bin < bins - 1 && weight >= edges[bin + 1]!) bin++;
      out[bin + 1]!++;
    }
  }
}
