/**
 * Measures of integration of a Gaussian process at one delay and one bipartition, in nats.
 *
 * @module
 */
import { choleskyInto, gather, invertFromCholesky, multiplyInto } from "../dense-matrix.js";
import { geometricPhi, makeDynamics } from "../gaussian-phi.js";
import type { GaussianEntropies } from "./gaussian-entropies.js";

/** Variables of both parts now and later. */
interface Parts {
  readonly now: readonly [number[], number[]];
  readonly later: readonly [number[], number[]];
  readonly allNow: number[];
  readonly allLater: number[];
}

function partsOf(n: number, part: ArrayLike<number>): Parts {
  const side = (which: number) => Array.from({ length: n }, (_, i) => i).filter((i) => part[i] === which);
  const now = [side(0), side(1)] as const;
  const later = [now[0].map((i) => i + n), now[1].map((i) => i + n)] as const;
  return { now, later, allNow: [...now[0], ...now[1]], allLater: [...later[0], ...later[1]] };
}

/** I(X; Y): what the whole now says about the whole later. */
export function delayedInformation(h: GaussianEntropies): number {
  const all = Array.from({ length: h.n }, (_, i) => i);
  return h.information(
    all,
    all.map((i) => i + h.n),
  );
}

/**
 * Whole minus sum: I(X; Y) less what each part says about its own future. Negative where the parts know the same.
 *
 * Source: Barrett & Seth 2011, PLoS Comput Biol 7:e1001052 (Φ_E).
 */
export function wholeMinusSum(h: GaussianEntropies, part: ArrayLike<number>): number {
  const { now, later, allNow, allLater } = partsOf(h.n, part);
  return h.information(allNow, allLater) - h.information(now[0], later[0]) - h.information(now[1], later[1]);
}

/**
 * Φ_R: whole minus sum, with what both parts know of both futures (the least of four informations) put back once. Not
 * negative for the minimum-mutual-information redundancy.
 *
 * Source: Mediano et al. 2021, arXiv 2109.13186 (revised Φ).
 */
export function revisedPhi(h: GaussianEntropies, part: ArrayLike<number>): number {
  const { now, later } = partsOf(h.n, part);
  const redundancy = Math.min(...now.flatMap((a) => later.map((b) => h.information(a, b))));
  return wholeMinusSum(h, part) + redundancy;
}

/**
 * Stochastic interaction: how much more uncertain the parts' futures are, each given its own past, than the whole's given
 * the whole. Counts correlated noise as integration.
 *
 * Source: Ay 2001 (Santa Fe Inst. preprint 01-09-048); Barrett & Seth 2011 (Φ̃).
 */
export function stochasticInteraction(h: GaussianEntropies, part: ArrayLike<number>): number {
  const { now, later, allNow, allLater } = partsOf(h.n, part);
  const given = (y: readonly number[], x: readonly number[]) => h.entropy([...x, ...y]) - h.entropy(x);
  return given(later[0], now[0]) + given(later[1], now[1]) - given(allLater, allNow);
}

/**
 * Causal density: the mean over ordered pairs of units of the Granger causality (ln of the ratio of residual variances,
 * all other units given), at this one delay. One unit: 0.
 *
 * Source: Seth, Barrett & Barnett 2011, Phil Trans R Soc A 369:3748.
 */
export function causalDensity(h: GaussianEntropies): number {
  const { n } = h;
  if (n < 2) return 0;
  const all = Array.from({ length: n }, (_, i) => i);
  let sum = 0;
  for (let to = 0; to < n; to++) {
    const full = h.entropy([...all, n + to]) - h.entropy(all);
    for (let from = 0; from < n; from++) {
      if (from === to) continue;
      const rest = all.filter((i) => i !== from);
      sum += 2 * (h.entropy([...rest, n + to]) - h.entropy(rest) - full);
    }
  }
  return sum / (n * (n - 1));
}

/** Φ_G (see `geometricPhi`) from the same covariance; without bias correction. */
export function geometricIntegration(h: GaussianEntropies, part: ArrayLike<number>): number {
  const { n, covariance } = h;
  const all = Array.from({ length: n }, (_, i) => i);
  const later = all.map((i) => i + n);
  const state = gather(covariance, 2 * n, all, all);
  const { regression, residual } = regress(covariance, 2 * n, all, later);
  return geometricPhi(makeDynamics(regression, state, residual, n), part).phi;
}

