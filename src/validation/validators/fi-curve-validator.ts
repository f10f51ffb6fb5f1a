/**
 * Compares the F–I curves of a network's neurons with published or closed-form ones.
 *
 * @module
 */
import { requirePositive, requireWithin } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import type { LongCallOptions } from "../../core/progress.js";
import type { Benchmark, FICurveBenchmark, FIPoint } from "../benchmarks/benchmark.js";
import { fiBenchmarks } from "../benchmarks/registry.js";
import { sustainedRate } from "../features/firing-rate.js";
import { intervalStatistics } from "../features/interspike-intervals.js";
import { firstSpikeLatency } from "../features/latency.js";
import { spikeTrains } from "../features/spike-trains.js";
import { findDeclaration } from "../find-declaration.js";
import type { Capability, FICurveFigure, Subject, Validator, Verdict } from "../validator.js";
import { describeFIProtocol, modelId, type NeuronKind, neuronKinds } from "./fi-curve-protocol.js";

export interface FICurveValidatorOptions {
  /** Benchmarks to compare with; those of the project by default. */
  benchmarks?: readonly FICurveBenchmark[];
  /** ms before rates are measured; 500 by default. */
  settling?: number;
  /** ms over which they are measured; 1000 by default. */
  window?: number;
}

/**
 * For each kind of neuron of the network (model, parameters, integrator, time step), unconnected copies receive one
 * constant current each from rest; after `settling` the sustained rate is measured over `window`.
 *
 * Score of a point: 1 inside its band, from there falling linearly to 0 at a further deviation of half the expected rate;
 * 0 outside a band around 0 Hz, and outside a band without an expected rate. The verdict's score is the mean over
 * points; it passes when every point lies inside its band.
 */
export class FICurveValidator implements Validator {
  readonly id = "fi-curve";
  readonly needs: readonly Capability[] = ["description", "simulate"];
  readonly benchmarks: readonly FICurveBenchmark[];
  readonly settling: number;
  readonly window: number;

  constructor(options: FICurveValidatorOptions = {}) {
    this.benchmarks = options.benchmarks ?? fiBenchmarks;
    this.settling = requireWithin(options.settling ?? 500, 0, 1e9, "settling");
    this.window = requirePositive(options.window ?? 1000, "window");
  }

  plan(subject: Subject): { benchmarks: FICurveBenchmark[]; gaps: string[] } {
    const models = new Set(descriptionOf(subject).populations.map(({ model }) => modelId(model)));
    const benchmarks = this.benchmarks.filter(({ model }) => models.has(model));
    const covered = new Set(benchmarks.map(({ model }) => model));
    const gaps = [...models].filter((id) => !covered.has(id)).map((id) => `there is no F–I benchmark for model ${id}`);
    return { benchmarks, gaps };
  }

  async run(subject: Subject, benchmark: Benchmark, options: LongCallOptions): Promise<Verdict> {
    const description = descriptionOf(subject);
    const kinds = neuronKinds(
      description.populations.filter(({ model }) => modelId(model) === benchmark.model),
      findDeclaration,
    );
    if (kinds.length === 0) {
      throw new WbeError("ARGUMENT", `expected a network with neurons of model ${benchmark.model}, found none`);
    }
    const measured: Measured[] = [];
    const figures: FICurveFigure[] = [];
    const warnings: string[] = [];
    let [sum, inside] = [0, 0];
    for (const kind of kinds) {
      const points = pointsOf(benchmark, kind);
      const rates = await this.#measure(subject, kind, points, benchmark, options);
      measured.push(...rates);
      points.forEach((point, i) => {
        const score = scorePoint(point, rates[i]!.value);
        sum += score;
        if (score === 1) inside++;
      });
      warnings.push(...kind.warnings);
      figures.push(drawable(benchmark, kind, points, rates));
    }
    return {
      validator: this.id,
      benchmark: benchmark.id,
      title: benchmark.title,
      source: benchmark.source,
      measured,
      score: sum / measured.length,
      outcome: inside === measured.length ? "pass" : "fail",
      figures,
      warnings,
    };
  }

  async #measure(
    subject: Subject,
    kind: NeuronKind,
    points: readonly FIPoint[],
    benchmark: FICurveBenchmark,
    options: LongCallOptions,
  ): Promise<Measured[]> {
    const { dt } = descriptionOf(subject);
    const steps = Math.ceil((this.settling + this.window) / dt - 1e-9);
    const currents = points.map(({ current }) => current);
    if (!subject.simulate)
      throw new WbeError("ARGUMENT", "expected a subject that can simulate, found one that cannot");
    const spikes = await subject.simulate(describeFIProtocol(kind, currents, dt, steps * dt), options);
    if (spikes.nNeurons !== points.length) {
      throw new WbeError("ARGUMENT", `expected spikes of ${points.length} neurons, found ${spikes.nNeurons}`);
    }
    return spikeTrains(spikes).map((times, i) => {
      const { current, expected, low, high } = points[i]!;
      const late = times.filter((time) => time >= this.settling);
      const latency = firstSpikeLatency(times, 0);
      const statistics = intervalStatistics(late);
      return {
        value: sustainedRate(times, this.settling, this.settling + this.window),
        unit: "Hz",
        method: "sustained firing rate of an unconnected neuron under constant current from rest",
        parameters: {
          model: benchmark.model,
          populations: kind.populations,
          current,
          currentUnit: benchmark.currentUnit,
          dt,
          settling: this.settling,
          window: this.window,
          low,
          ...(high === null ? {} : { high }),
          ...(expected === null ? {} : { expected }),
          ...(latency === null ? {} : { latency }),
          ...(statistics ? { cv: statistics.cv } : {}),
        },
        source: benchmark.source,
        warnings: [],
      };
    });
  }
}

/** 1 inside the band; see FICurveValidator. */
export function scorePoint({ expected, low, high }: FIPoint, rate: number): number {
  const excess = rate < low ? low - rate : high !== null && rate > high ? rate - high : 0;
  // One part in 10⁹ of slack: a rate computed on the edge itself must not fall out by rounding.
  if (excess <= 1e-9 * Math.abs(rate)) return 1;
  return expected ? Math.max(0, 1 - (2 * excess) / expected) : 0;
}

function pointsOf(benchmark: FICurveBenchmark, kind: NeuronKind): readonly FIPoint[] {
  if (typeof benchmark.points !== "function") return benchmark.points;
  const { params } = findDeclaration({ model: kind.model });
  const defaults = Object.fromEntries(Object.entries(params).map(([name, [value]]) => [name, value]));
  return benchmark.points({ ...defaults, ...kind.params });
}

function descriptionOf(subject: Subject) {
  if (subject.description) return subject.description;
  throw new WbeError("ARGUMENT", "expected a subject with a network description, found none");
}

function drawable(
  benchmark: FICurveBenchmark,
  kind: NeuronKind,
  points: readonly FIPoint[],
  rates: readonly Measured[],
): FICurveFigure {
  const rate = rates.map(({ value }) => value);
  const top = Math.max(1, ...rate, ...points.map(({ high, low }) => high ?? low));
  return {
    kind: "fi-curve",
    title: `${benchmark.title} (${kind.populations.join(", ")})`,
    current: points.map(({ current }) => current),
    rate,
    currentUnit: benchmark.currentUnit,
    expected: {
      current: points.map(({ current }) => current),
      low: points.map(({ low }) => low),
      high: points.map(({ high }) => high ?? top),
      source: benchmark.source,
    },
  };
}
