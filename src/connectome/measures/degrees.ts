/** Degrees and strengths. @module */
import { WbeError } from "../../core/errors.js";
import type { Connectome } from "../columns.js";
import { partnerDegrees, synapseDegrees } from "../views.js";
import { type MeasuredNodes, type Network, nodeColumn, viewOf } from "./conventions.js";

export type Direction = "in" | "out" | "total";

export interface DegreeOptions {
  /** Incoming, outgoing or (default) both. The total of an undirected graph is its degree, each edge once. */
  direction?: Direction;
}

export interface StrengthOptions extends DegreeOptions {
  /** Only weights of this sign; negative ones are summed as magnitudes. All, with their signs, by default. */
  sign?: "positive" | "negative";
}

/** Number of edges at each node, without those to itself. Source: Rubinov & Sporns 2010, NeuroImage 52:1059. */
export function degrees(network: Network, options: DegreeOptions = {}): MeasuredNodes {
  const { direction = "total" } = options;
  checkDirection(direction);
  // Loops are passed over here: a view without them would cost more than the degrees.
  const { nNodes, directed, offsets, neighbours } = viewOf(network, "degrees", { loops: true });
  const data = new Float64Array(nNodes);
  const sends = direction !== "in" || !directed;
  const receives = direction !== "out" && directed;
  for (let i = 0; i < nNodes; i++) {
    const end = offsets[i + 1]!;
    for (let k = offsets[i]!; k < end; k++) {
      const j = neighbours[k]!;
      if (j === i) continue;
      if (sends) data[i]!++;
      if (receives) data[j]!++;
    }
  }
  return nodeColumn(`${direction} degree`, "1", "Connected partners, without itself", data, {
    method: `number of edges (${direction})`,
    source: "Rubinov & Sporns 2010, NeuroImage 52:1059",
    parameters: { direction },
  });
}

/**
 * Sum of the weights at each node, without edges to itself; in nS for a connectome.
 * Source: Barrat et al. 2004, PNAS 101:3747; signs apart as in Rubinov & Sporns 2011, NeuroImage 56:2068.
 */
export function strengths(network: Network, options: StrengthOptions = {}): MeasuredNodes {
  const { direction = "total", sign } = options;
  checkDirection(direction);
  const graph = viewOf(network, "strengths", { weighted: true, signed: true });
  const data = new Float64Array(graph.nNodes);
  for (const side of sides(direction, graph.directed)) {
    const { offsets, weights } = side === "out" ? graph : graph.reversed;
    for (let i = 0; i < data.length; i++) {
      for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
        const weight = weights ? weights[k]! : 1;
        if (sign === undefined) data[i]! += weight;
        else if (sign === "positive" ? weight > 0 : weight < 0) data[i]! += Math.abs(weight);
      }
    }
  }
  return nodeColumn(`${direction} strength`, "weight", "Summed weights, without those to itself", data, {
    method: `sum of ${sign ?? "all"} weights (${direction})`,
    source: "Barrat et al. 2004, PNAS 101:3747",
    parameters: { direction, sign: sign ?? "both" },
  });
}

function sides(direction: Direction, directed: boolean): ("in" | "out")[] {
  if (!directed) return ["out"];
  return direction === "total" ? ["in", "out"] : [direction];
}

function checkDirection(direction: string): void {
  if (["in", "out", "total"].includes(direction)) return;
  throw new WbeError("ARGUMENT", `expected a direction "in", "out" or "total", found "${String(direction)}"`);
}

export interface DegreeDistribution {
  /** Degrees that occur, ascending. */
  readonly degree: Uint32Array;
  /** Number of neurons of each. */
  readonly count: Uint32Array;
  readonly mean: number;
  readonly max: number;
}

/**
 * How many neurons have which degree; a neuron that contacts itself counts as its own partner.
 *
 * @param direction "in", "out", or "total" = in + out.
 * @param by "partners" (connected pairs, default) or "synapses".
 */
export function degreeDistribution(
  connectome: Connectome,
  direction: Direction = "total",
  by: "partners" | "synapses" = "partners",
): DegreeDistribution {
  checkDirection(direction);
  const found = by === "synapses" ? synapseDegrees(connectome) : partnerDegrees(connectome);
  const values = found.in.map((d, i) => (direction === "out" ? 0 : d) + (direction === "in" ? 0 : found.out[i]!));
  const counts = new Map<number, number>();
  for (const d of values) counts.set(d, (counts.get(d) ?? 0) + 1);
  const degree = Uint32Array.from(counts.keys()).sort();
  return {
    degree,
    count: degree.map((d) => counts.get(d)!),
    mean: values.reduce((sum, d) => sum + d, 0) / values.length,
    max: degree[degree.length - 1]!,
  };
}
