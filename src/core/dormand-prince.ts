/**
 * The adaptive Runge–Kutta method of Dormand & Prince, orders 5(4), for small non-stiff systems.
 *
 * Sources: Dormand & Prince 1980, J Comput Appl Math 6:19 (coefficients); Hairer, Nørsett & Wanner 1993, Solving
 * Ordinary Differential Equations I, 2nd ed., II.4–II.6 (step control, starting step, continuous extension).
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "./arguments.js";
import { WbeError } from "./errors.js";
import { type Derivative, requireFiniteState } from "./integrators.js";
import { pow } from "./math.js";

export interface DormandPrinceOptions {
  /** Largest error per step, relative to the size of each variable. Default 1e-6. */
  relativeTolerance?: number;
  /** The same, absolute; one number or one per variable, in its unit. Default 1e-9. */
  absoluteTolerance?: number | ArrayLike<number>;
  /** First step; estimated from the equations when absent. */
  initialStep?: number;
  /** No step is longer. Default: the whole interval. */
  maxStep?: number;
  /** Tried steps, accepted or not, after which the call fails. Default 100,000. */
  maxSteps?: number;
  /** Times within the interval, in its direction, at which the solution is wanted; found by interpolation of order 4. */
  sample?: ArrayLike<number>;
}

export interface DormandPrinceSolution {
  /** The end of the interval, reached exactly. */
  readonly t: number;
  readonly y: Float64Array;
  /** Interpolated states at the sample times: sampled.subarray(k·n, (k+1)·n). */
  readonly sampled: Float64Array;
  readonly accepted: number;
  readonly rejected: number;
  readonly evaluations: number;
}

/** Nodes, rows of the tableau, and weights; row 7 is also the solution of order 5 (first same as last). */
const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1] as const;
const tableau: readonly (readonly number[])[] = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
/** Weights of order 5 minus weights of order 4. */
const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const;
/** Continuous extension of order 4 (Hairer et al., II.6). */
const denseWeights = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
] as const;

/** Step factors are kept within these bounds; beta makes the control proportional–integral, which damps it. */
const control = { safety: 0.9, shrink: 0.2, grow: 10, beta: 0.04, exponent: 0.2 - 0.04 * 0.75 } as const;

/**
 * Integrates dy/dt = f(t, y) from t0 to t1 (either direction) with control of the local error.
 *
 * @throws WbeError ARGUMENT for bad options; NOT_FINITE, naming variable and time, when a state or slope stops being
 * finite; LIMIT when the step falls below the resolution of t (a singularity or a stiff system) or maxSteps is used up.
 * @example
 * const decay: Derivative = (t, y, dydt) => { dydt[0] = -y[0]; };
 * dormandPrince(decay, 0, 1, [1]).y[0]; // 0.36788
 */
export function dormandPrince(
  f: Derivative,
  t0: number,
  t1: number,
  y0: ArrayLike<number>,
  options: DormandPrinceOptions = {},
): DormandPrinceSolution {
  return new Integration(f, t0, t1, y0, options).run();
}

class Integration {
  readonly #f: Derivative;
  readonly #t1: number;
  readonly #n: number;
  readonly #direction: number;
  readonly #relative: number;
  readonly #absolute: Float64Array;
  readonly #maxStep: number;
  readonly #maxSteps: number;
  readonly #sample: Float64Array;
  readonly #sampled: Float64Array;
  #nextSample = 0;
  #t: number;
  #y: Float64Array;
  #next: Float64Array;
  readonly #k: Float64Array[];
  #step: number;
  #evaluations = 0;

