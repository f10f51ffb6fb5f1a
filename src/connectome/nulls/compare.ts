/** Measures of a graph beside those of null models: z-scores, p-values, one report. @module */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import { Connectome } from "../columns.js";
import { type Graph, graphOf } from "../graph/graph.js";
import { mean, type Network, type WeightOption } from "../measures/conventions.js";
import { findMeasure } from "../measures/registry.js";
import { type RichClub, richClub } from "../measures/rich-club.js";
import { type NullKind, type NullOptions, randomise } from "./rewire.js";

export interface CompareOptions extends WeightOption, Omit<NullOptions, "draw"> {
  /** Random graphs. Default 100. */
  surrogates?: number;
  /** After each random graph: how many of all are done. */
  onProgress?: (done: number, total: number) => void;
}

export interface NullComparison {
  readonly id: string;
  /** With the mean, standard deviation and one-sided p of the null model; columns of nodes are compared by their mean. */
  readonly measured: Measured;
  /** (value − mean)/sd; NaN where the null values do not vary. */
  readonly z: number;
  /** Two-sided: twice the smaller share of null values at least as extreme, (reached + 1)/(surrogates + 1), at most 1. */
  readonly p: number;
  /** The same after Holm's correction for all measures of the report. */
  readonly pHolm: number;
  /** Value of each random graph. */
  readonly surrogateValues: Float64Array;
}

export interface NullReport {
  readonly kind: NullKind;
  readonly surrogates: number;
  readonly seed: number;
  readonly comparisons: readonly NullComparison[];
  /** What the p-values mean, and what was done for there being several. */
  readonly note: string;
}

/**
 * Compares measures with those of random graphs that keep what the null model keeps: one call for a table of z-scores.
 *
 * @param ids of `graphMeasures`; those with one value per node are compared by their mean.
 * @throws WbeError NAME_UNKNOWN for an unknown measure, EMPTY_INPUT without measures, and what `randomise` throws.
 * Source: Maslov & Sneppen 2002, Science 296:910; correction: Holm 1979, Scand J Stat 6:65.
 */