/**
 * Φ*: I(X; Y) less what a decoder gains that takes the parts for independent (mismatched decoding, at the best β). Not
 * negative, and at most I(X; Y). Without bias correction.
 *
 * With D and S the parts' own regressions and residual covariances (block-diagonal), Q(β) = Σx⁻¹ + β·Dᵀ S⁻¹ D and
 * R(β) = β·S⁻¹ − β²·S⁻¹ D Q⁻¹ Dᵀ S⁻¹, the decoder's information is max over β of
 * ½ (ln|Σx| + ln|Q| + tr(R Σy) − βn): concave in β, searched by golden sections.
 *
 * Source: Oizumi, Amari, Yanagawa, Fujii & Tsuchiya 2016, PLoS Comput Biol 12:e1004654.
 */
export function phiStar(h: GaussianEntropies, part: ArrayLike<number>): number {
  const { n, covariance } = h;
  const all = Array.from({ length: n }, (_, i) => i);
  const later = all.map((i) => i + n);
  const state = gather(covariance, 2 * n, all, all);
  const future = gather(covariance, 2 * n, later, later);
  const D = new Float64Array(n * n);
  const S = new Float64Array(n * n);
  for (const side of partsOf(n, part).now) {
    const own = regress(
      covariance,
      2 * n,
      side,
      side.map((i) => i + n),
    );
    side.forEach((i, a) => {
      side.forEach((j, b) => {
        D[i * n + j] = own.regression[a * side.length + b]!;
        S[i * n + j] = own.residual[a * side.length + b]!;
      });
    });
  }
  const scratch = new Float64Array(n * n);
  const logState = choleskyInto(scratch, state, n);
  const stateInverse = invertFromCholesky(scratch, n);
  choleskyInto(scratch, S, n);
  const precision = invertFromCholesky(scratch, n);
  const SD = multiplyInto(new Float64Array(n * n), precision, D, n);
  const DSD = transposeTimes(D, SD, n);
  const constant = trace(precision, future, n);
  const decoded = (beta: number): number => {
    const Q = stateInverse.map((value, i) => value + beta * DSD[i]!);
    const factor = new Float64Array(n * n);
    const logQ = choleskyInto(factor, Q, n);
    const inner = multiplyInto(new Float64Array(n * n), SD, invertFromCholesky(factor, n), n);
    const outer = multiplyInto(new Float64Array(n * n), inner, SD, n, true);
    return (logState + logQ + beta * constant - beta * beta * trace(outer, future, n) - beta * n) / 2;
  };
  const total = delayedInformation(h);
  return Math.max(0, total - Math.max(0, largest(decoded)));
}

/** The maximum of a concave function on β ≥ 0. */
function largest(f: (beta: number) => number): number {
  let high = 1;
  while (f(2 * high) > f(high) && high < 2 ** 20) high *= 2;
  let [a, b] = [0, 2 * high];
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [fc, fd] = [f(c), f(d)];
  while (b - a > 1e-9 * (1 + a)) {
    if (fc > fd) {
      b = d;
      [d, fd] = [c, fc];
      c = b - ratio * (b - a);
      fc = f(c);
    } else {
      a = c;
      [c, fc] = [d, fd];
      d = a + ratio * (b - a);
      fd = f(d);
    }
  }
  return f((a + b) / 2);
}

/** Regression of variables `to` on `from`, and the covariance of its residual. */
function regress(covariance: Float64Array, width: number, from: readonly number[], to: readonly number[]) {
  const m = from.length;
  const xx = gather(covariance, width, [...from], [...from]);
  choleskyInto(xx, xx, m);
  const yx = gather(covariance, width, [...to], [...from]);
  const regression = multiplyInto(new Float64Array(m * m), yx, invertFromCholesky(xx, m), m);
  const explained = multiplyInto(new Float64Array(m * m), regression, yx, m, true);
  const residual = gather(covariance, width, [...to], [...to]);
  for (let i = 0; i < m; i++) {
    for (let j = i; j < m; j++) {
      const value = residual[i * m + j]! - (explained[i * m + j]! + explained[j * m + i]!) / 2;
      residual[i * m + j] = value;
      residual[j * m + i] = value;
    }
  }
  return { regression, residual };
}

/** aᵀ·b */
function transposeTimes(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[k * n + i]! * b[k * n + j]!;
      out[i * n + j] = sum;
    }
  }
  return out;
}

/** tr(a·b) of symmetric matrices. */
function trace(a: Float64Array, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n * n; i++) sum += a[i]! * b[i]!;
  return sum;
}
