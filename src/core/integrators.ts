/**
 * One step of an ordinary differential equation dy/dt = f(t, y), as plain functions for small systems. Each method
 * has two forms: `euler(f, t, y, dt)` returns a new array; `eulerInto(f, t, y, dt, out, work)` allocates nothing, and
 * `out` may be `y` itself. (Populations of neurons are integrated by compiled kernels, not by these.)
 *
 * @module
 */
import { requireFinite, requireInteger } from "./arguments.js";
import { WbeError } from "./errors.js";
import { exprel } from "./math.js";

/** Writes dy/dt at (t, y) into `dydt`; must not change `y`. */
export type Derivative = (t: number, y: Float64Array, dydt: Float64Array) => void;

/** Writes a and b of dy_i/dt = a_i·y_i + b_i at (t, y): the part linear in each variable itself, and the rest. */
export type DiagonalSplit = (t: number, y: Float64Array, linear: Float64Array, constant: Float64Array) => void;

/** Scratch rows that the Into forms use; made once by `makeWorkspace`, not shared by two steps at a time. */
export type Workspace = readonly Float64Array[];

/** What every Into form of a method that needs dy/dt looks like. */
export type StepInto = (
  f: Derivative,
  t: number,
  y: Float64Array,
  dt: number,
  out: Float64Array,
  work: Workspace,
) => Float64Array;

/** Scratch for systems of `n` variables, enough for every method here. */
export function makeWorkspace(n: number): Workspace {
  requireInteger(n, 0, 2 ** 31, "the number of variables");
  return Array.from({ length: 5 }, () => new Float64Array(n));
}

function check(y: Float64Array, dt: number, out: Float64Array, work: Workspace): void {
  requireFinite(dt, "the time step");
  if (out.length !== y.length || work.length < 5 || work.some((row) => row.length !== y.length)) {
    throw new WbeError("ARGUMENT", `expected out and five rows of work of the length of y, ${y.length}`, {
      remedy: "Make the work rows with makeWorkspace(y.length).",
    });
  }
}

/** The allocating form of an Into method. */
function allocate(step: StepInto, f: Derivative, t: number, y: ArrayLike<number>, dt: number): Float64Array {
  const out = Float64Array.from(y);
  return step(f, t, out, dt, out, makeWorkspace(out.length));
}

/** Forward Euler, order 1. `y` in the units of its variables, `t` and `dt` in ms unless f uses another unit of time. */
export function eulerInto(
  f: Derivative,
  t: number,
  y: Float64Array,
  dt: number,
  out: Float64Array,
  work: Workspace,
): Float64Array {
  check(y, dt, out, work);
  const k = work[0]!;
  f(t, y, k);
  for (let i = 0; i < y.length; i++) out[i] = y[i]! + dt * k[i]!;
  return out;
}

/** Heun's method (explicit trapezoid), order 2: Euler to t + dt, then the mean of both slopes. */
export function heunInto(
  f: Derivative,
  t: number,
  y: Float64Array,
  dt: number,
  out: Float64Array,
  work: Workspace,
): Float64Array {
  check(y, dt, out, work);
  const k1 = work[0]!;
  const k2 = work[1]!;
  const probe = work[4]!;
  f(t, y, k1);
  for (let i = 0; i < y.length; i++) probe[i] = y[i]! + dt * k1[i]!;
  f(t + dt, probe, k2);
  for (let i = 0; i < y.length; i++) out[i] = y[i]! + dt * 0.5 * (k1[i]! + k2[i]!);
  return out;
}

/** The classical Runge–Kutta method, order 4 (Kutta 1901). */
export function rk4Into(
  f: Derivative,
  t: number,
  y: Float64Array,
  dt: number,
  out: Float64Array,
  work: Workspace,
): Float64Array {
  check(y, dt, out, work);
  const [k1, k2, k3, k4, probe] = work as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const n = y.length;
  const half = dt * 0.5;
  f(t, y, k1);
  for (let i = 0; i < n; i++) probe[i] = y[i]! + half * k1[i]!;
  f(t + half, probe, k2);
  for (let i = 0; i < n; i++) probe[i] = y[i]! + half * k2[i]!;
  f(t + half, probe, k3);
  for (let i = 0; i < n; i++) probe[i] = y[i]! + dt * k3[i]!;
  f(t + dt, probe, k4);
  for (let i = 0; i < n; i++) out[i] = y[i]! + (dt / 6) * (k1[i]! + 2 * (k2[i]! + k3[i]!) + k4[i]!);
  return out;
}

