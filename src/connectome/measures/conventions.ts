/**
 * What all measures share: what they take, what they return, and how they look at a graph.
 *
 * Unless a measure says otherwise: edges from a node to itself are left out; parallel synapses are one edge; without
 * `weighted` every edge counts 1, an edge of weight 0 included; a measure of undirected graphs takes a directed one by
 * joining directions, with weights (W + Wᵀ)/2. Where a value is not defined it is NaN, and a warning says why.
 *
 * @module
 */
import type { ColumnSchema } from "../../core/column.js";
import { WbeError } from "../../core/errors.js";
import type { Values } from "../../core/measured.js";
import type { Connectome } from "../columns.js";
import { type Graph, graphOf } from "../graph/graph.js";

/** What every measure takes. */
export type Network = Connectome | Graph;

/** A measure with one value per node: a column with its provenance, as Measured has for one number. */
export interface MeasuredNodes {
  readonly data: Float64Array;
  readonly schema: ColumnSchema;
  readonly method: string;
  readonly parameters: Values;
  readonly source: string;
  readonly warnings: string[];
}

export interface WeightOption {
  /** Use the weights of the edges; by default each counts 1. */
  weighted?: boolean;
}

export interface ViewOptions extends WeightOption {
  /** Join directions. */
  undirected?: boolean;
  /** Keep edges from a node to itself. */
  loops?: boolean;
  /** Let negative weights pass; without it they are refused. */
  signed?: boolean;
}

/**
 * The graph as a measure looks at it.
 *
 * @throws WbeError ARGUMENT for negative weights where the measure does not take them.
 */
export function viewOf(network: Network, what: string, options: ViewOptions = {}): Graph {
  let graph = graphOf(network);
  if (!options.weighted) graph = graph.binary;
  if (options.undirected) graph = graph.undirected;
  if (!options.loops) graph = graph.simple;
  if (graph.weights && !options.signed) {
    const negative = graph.weights.findIndex((weight) => weight < 0);
    if (negative >= 0) {
      throw new WbeError("ARGUMENT", `expected weights of at least 0 for ${what}, found ${graph.weights[negative]}`, {
        remedy: "Measure without weights, or the positive and the negative edges apart (graph.filterEdges).",
      });
    }
  }
  return graph;
}

/** A column of one value per node. */
export function nodeColumn(
  name: string,
  unit: string,
  doc: string,
  data: Float64Array,
  about: { method: string; source: string; parameters?: Values; warnings?: string[] },
): MeasuredNodes {
  return {
    data,
    schema: { name, unit, shape: [data.length], doc },
    method: about.method,
    parameters: about.parameters ?? {},
    source: about.source,
    warnings: about.warnings ?? [],
  };
}

/** Mean in index order; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sumOf(values) / values.length;
}

/** Sum of values[from … to−1], in index order. */
export function sumOf(values: ArrayLike<number>, from = 0, to = values.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += values[i]!;
  return sum;
}

/** Largest of some values and 0. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  return largest;
}
