/**
 * Similarity of neurons by NBLAST: points with directions, compared with the nearest points of the other neuron.
 *
 * @module
 */
import { requireInteger, requirePositive } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { exp } from "../core/math.js";
import type { Morphology } from "../core/morphology.js";
import { symmetricEigen } from "../core/symmetric-eigen.js";
import { KdTree, type Points } from "./kd-tree.js";

/** Points of a neuron with unit vectors along it. */
export interface DotProps extends Points {
  /** Unit direction of each point, sign of no meaning. */
  readonly directionX: Float64Array;
  readonly directionY: Float64Array;
  readonly directionZ: Float64Array;
  /** How much like a line the neighbours lie: (s1 − s2)/(s1 + s2 + s3) of their principal variances; 1 on a line. */
  readonly alpha: Float64Array;
  /** Built once for all comparisons. */
  readonly tree: KdTree;
}

/**
 * Points with directions from a tree's points (or any points): the first principal axis of the k nearest, itself included.
 *
 * @param k default 5, as for skeletons.
 * @throws WbeError ARGUMENT for k below 2 or fewer points than k.
 */
export function toDotProps(points: Points | Morphology, k = 5): DotProps {
  requireInteger(k, 2, Number.MAX_SAFE_INTEGER, "k", "toDotProps");
  const n = points.x.length;
  if (n < k) {
    throw new WbeError("ARGUMENT", `expected at least k = ${k} points, found ${n}`, {
      where: "toDotProps",
      remedy: "Give a smaller k, or resample the neuron more finely.",
    });
  }
  const { x, y, z } = points;
  const tree = new KdTree(points);
  const result = {
    x,
    y,
    z,
    directionX: new Float64Array(n),
    directionY: new Float64Array(n),
    directionZ: new Float64Array(n),
    alpha: new Float64Array(n),
    tree,
  };
  for (let i = 0; i < n; i++) {
    const near = tree.nearest(x[i]!, y[i]!, z[i]!, k);
    const { direction, values } = principalAxis(points, near);
    result.directionX[i] = direction[0];
    result.directionY[i] = direction[1];
    result.directionZ[i] = direction[2];
    const sum = values[0] + values[1] + values[2];
    result.alpha[i] = sum > 0 ? (values[0] - values[1]) / sum : 0;
  }
  return result;
}

/** Score of one pair of points: distance d (um) and |u·v| of their directions. */
export type PairScore = (distance: number, dot: number) => number;

/** √(|u·v| exp(−d²/(2σ²))): Kohl et al. 2013, Cell 155:1610. @param sigma um, default 10. */
export function analyticScore(sigma = 10): PairScore {
  requirePositive(sigma, "sigma", "analyticScore");
  return (distance, dot) => Math.sqrt(dot * exp((-distance * distance) / (2 * sigma * sigma)));
}

/** A table of log-odds: which row a distance falls into, and which column a dot product. */
export interface ScoreTable {
  /** Bounds between rows, um, ascending; row r holds distances in (bounds[r − 1], bounds[r]], the last what is above. */
  readonly distanceBounds: readonly number[];
  /** Bounds between columns, ascending. */
  readonly dotBounds: readonly number[];
  /** Rows by distance: (distanceBounds.length + 1) × (dotBounds.length + 1). */
  readonly scores: readonly (readonly number[])[];
}

/**
 * Scores by a table, as those that are made from pairs of neurons of one type against random pairs (Costa et al. 2016).
 *
 * @throws WbeError ARGUMENT when bounds do not ascend or the table does not fit them.
 */
export function tableScore({ distanceBounds, dotBounds, scores }: ScoreTable): PairScore {
  const where = "tableScore";
  for (const [name, bounds] of Object.entries({ distanceBounds, dotBounds })) {
    const wrong = bounds.findIndex((b, i) => !Number.isFinite(b) || (i > 0 && b <= bounds[i - 1]!));
    if (wrong >= 0)
      throw new WbeError("ARGUMENT", `expected ${name} to ascend, found ${bounds[wrong]} at ${wrong}`, { where });
  }
  const [rows, columns] = [distanceBounds.length + 1, dotBounds.length + 1];
  if (scores.length !== rows || scores.some((row) => row.length !== columns)) {
    throw new WbeError("ARGUMENT", `expected scores of ${rows} × ${columns} for the bounds`, { where });
  }
  const bin = (bounds: readonly number[], value: number) => {
    let i = 0;
    while (i < bounds.length && value > bounds[i]!) i++;
    return i;
  };
  return (distance, dot) => scores[bin(distanceBounds, distance)]![bin(dotBounds, dot)]!;
}

/**
 * NBLAST score of a query against a target: the sum over the query's points of the score of each with its nearest in the target,
 * over the same sum of the query with itself: 1 for itself. Not symmetric; see `nblastMean`.
 *
 * Source: Costa et al. 2016, Neuron 91:293.
 */
export function nblast(query: DotProps, target: DotProps, score: PairScore = analyticScore()): number {
  const n = query.x.length;
  const distance: number[] = [];
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const [j] = target.tree.nearest(query.x[i]!, query.y[i]!, query.z[i]!, 1, distance);
    const dot =
      query.directionX[i]! * target.directionX[j!]! +
      query.directionY[i]! * target.directionY[j!]! +
      query.directionZ[i]! * target.directionZ[j!]!;
    sum += score(distance[0]!, Math.abs(dot));
  }
  return sum / (n * score(0, 1));
}

/** Mean of both directions: symmetric. */
export function nblastMean(a: DotProps, b: DotProps, score: PairScore = analyticScore()): number {
  return (nblast(a, b, score) + nblast(b, a, score)) / 2;
}

/** First principal axis of some points and the three principal variances, largest first. */
function principalAxis({ x, y, z }: Points, list: readonly number[]) {
  const n = list.length;
  let [mx, my, mz] = [0, 0, 0];
  for (const i of list) {
    mx += x[i]! / n;
    my += y[i]! / n;
    mz += z[i]! / n;
  }
  let [xx, xy, xz, yy, yz, zz] = [0, 0, 0, 0, 0, 0];
  for (const i of list) {
    const [a, b, c] = [x[i]! - mx, y[i]! - my, z[i]! - mz];
    xx += a * a;
    xy += a * b;
    xz += a * c;
    yy += b * b;
    yz += b * c;
    zz += c * c;
  }
  const { values, vectors } = symmetricEigen(Float64Array.of(xx, xy, xz, xy, yy, yz, xz, yz, zz), 3);
  const order = [0, 1, 2].sort((i, j) => values[j]! - values[i]!) as [number, number, number];
  const first = order[0];
  return {
    direction: [vectors[first]!, vectors[3 + first]!, vectors[6 + first]!] as const,
    values: order.map((i) => Math.max(0, values[i]!)) as [number, number, number],
  };
}
