/**
 * First measures of a connectome as a directed graph of connected pairs. Synapse types are not told apart here: take
 * `connectome.ofTypes(…)` first to measure the chemical or the electrical network.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { Measured } from "../core/measured.js";
import type { Connectome } from "./columns.js";
import { partnerDegrees, synapseCountMatrix, synapseDegrees } from "./views.js";

/**
 * Connected ordered pairs of different neurons over all n(n−1) of them. NaN with a warning for a single neuron.
 * Source: Rubinov & Sporns 2010, NeuroImage 52:1059.
 */
export function connectionDensity(connectome: Connectome): Measured {
  const n = connectome.nNeurons;
  const { connected } = countPairs(connectome);
  return {
    value: n < 2 ? Number.NaN : connected / (n * (n - 1)),
    unit: "1",
    method: "connected ordered pairs of different neurons / n(n−1)",
    parameters: { nNeurons: n, connectedPairs: connected },
    source: "Rubinov & Sporns 2010, NeuroImage 52:1059",
    warnings: n < 2 ? ["a single neuron has no pairs: density is not defined"] : [],
  };
}

/**
 * Share of the connected ordered pairs (self-connections left out) whose reverse is connected too. NaN with a warning
 * without connections. A random graph of the same density has reciprocity = density, given in the parameters.
 * Source: Newman, Forrest & Balthrop 2002, Phys Rev E 66:035101.
 */
export function reciprocity(connectome: Connectome): Measured {
  const { connected, mutual } = countPairs(connectome);
  return {
    value: connected === 0 ? Number.NaN : mutual / connected,
    unit: "1",
    method: "connected ordered pairs whose reverse is connected / connected ordered pairs",
    parameters: {
      connectedPairs: connected,
      reciprocatedPairs: mutual,
      density: connectionDensity(connectome).value,
    },
    source: "Newman, Forrest & Balthrop 2002, Phys Rev E 66:035101",
    warnings: connected === 0 ? ["no pair of different neurons is connected: reciprocity is not defined"] : [],
  };
}

function countPairs(connectome: Connectome): { connected: number; mutual: number } {
  const { rowOffsets, columns } = synapseCountMatrix(connectome);
  const n = connectome.nNeurons;
  const keys = new Set<number>();
  const visit = (use: (row: number, column: number) => void) => {
    for (let row = 0; row < n; row++) {
      for (let entry = rowOffsets[row]!; entry < rowOffsets[row + 1]!; entry++) {
        if (columns[entry] !== row) use(row, columns[entry]!);
      }
    }
  };
  visit((row, column) => keys.add(row * n + column));
  let mutual = 0;
  visit((row, column) => {
    if (keys.has(column * n + row)) mutual++;
  });
  return { connected: keys.size, mutual };
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
 * How many neurons have which degree.
 *
 * @param direction "in", "out", or "total" = in + out.
 * @param by "partners" (connected pairs, default) or "synapses".
 */
export function degreeDistribution(
  connectome: Connectome,
  direction: "in" | "out" | "total" = "total",
  by: "partners" | "synapses" = "partners",
): DegreeDistribution {
  if (!["in", "out", "total"].includes(direction)) {
    throw new WbeError("ARGUMENT", `expected a direction "in", "out" or "total", found "${String(direction)}"`);
  }
  const degrees = by === "synapses" ? synapseDegrees(connectome) : partnerDegrees(connectome);
  const values = degrees.in.map((d, i) => (direction === "out" ? 0 : d) + (direction === "in" ? 0 : degrees.out[i]!));
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
