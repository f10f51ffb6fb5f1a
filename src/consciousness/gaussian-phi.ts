/**
 * Geometric integrated information Φ_G of a Gaussian autoregressive process, for one bipartition.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { choleskyInto, gather, invertFromCholesky, multiplyInto } from "./dense-matrix.js";

/** y = A·x + e: x the state, y the state one delay later. Matrices are row-major n × n. */
export interface GaussianDynamics {
  readonly n: number;
  /** Regression of y on x. */
  readonly A: Float64Array;
  /** Covariance of x, positive definite. */
  readonly covariance: Float64Array;
  /** Covariance of the residual e, positive definite. */
  readonly residual: Float64Array;
  /** ln det of `residual`. */
  readonly logDetResidual: number;
}

/** @throws WbeError ARGUMENT unless both covariances are positive definite. */
export function makeDynamics(
  A: Float64Array,
  covariance: Float64Array,
  residual: Float64Array,
  n: number,
): GaussianDynamics {
  const scratch = new Float64Array(n * n);
  const logDetResidual = choleskyInto(scratch, residual, n);
  if (Number.isNaN(logDetResidual) || Number.isNaN(choleskyInto(scratch, covariance, n))) {
    throw new WbeError("ARGUMENT", "expected positive definite covariances of the state and of the residual", {
      remedy: "Remove linearly dependent units, or shrink the covariance.",
    });
  }
  return { n, A, covariance, residual, logDetResidual };
}

/** Time-delayed mutual information I(x; y) in nats: ½ ln(|cov y| / |cov e|). An upper bound of Φ_G. */
export function timeDelayedInformation(dynamics: GaussianDynamics): number {
  const { n, A, covariance, logDetResidual } = dynamics;
  const future = addQuadratic(dynamics.residual, A, covariance, n);
  return Math.max(0, 0.5 * (choleskyInto(future, future, n) - logDetResidual));
}

/** base + M·S·Mᵀ */
function addQuadratic(base: Float64Array, M: Float64Array, S: Float64Array, n: number): Float64Array {
  const sum = multiplyInto(new Float64Array(n * n), multiplyInto(new Float64Array(n * n), M, S, n), M, n, true);
  for (let i = 0; i < sum.length; i++) sum[i]! += base[i];
  return sum;
}

export interface PhiG {
  /** nats, ≥ 0 */
  phi: number;
  iterations: number;
  converged: boolean;
}

const tolerance = 1e-11;

/**
 * Φ_G: the least Kullback–Leibler divergence from the process to one in which neither part's past acts on the other
 * part's future (A′ block-diagonal, residual covariance free):
 *
 *   Φ_G = min over A′ of ½ ln( |Σe + (A−A′) Σx (A−A′)ᵀ| / |Σe| ).
 *
 * It is ≥ 0, 0 exactly when no influence crosses the partition (correlated noise does not count as influence), at most
 * I(x; y), and unchanged by any invertible linear map within a part. The minimum is found by block descent: with the
 * residual covariance of the last step held, each part's block has a closed form (this is maximum likelihood of
 * seemingly unrelated regressions); the value falls in every step.
 *
 * @param part 0 or 1 for each unit; both must occur.
 * @param maxIterations 0 gives the value for two separate regressions: an upper bound, exact for uncorrelated residuals.
 * Source: Oizumi, Tsuchiya & Amari 2016, PNAS 113:14817 (Gaussian autoregressive case).
 */
export function geometricPhi(dynamics: GaussianDynamics, part: ArrayLike<number>, maxIterations = 2000): PhiG {
  const { n, A, covariance, residual, logDetResidual } = dynamics;
  const units = [0, 1].map((side) => indicesOf(part, n, side));
  const inverseOfState = units.map((block) => invertBlock(covariance, n, block));

  // D = A − A′, first for separate regressions of each part on its own past.
  const D = Float64Array.from(A);
  for (const block of units) for (const i of block) for (const j of block) D[i * n + j] = 0;
  const start = multiplyInto(new Float64Array(n * n), D, covariance, n);
  units.forEach((block, side) => {
    subtractBlock(D, n, block, gather(start, n, block, block), inverseOfState[side]!);
  });

  let error = addQuadratic(residual, D, covariance, n);
  const factor = new Float64Array(n * n);
  let logDet = choleskyInto(factor, error, n);
  let iterations = 0;
  let converged = maxIterations === 0;
  const first = new Float64Array(n * n);
  const gradient = new Float64Array(n * n);
  while (!converged && iterations < maxIterations) {
    const precision = invertFromCholesky(factor, n);
    units.forEach((block, side) => {
      multiplyInto(gradient, multiplyInto(first, precision, D, n), covariance, n);
      const m = block.length;
      const part = gather(gradient, n, block, block);
      const scaled = multiplyInto(new Float64Array(m * m), invertBlock(precision, n, block), part, m);
      subtractBlock(D, n, block, scaled, inverseOfState[side]!);
    });
    error = addQuadratic(residual, D, covariance, n);
    const next = choleskyInto(factor, error, n);
    converged = Math.abs(next - logDet) < tolerance;
    logDet = next;
    iterations++;
  }
  return { phi: Math.max(0, 0.5 * (logDet - logDetResidual)), iterations, converged };
}

function indicesOf(part: ArrayLike<number>, n: number, side: number): number[] {
  const block: number[] = [];
  for (let i = 0; i < n; i++) if (part[i] === side) block.push(i);
  if (part.length !== n || block.length === 0 || block.length === n) {
    throw new WbeError("ARGUMENT", `expected a bipartition of ${n} units with both parts occupied`, {
      where: `part ${side} has ${block.length}`,
    });
  }
  return block;
}

/** Inverse of a principal block of a positive definite matrix. */
function invertBlock(a: Float64Array, n: number, block: number[]): Float64Array {
  const part = gather(a, n, block, block);
  choleskyInto(part, part, block.length);
  return invertFromCholesky(part, block.length);
}

/** D_block −= left · right */
function subtractBlock(D: Float64Array, n: number, block: number[], left: Float64Array, right: Float64Array): void {
  const m = block.length;
  const product = multiplyInto(new Float64Array(m * m), left, right, m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) D[block[i]! * n + block[j]!]! -= product[i * m + j];
  }
}
