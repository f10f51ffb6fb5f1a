/** Wiring in space: length of connections and their decay with distance. @module */
import { requireInteger } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";
import { exp, log } from "../../core/math.js";
import type { Measured } from "../../core/measured.js";
import type { Connectome } from "../columns.js";
import { graphOf } from "../graph/graph.js";

/**
 * Summed straight-line distance (um) of the somata of all connected ordered pairs, each pair once; the mean is among the
 * parameters. Pairs with an unknown position are left out, with a warning. A lower bound: neurites are not straight.
 * Source: Bullmore & Sporns 2012, Nat Rev Neurosci 13:336.
 */
export function wiringLength(connectome: Connectome): Measured {
  const { nNodes, offsets, neighbours } = graphOf(connectome).simple;
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < nNodes; i++) {
    for (let k = offsets[i]!; k < offsets[i + 1]!; k++) {
      const d = distanceOf(connectome, i, neighbours[k]!);
      if (Number.isNaN(d)) continue;
      sum += d;
      pairs++;
    }
  }
  const lost = neighbours.length - pairs;
  const warnings = lost > 0 ? [`${lost} connected pairs have no position and are left out`] : [];
  if (pairs === 0) warnings.push("no connected pair with positions: wiring length is not defined");
  return {
    value: pairs === 0 ? Number.NaN : sum,
    unit: "um",
    method: "sum of straight distances between somata of connected ordered pairs",
    parameters: { pairs, mean: sum / pairs, frame: connectome.nodes.frame },
    source: "Bullmore & Sporns 2012, Nat Rev Neurosci 13:336",
    warnings,
  };
}

export interface DistanceDecayOptions {
  /** Bins of equal width from 0 to the largest distance. Default 50. */
  bins?: number;
}

export interface DistanceDecay {
  /** Middle of each bin, um. */
  readonly distance: Float64Array;
  /** Ordered pairs of different neurons, and those connected. */
  readonly pairs: Float64Array;
  readonly connected: Float64Array;
  /** connected / pairs, NaN in an empty bin. */
  readonly probability: Float64Array;
  /** λ of p(d) = p₀·exp(−d/λ), um, by maximum likelihood; p₀ is among the parameters. */
  readonly lengthConstant: Measured;
}

/**
 * Probability of a connection by distance of the somata, and the exponential decay that fits it best, by maximum
 * likelihood of the binned counts. NaN with a warning where too few pairs are connected or the probability does not fall.
 * O(neurons²).
 *
 * Source: Ercsey-Ravasz et al. 2013, Neuron 80:184 (exponential distance rule).
 * @throws WbeError ARGUMENT when fewer than two neurons have positions.
 */
export function distanceDecay(connectome: Connectome, options: DistanceDecayOptions = {}): DistanceDecay {
  const { bins = 50 } = options;
  requireInteger(bins, 2, 100_000, "the number of distance bins");
  const graph = graphOf(connectome).simple;
  const { positions } = connectome.nodes;
  const placed = Array.from({ length: connectome.nNeurons }, (_, i) => i).filter(
    (i) => !Number.isNaN(positions[3 * i]!),
  );
  if (placed.length < 2) {
    throw new WbeError("ARGUMENT", `expected at least two neurons with positions, found ${placed.length}`, {
      where: `connectome "${connectome.metadata.name}"`,
    });
  }
  let largest = 0;
  for (const i of placed) for (const j of placed) if (j > i) largest = Math.max(largest, distanceOf(connectome, i, j));
  const width = largest > 0 ? largest / bins : 1;
  const pairs = new Float64Array(bins);
  const connected = new Float64Array(bins);
  for (const i of placed) {
    for (const j of placed) {
      if (i === j) continue;
      const bin = Math.min(bins - 1, Math.floor(distanceOf(connectome, i, j) / width));
      pairs[bin]!++;
      if (graph.entryOf(i, j) >= 0) connected[bin]!++;
    }
  }
  const distance = Float64Array.from({ length: bins }, (_, b) => (b + 0.5) * width);
  const fit = fitDecay(distance, pairs, connected);
  return {
    distance,
    pairs,
    connected,
    probability: connected.map((c, b) => c / pairs[b]!),
    lengthConstant: {
      value: fit ? 1 / fit.rate : Number.NaN,
      unit: "um",
      method: "p₀·exp(−d/λ), maximum likelihood of counts in bins of distance",
      parameters: { bins, p0: fit ? exp(fit.logP0) : Number.NaN, neurons: placed.length },
      source: "Ercsey-Ravasz et al. 2013, Neuron 80:184",
      warnings: fit ? [] : ["the probability of a connection does not fall with distance: no decay is fitted"],
    },
  };
}

/**
 * Maximum of Σ c·log p + (n − c)·log(1 − p), log p = a − r·d, by Fisher scoring with halved steps; null without a fall.
 */
function fitDecay(d: Float64Array, n: Float64Array, c: Float64Array): { logP0: number; rate: number } | null {
  const total = c.reduce((sum, x) => sum + x, 0);
  const all = n.reduce((sum, x) => sum + x, 0);
  if (total < 3 || total === all) return null;
  const likelihood = (a: number, r: number): number => {
    let sum = 0;
    for (let b = 0; b < d.length; b++) {
      if (n[b] === 0) continue;
      const logP = a - r * d[b]!;
      if (logP >= 0) return Number.NEGATIVE_INFINITY;
      sum += c[b]! * logP + (n[b]! - c[b]!) * log(1 - exp(logP));
    }
    return sum;
  };
  let [a, r] = [log(total / all), 0];
  let value = likelihood(a, r);
  for (let turn = 0; turn < 200; turn++) {
    // Scores and information of (a, −r): ∂/∂log p = (c − n·p)/(1 − p), information n·p/(1 − p).
    let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
    for (let b = 0; b < d.length; b++) {
      if (n[b] === 0) continue;
      const p = exp(a - r * d[b]!);
      const score = (c[b]! - n[b]! * p) / (1 - p);
      const information = (n[b]! * p) / (1 - p);
      g0 += score;
      g1 += score * d[b]!;
      h00 += information;
      h01 += information * d[b]!;
      h11 += information * d[b]! * d[b]!;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 0)) break;
    let step0 = (h11 * g0 - h01 * g1) / determinant;
    let step1 = -(h00 * g1 - h01 * g0) / determinant;
    let next = likelihood(a + step0, r + step1);
    for (let halving = 0; halving < 40 && !(next >= value); halving++) {
      step0 /= 2;
      step1 /= 2;
      next = likelihood(a + step0, r + step1);
    }
    if (!(next >= value)) break;
    const gained = next - value;
    [a, r, value] = [a + step0, r + step1, next];
    if (gained <= 1e-12 * Math.abs(value) && Math.abs(step1) <= 1e-12 * Math.abs(r)) break;
  }
  return r > 0 ? { logP0: a, rate: r } : null;
}

function distanceOf(connectome: Connectome, i: number, j: number): number {
  const { positions } = connectome.nodes;
  const dx = positions[3 * i]! - positions[3 * j]!;
  const dy = positions[3 * i + 1]! - positions[3 * j + 1]!;
  const dz = positions[3 * i + 2]! - positions[3 * j + 2]!;
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}
