/**
 * Probability masses and exact samplers of the Poisson and binomial distributions. The samplers take any source of
 * uniform numbers; RandomStream (random.ts) is the front to them.
 *
 * @module
 */
import { exp, log, log1p } from "./math.js";

/** Gives numbers uniform in [0, 1). */
export type Uniforms = () => number;

/** ln(n!) − ln(√(2πn) (n/e)^n) for n = 0…15, below the range of the asymptotic series. Entry 0 is not used. */
const stirlingErrors = [
  0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475, 0.005554733551962801,
];

/** Error of Stirling's formula for ln(n!), n ≥ 1. */
function stirlingError(n: number): number {
  if (n <= 15) return stirlingErrors[n]!;
  const r = 1 / (n * n);
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - r / 1188) * r) * r) * r) / n;
}

/** x ln(x/m) + m − x without cancellation where x is near m (Loader's "deviance part"). */
function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * ln of the Poisson probability of k events at mean lambda > 0, accurate for large k too.
 * Source: Loader 2000, "Fast and accurate computation of binomial probabilities" (saddle-point form).
 */
export function logPoissonMass(k: number, lambda: number): number {
  if (k === 0) return -lambda;
  return -stirlingError(k) - deviance(k, lambda) - 0.5 * log(2 * Math.PI * k);
}

/** ln of the binomial probability of k successes in n trials of probability p, 0 < p < 1. Source: Loader 2000. */
export function logBinomialMass(k: number, n: number, p: number): number {
  if (k === 0) return n * log1p(-p);
  if (k === n) return n * log(p);
  const rest = n - k;
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(rest) -
    deviance(k, n * p) -
    deviance(rest, n * (1 - p)) -
    0.5 * log(2 * Math.PI * k * (rest / n))
  );
}

/**
 * A Poisson count of mean lambda ≥ 0: inversion below 10, above it the transformed rejection PTRS of
 * Hörmann 1993, Insurance: Mathematics and Economics 12:39. About 1.2 pairs of uniforms at any large lambda.
 */
export function samplePoisson(uniform: Uniforms, lambda: number): number {
  return lambda < 10 ? invertPoisson(uniform(), lambda) : rejectPoisson(uniform, lambda);
}

function invertPoisson(u: number, lambda: number): number {
  let mass = exp(-lambda);
  let below = mass;
  let k = 0;
  while (u >= below) {
    k++;
    mass *= lambda / k;
    const next = below + mass;
    if (next === below) break; // beyond the resolution of u
    below = next;
  }
  return k;
}

/**
 * Constants of a transformed rejection: from u uniform in (−½, ½), us = ½ − |u| and v uniform in (0, 1), the candidate is
 * floor((2a/us + b)·u + centre), accepted when v·scale/(a/us² + b) ≤ mass; at once when us ≥ 0.07 and v ≤ squeeze.
 */
export interface RejectionHat {
  readonly a: number;
  readonly b: number;
  readonly centre: number;
  readonly scale: number;
  readonly squeeze: number;
}

/**
 * PTRS, for the mass itself; lambda ≥ 10. It also refuses at once when us < 0.013 and v > us.
 *
 * The centre is lambda + 0.445, as in the algorithm PTRD of the same paper. With the 0.43 of many implementations the
 * mass stands above the hat by up to 0.56 % (near lambda 14) and dips below the squeeze, so that some counts come too
 * rarely; count-distributions.test.ts checks both inequalities.
 */
export function poissonHat(lambda: number): RejectionHat {
  const b = 0.931 + 2.53 * Math.sqrt(lambda);
  return {
    a: -0.059 + 0.02483 * b,
    b,
    centre: lambda + 0.445,
    scale: 1.1239 + 1.1328 / (b - 3.4),
    squeeze: 0.9277 - 3.6224 / (b - 2),
  };
}

/** BTRS, for the mass relative to that of the mode; n·p ≥ 10 and p ≤ ½. */
export function binomialHat(n: number, p: number): RejectionHat {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  return {
    a: -0.0873 + 0.0248 * b + 0.01 * p,
    b,
    centre: n * p + 0.5,
    scale: (2.83 + 5.1 / b) * spread,
    squeeze: 0.92 - 4.2 / b,
  };
}

function rejectPoisson(uniform: Uniforms, lambda: number): number {
  const { a, b, centre, scale, squeeze } = poissonHat(lambda);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (log((v * scale) / (a / (us * us) + b)) <= logPoissonMass(k, lambda)) return k;
  }
}

/**
 * A binomial count of n ≥ 0 trials of probability p: inversion where n·min(p, 1 − p) < 10, else the transformed
 * rejection BTRS of Hörmann 1993, J Statistical Computation and Simulation 46:101.
 */
export function sampleBinomial(uniform: Uniforms, n: number, p: number): number {
  if (p === 0 || n === 0) return 0;
  if (p === 1) return n;
  if (p > 0.5) return n - sampleBinomial(uniform, n, 1 - p);
  return n * p < 10 ? invertBinomial(uniform(), n, p) : rejectBinomial(uniform, n, p);
}

function invertBinomial(u: number, n: number, p: number): number {
  const odds = p / (1 - p);
  let mass = exp(n * log1p(-p));
  let below = mass;
  let k = 0;
  while (u >= below && k < n) {
    k++;
    mass *= ((n - k + 1) / k) * odds;
    const next = below + mass;
    if (next === below) break; // beyond the resolution of u
    below = next;
  }
  return k;
}

function rejectBinomial(uniform: Uniforms, n: number, p: number): number {
  const { a, b, centre, scale, squeeze } = binomialHat(n, p);
  const logModeMass = logBinomialMass(Math.floor((n + 1) * p), n, p);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= squeeze) return k;
    if (log((v * scale) / (a / (us * us) + b)) <= logBinomialMass(k, n, p) - logModeMass) return k;
  }
}