/**
 * Exponential Euler, order 1, exact while a and b of dy_i/dt = a_i·y_i + b_i stay constant, and stable for any
 * dt where a ≤ 0: y + dt·(a y + b)·(e^(a dt) − 1)/(a dt). The gates of Hodgkin–Huxley models have this form.
 */
export function exponentialEulerInto(
  split: DiagonalSplit,
  t: number,
  y: Float64Array,
  dt: number,
  out: Float64Array,
  work: Workspace,
): Float64Array {
  check(y, dt, out, work);
  const linear = work[0]!;
  const constant = work[1]!;
  split(t, y, linear, constant);
  for (let i = 0; i < y.length; i++) {
    const a = linear[i]!;
    out[i] = y[i]! + dt * exprel(a * dt) * (a * y[i]! + constant[i]!);
  }
  return out;
}

/** Forward Euler: y(t + dt) as a new array. Order 1. */
export function euler(f: Derivative, t: number, y: ArrayLike<number>, dt: number): Float64Array {
  return allocate(eulerInto, f, t, y, dt);
}

/** Heun's method: y(t + dt) as a new array. Order 2. */
export function heun(f: Derivative, t: number, y: ArrayLike<number>, dt: number): Float64Array {
  return allocate(heunInto, f, t, y, dt);
}

/** Classical Runge–Kutta: y(t + dt) as a new array. Order 4. */
export function rk4(f: Derivative, t: number, y: ArrayLike<number>, dt: number): Float64Array {
  return allocate(rk4Into, f, t, y, dt);
}

/** Exponential Euler: y(t + dt) as a new array, from the diagonal split of the equations. Order 1. */
export function exponentialEuler(split: DiagonalSplit, t: number, y: ArrayLike<number>, dt: number): Float64Array {
  const out = Float64Array.from(y);
  return exponentialEulerInto(split, t, out, dt, out, makeWorkspace(out.length));
}

/** States at the step times t0 + k·dt, k = 0 … steps: y of time k is states.subarray(k·n, (k+1)·n). */
export interface FixedStepSolution {
  readonly t: Float64Array;
  readonly states: Float64Array;
  readonly n: number;
}

/**
 * Advances `steps` steps of one size and keeps every state. Times are computed as t0 + k·dt, never accumulated.
 * With exponential Euler pass `exponentialEulerInto` and its split.
 *
 * @throws WbeError NOT_FINITE, naming variable and time, when a state stops being finite.
 */
export function integrateFixed<F>(
  step: (f: F, t: number, y: Float64Array, dt: number, out: Float64Array, work: Workspace) => Float64Array,
  f: F,
  t0: number,
  y0: ArrayLike<number>,
  dt: number,
  steps: number,
): FixedStepSolution {
  requireFinite(t0, "the start time");
  requireInteger(steps, 0, 2 ** 31, "the number of steps");
  const n = y0.length;
  const t = Float64Array.from({ length: steps + 1 }, (_, k) => t0 + k * dt);
  const states = new Float64Array((steps + 1) * n);
  states.set(y0);
  requireFiniteState(states.subarray(0, n), t0);
  const work = makeWorkspace(n);
  for (let k = 0; k < steps; k++) {
    const next = states.subarray((k + 1) * n, (k + 2) * n);
    step(f, t[k]!, states.subarray(k * n, (k + 1) * n), dt, next, work);
    requireFiniteState(next, t[k + 1]!);
  }
  return { t, states, n };
}

/** @throws WbeError NOT_FINITE naming the first variable that is not finite, and the time. */
export function requireFiniteState(y: Float64Array, t: number): void {
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i]!)) {
      throw new WbeError("NOT_FINITE", `expected finite states, found variable ${i} = ${y[i]}`, {
        where: `t = ${t}`,
        remedy: "Use a smaller step, or check the equations and their parameters for this state.",
      });
    }
  }
}