  constructor(f: Derivative, t0: number, t1: number, y0: ArrayLike<number>, options: DormandPrinceOptions) {
    this.#t = requireFinite(t0, "the start time");
    this.#t1 = requireFinite(t1, "the end time");
    this.#f = f;
    this.#n = y0.length;
    this.#direction = t1 < t0 ? -1 : 1;
    this.#y = Float64Array.from(y0);
    requireFiniteState(this.#y, t0);
    this.#next = new Float64Array(this.#n);
    this.#k = nodes.map(() => new Float64Array(this.#n));
    this.#relative = requireWithin(options.relativeTolerance ?? 1e-6, 0, 1, "the relative tolerance");
    this.#absolute = absoluteTolerances(options.absoluteTolerance ?? 1e-9, this.#n);
    if (this.#relative === 0 && this.#absolute.some((a) => a === 0)) {
      throw new WbeError("ARGUMENT", "expected an absolute or a relative tolerance above 0, found both 0");
    }
    const span = Math.abs(t1 - t0);
    this.#maxStep = Math.min(requirePositive(options.maxStep ?? Math.max(span, Number.MIN_VALUE), "maxStep"), span);
    this.#maxSteps = requireInteger(options.maxSteps ?? 100_000, 1, Number.MAX_SAFE_INTEGER, "maxSteps");
    this.#sample = sampleTimes(options.sample ?? [], t0, t1, this.#direction);
    this.#sampled = new Float64Array(this.#sample.length * this.#n);
    this.#evaluate(t0, this.#y, this.#k[0]!);
    requireFiniteSlope(this.#k[0]!, t0);
    this.#step =
      options.initialStep === undefined
        ? this.#startingStep()
        : Math.min(requirePositive(options.initialStep, "initialStep"), this.#maxStep);
  }

  run(): DormandPrinceSolution {
    let accepted = 0;
    let rejected = 0;
    let lastError = 1e-4;
    let justRejected = false;
    this.#takeSamples(0);
    while (this.#t !== this.#t1) {
      if (accepted + rejected >= this.#maxSteps) throw this.#tooManySteps();
      const left = Math.abs(this.#t1 - this.#t);
      // A last step that would leave a sliver is stretched over it.
      const isLast = this.#step * 1.01 >= left;
      const size = isLast ? left : this.#step;
      const h = this.#direction * size;
      const arrival = isLast ? this.#t1 : this.#t + h;
      if (arrival === this.#t) throw this.#stepTooSmall(0);
      const error = this.#tryStep(h, arrival);
      if (error <= 1) {
        this.#takeSamples(h);
        [this.#y, this.#next] = [this.#next, this.#y];
        [this.#k[0], this.#k[6]] = [this.#k[6]!, this.#k[0]!];
        this.#t = arrival;
        accepted++;
        const wanted = control.safety * pow(lastError, control.beta) * pow(Math.max(error, 1e-16), -control.exponent);
        const factor = Math.min(Math.max(wanted, control.shrink), justRejected ? 1 : control.grow);
        this.#step = Math.min(size * factor, this.#maxStep);
        lastError = Math.max(error, 1e-4);
        justRejected = false;
      } else {
        rejected++;
        justRejected = true;
        const wanted = Number.isFinite(error) ? control.safety * pow(error, -control.exponent) : 0;
        this.#step = size * Math.max(wanted, control.shrink);
        if (this.#step <= 4 * Number.EPSILON * Math.abs(this.#t) || this.#step < 1e-300)
          throw this.#stepTooSmall(error);
      }
    }
    return { t: this.#t, y: this.#y, sampled: this.#sampled, accepted, rejected, evaluations: this.#evaluations };
  }

  #evaluate(t: number, y: Float64Array, slope: Float64Array): void {
    this.#f(t, y, slope);
    this.#evaluations++;
  }

  /** Fills slopes and #next; returns the error over its tolerance, NaN or infinite when something is not finite. */
  #tryStep(h: number, arrival: number): number {
    const { length: n } = this.#y;
    for (let stage = 1; stage < 7; stage++) {
      const row = tableau[stage]!;
      for (let i = 0; i < n; i++) {
        let slope = 0;
        for (let j = 0; j < stage; j++) slope += row[j]! * this.#k[j]![i]!;
        this.#next[i] = this.#y[i]! + h * slope;
      }
      const t = nodes[stage] === 1 ? arrival : this.#t + nodes[stage]! * h;
      this.#evaluate(t, this.#next, this.#k[stage]!);
    }
    let sum = 0;
    for (let i = 0; i < n; i++) {
      let error = 0;
      for (let j = 0; j < 7; j++) error += errorWeights[j]! * this.#k[j]![i]!;
      const ratio = (h * error) / this.#scale(i, Math.max(Math.abs(this.#y[i]!), Math.abs(this.#next[i]!)));
      sum += ratio * ratio;
    }
    return n === 0 ? 0 : Math.sqrt(sum / n);
  }

  #scale(i: number, size: number): number {
    // The smallest normal number keeps 0/0 out where a variable and its absolute tolerance are both 0.
    return Math.max(this.#absolute[i]! + this.#relative * size, 2.2250738585072014e-308);
  }

  /** Interpolates at the sample times up to the end of the step of size h that was just found good. */
  #takeSamples(h: number): void {
    const n = this.#n;
    while (this.#nextSample < this.#sample.length) {
      const offset = this.#sample[this.#nextSample]! - this.#t;
      const isPast = this.#direction * offset > this.#direction * h;
      if (isPast && this.#t + h !== this.#sample[this.#nextSample]) return;
      const out = this.#sampled.subarray(this.#nextSample * n, (this.#nextSample + 1) * n);
      if (offset === 0) out.set(this.#y);
      else if (offset === h) out.set(this.#next);
      else this.#interpolate(h, Math.min(offset / h, 1), out);
      this.#nextSample++;
    }
  }

  #interpolate(h: number, theta: number, out: Float64Array): void {
    const k = this.#k;
    for (let i = 0; i < out.length; i++) {
      const difference = this.#next[i]! - this.#y[i]!;
      const bend = h * k[0]![i]! - difference;
      const twist = difference - h * k[6]![i]! - bend;
      let dense = 0;
      for (let j = 0; j < 7; j++) dense += denseWeights[j]! * k[j]![i]!;
      const rest = 1 - theta;
      out[i] = this.#y[i]! + theta * (difference + rest * (bend + theta * (twist + rest * h * dense)));
    }
  }

  /** Hairer et al. II.4: a step whose Euler error is about one hundredth of the tolerance. */
  #startingStep(): number {
    if (this.#maxStep === 0) return 0;
    const slope = this.#k[0]!;
    const norm = (v: ArrayLike<number>) => {
      let sum = 0;
      for (let i = 0; i < this.#n; i++) {
        const ratio = v[i]! / this.#scale(i, Math.abs(this.#y[i]!));
        sum += ratio * ratio;
      }
      return Math.sqrt(sum / Math.max(this.#n, 1));
    };
    const d0 = norm(this.#y);
    const d1 = norm(slope);
    const trial = Math.min(d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1, this.#maxStep);
    for (let i = 0; i < this.#n; i++) this.#next[i] = this.#y[i]! + this.#direction * trial * slope[i]!;
    this.#evaluate(this.#t + this.#direction * trial, this.#next, this.#k[1]!);
    const d2 = norm(this.#k[1]!.map((v, i) => v - slope[i]!)) / trial;
    const largest = Math.max(d1, d2);
    const second = largest <= 1e-15 ? Math.max(1e-6, trial * 1e-3) : pow(0.01 / largest, 0.2);
    const step = Math.min(100 * trial, second, this.#maxStep);
    return step > 0 ? step : trial; // also when the probe was not finite
  }

  #tooManySteps(): WbeError {
    return new WbeError("LIMIT", `expected to reach t = ${this.#t1} in ${this.#maxSteps} steps`, {
      where: `t = ${this.#t}, step ${this.#step}`,
      remedy: "Raise maxSteps or loosen the tolerances; a stiff system needs an implicit method.",
    });
  }

  #stepTooSmall(error: number): WbeError {
    if (!Number.isFinite(error)) {
      const bad = this.#next.findIndex((v) => !Number.isFinite(v));
      const slope = this.#k.findIndex((row) => row.some((v) => !Number.isFinite(v)));
      const variable = bad >= 0 ? bad : slope >= 0 ? this.#k[slope]!.findIndex((v) => !Number.isFinite(v)) : 0;
      return new WbeError("NOT_FINITE", `expected finite states, but variable ${variable} stops being finite`, {
        where: `just after t = ${this.#t}`,
        remedy: "Check the equations and their parameters there.",
      });
    }
    return new WbeError("LIMIT", `expected a step that t can resolve, found ${this.#step}`, {
      where: `t = ${this.#t}`,
      remedy: "The solution is singular there, or the equations are stiff or not smooth.",
    });
  }
}

function absoluteTolerances(given: number | ArrayLike<number>, n: number): Float64Array {
  const all = typeof given === "number" ? new Float64Array(n).fill(given) : Float64Array.from(given);
  if (all.length !== n) {
    throw new WbeError("ARGUMENT", `expected ${n} absolute tolerances, one per variable, found ${all.length}`);
  }
  for (const a of all) requireWithin(a, 0, Number.MAX_VALUE, "an absolute tolerance");
  if (typeof given === "number") requireWithin(given, 0, Number.MAX_VALUE, "the absolute tolerance");
  return all;
}

function sampleTimes(times: ArrayLike<number>, t0: number, t1: number, direction: number): Float64Array {
  const sample = Float64Array.from(times);
  for (let i = 0; i < sample.length; i++) {
    requireWithin(sample[i]!, Math.min(t0, t1), Math.max(t0, t1), `sample time ${i}`);
    if (i > 0 && direction * (sample[i]! - sample[i - 1]!) < 0) {
      throw new WbeError("ARGUMENT", `expected sample times in the direction of integration, found ${sample[i]} late`, {
        where: `sample time ${i}`,
      });
    }
  }
  return sample;
}

function requireFiniteSlope(slope: Float64Array, t: number): void {
  const bad = slope.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new WbeError("NOT_FINITE", `expected a finite slope, found dy/dt = ${slope[bad]} for variable ${bad}`, {
      where: `t = ${t}`,
      remedy: "Check the equations and the initial state.",
    });
  }
}
