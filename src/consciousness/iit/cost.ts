/**
 * How long an exact Φ will take, said before it starts.
 *
 * @module
 */
import { requireInteger, requirePositive } from "../../core/arguments.js";
import { WbeError } from "../../core/errors.js";

export type IitVersion = "3.0" | "4.0";

export interface PhiCost {
  readonly nodes: number;
  readonly version: IitVersion;
  /** Partitions of mechanisms with purviews, over all cuts: the number that the time grows with. */
  readonly partitions: number;
  /** s on one core of the machine of bench/RESULTS.md; others differ, and easy networks take a tenth. */
  readonly seconds: number;
}

/** s per partition, from dense random networks of 4 to 6 nodes (bench `phi`). */
const secondsPerPartition = { "3.0": 7e-7, "4.0": 6e-8 } as const;

/**
 * An upper estimate for a densely connected system of n nodes.
 *
 * @throws WbeError ARGUMENT unless 1 ≤ n ≤ 64.
 */
export function estimateCost(nodes: number, version: IitVersion): PhiCost {
  requireInteger(nodes, 1, 64, "the number of nodes");
  // 3.0: each of 2ⁿ−2 cuts has Σ 2^|m|−1 · 2^|z| = 9ⁿ/2 bipartitions. 4.0: one system, partitions into any number of parts.
  const partitions = version === "3.0" ? ((2 ** nodes - 1) * 9 ** nodes) / 2 : disintegrations(nodes);
  return { nodes, version, partitions, seconds: partitions * secondsPerPartition[version] };
}

/** @throws WbeError LIMIT when the estimate is longer than allowed (600 s by default). */
export function refuseIfTooLong({ nodes, version, partitions, seconds }: PhiCost, maxSeconds = 600): void {
  requirePositive(maxSeconds, "maxSeconds");
  if (seconds <= maxSeconds) return;
  throw new WbeError(
    "LIMIT",
    `expected at most ${maxSeconds} s, found an estimate of ${seconds.toPrecision(2)} s for Φ (IIT ${version}) of ${nodes} nodes: ${partitions.toPrecision(2)} partitions`,
    {
      remedy: "Choose fewer nodes, raise maxSeconds, or estimate Φ of macro-units (MacroPhiEstimator).",
    },
  );
}

/** Σ over mechanism and purview sizes of the ways to part a mechanism into k parts and to give each purview node to one or to none. */
function disintegrations(n: number): number {
  let sum = 0;
  for (let m = 1; m <= n; m++) {
    for (let z = 1; z <= n; z++) {
      let ways = 0;
      for (let k = 1; k <= m; k++) ways += stirling(m, k) * (k + 1) ** z;
      sum += 2 * choose(n, m) * choose(n, z) * ways;
    }
  }
  return sum;
}

/** Stirling number of the second kind. */
function stirling(n: number, k: number): number {
  if (n === k) return 1;
  if (k === 0 || k > n) return 0;
  return k * stirling(n - 1, k) + stirling(n - 1, k - 1);
}

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i;
  return product;
}