export function compareWithNull(network: Network, ids: readonly string[], options: CompareOptions): NullReport {
  const { surrogates = 100, weighted = false, kind = "degrees", seed } = options;
  requireInteger(surrogates, 1, 1_000_000, "the number of random graphs");
  if (ids.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one measure to compare, found none");
  const graph = graphOf(network).simple;
  const measures = ids.map((id) => ({ id, measure: findMeasure(id) }));
  const measureAll = (of: Graph): Measured[] =>
    measures.map(({ measure }) => {
      const found = measure.run(of, { weighted: weighted && measure.weighted });
      if (!("data" in found)) return found;
      const { method, parameters, source, warnings, schema } = found;
      return { value: mean(found.data), unit: schema.unit, method: `mean of: ${method}`, parameters, source, warnings };
    });
  const measured = measureAll(graph);
  const values = measures.map(() => new Float64Array(surrogates));
  forEachNull(network, options, (surrogate, draw) => {
    measureAll(surrogate).forEach(({ value }, m) => {
      values[m]![draw] = value;
    });
  });
  const compared = measured.map((one, m) => {
    const { mean: centre, sd, upper, lower } = summarise(one.value, values[m]!);
    return {
      id: ids[m]!,
      measured: { ...one, null: { mean: centre, sd, p: upper } },
      z: sd > 0 ? (one.value - centre) / sd : Number.NaN,
      p: Math.min(1, 2 * Math.min(upper, lower)),
      surrogateValues: values[m]!,
    };
  });
  const adjusted = holm(compared.map(({ p }) => p));
  return {
    kind,
    surrogates,
    seed,
    comparisons: compared.map((one, m) => ({ ...one, pHolm: adjusted[m]! })),
    note: noteOf(ids.length, surrogates),
  };
}

export interface RichClubComparison extends RichClub {
  /** Mean φ(k) of the random graphs. */
  readonly nullMean: Float64Array;
  /** φ(k)/mean; NaN where the mean is 0 or φ not defined: listed in `warnings`. */
  readonly normalised: Float64Array;
  /** Share of random graphs with φ(k) at least as large, (reached + 1)/(surrogates + 1); not corrected for the many k. */
  readonly p: Float64Array;
  readonly surrogates: number;
  readonly warnings: readonly string[];
}

/**
 * Rich club over that of random graphs of the same degrees: above 1 where hubs are tied more than their degrees explain.
 * Source: Colizza et al. 2006, Nat Phys 2:110; van den Heuvel & Sporns 2011, J Neurosci 31:15775.
 */
export function richClubWithNull(network: Network, options: CompareOptions): RichClubComparison {
  const { surrogates = 100, weighted = false, kind = "degrees" } = options;
  requireInteger(surrogates, 1, 1_000_000, "the number of random graphs");
  if (kind === "density" || (kind === "weights" && !weighted)) {
    throw new WbeError("ARGUMENT", `expected a null model that keeps degrees and changes the club, found "${kind}"`);
  }
  const found = richClub(graphOf(network), { weighted });
  const sum = new Float64Array(found.phi.length);
  const reached = new Float64Array(found.phi.length);
  forEachNull(network, options, (surrogate) => {
    richClub(surrogate, { weighted }).phi.forEach((phi, k) => {
      // Without an edge there is no weight: a club of weight 0.
      sum[k]! += Number.isNaN(phi) ? 0 : phi;
      // Sums of the same weights in another order differ by rounding.
      if ((Number.isNaN(phi) ? 0 : phi) >= found.phi[k]! * (1 - 1e-12)) reached[k]!++;
    });
  });
  const nullMean = sum.map((s) => s / surrogates);
  const normalised = found.phi.map((phi, k) => (nullMean[k]! > 0 ? phi / nullMean[k]! : Number.NaN));
  const empty = Array.from(found.k).filter((_, k) => nullMean[k] === 0);
  return {
    ...found,
    nullMean,
    normalised,
    p: reached.map((r, k) => (Number.isNaN(found.phi[k]!) ? Number.NaN : (r + 1) / (surrogates + 1))),
    surrogates,
    warnings: [
      ...(empty.length > 0
        ? [`no random graph has an edge in the club at k = ${empty.join(", ")}: φ is not normalised`]
        : []),
      `${found.phi.length} values of p, one for each k, are not corrected for being many`,
    ],
  };
}

/** Random graphs one after another; positions come from a connectome where lengths are to be kept. */
function forEachNull(network: Network, options: CompareOptions, visit: (graph: Graph, draw: number) => void): void {
  const { surrogates = 100, onProgress, ...rest } = options;
  const positions = options.positions ?? (network instanceof Connectome ? network.nodes.positions : undefined);
  const graph = graphOf(network);
  for (let draw = 0; draw < surrogates; draw++) {
    visit(randomise(graph, { ...rest, positions, draw }), draw);
    onProgress?.(draw + 1, surrogates);
  }
}

function summarise(value: number, values: Float64Array) {
  const centre = mean(values);
  let squares = 0;
  let [above, below] = [0, 0];
  // Sums in another order differ by rounding: that is no difference.
  const slack = 1e-12 * Math.abs(value);
  for (const v of values) {
    squares += (v - centre) * (v - centre);
    if (v >= value - slack) above++;
    if (v <= value + slack) below++;
  }
  const n = values.length;
  const sd = n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN;
  const isDefined = Number.isFinite(value) && Number.isFinite(centre);
  return {
    mean: centre,
    sd: sd <= 1e-12 * Math.abs(centre) ? 0 : sd,
    upper: isDefined ? (above + 1) / (n + 1) : Number.NaN,
    lower: isDefined ? (below + 1) / (n + 1) : Number.NaN,
  };
}

/** Holm's step-down adjustment; NaN stays and does not count. */
function holm(p: readonly number[]): number[] {
  const order = Array.from(p.keys()).filter((m) => !Number.isNaN(p[m]!));
  order.sort((a, b) => p[a]! - p[b]!);
  const adjusted = p.map(() => Number.NaN);
  let largest = 0;
  order.forEach((m, rank) => {
    largest = Math.max(largest, Math.min(1, p[m]! * (order.length - rank)));
    adjusted[m] = largest;
  });
  return adjusted;
}

function noteOf(measures: number, surrogates: number): string {
  const smallest = Math.min(1, 2 / (surrogates + 1));
  const several =
    measures > 1
      ? `${measures} measures were compared: pHolm holds the chance of any false finding among them at its value (Holm 1979).`
      : "One measure was compared: no correction.";
  return `p is two-sided and at least ${smallest.toPrecision(2)} with ${surrogates} random graphs; a z-score says how many standard deviations of them the value is away, not how likely that is. ${several}`;
}
