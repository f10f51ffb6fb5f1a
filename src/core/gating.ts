/**
 * Kinetics of two-state gates: opening rate alpha, closing rate beta (per ms), or equally steady state and time
 * constant (ms). All functions are finite wherever their limit is, and their bits are the same on every engine.
 *
 * @module
 */
import { requireFinite, requirePositive, requireWithin } from "./arguments.js";
import { WbeError } from "./errors.js";
import { exp, expm1, exprelr } from "./math.js";

/** A gate dx/dt = alpha·(1 − x) − beta·x = (inf − x)/tau. */
export interface GateKinetics {
  /** Steady state, 0 to 1. */
  readonly inf: number;
  /** Time constant, ms. */
  readonly tau: number;
}

/** Rates of the same gate, per ms. */
export interface GateRates {
  readonly alpha: number;
  readonly beta: number;
}

/**
 * inf = alpha/(alpha + beta), tau = 1/(alpha + beta).
 *
 * @throws WbeError ARGUMENT for negative rates or when both are 0: such a gate does not move and has no steady state.
 */
export function kineticsOfRates(alpha: number, beta: number): GateKinetics {
  requireWithin(alpha, 0, Number.POSITIVE_INFINITY, "an opening rate");
  requireWithin(beta, 0, Number.POSITIVE_INFINITY, "a closing rate");
  const sum = alpha + beta;
  if (sum === 0) throw new WbeError("ARGUMENT", "expected a rate above 0, found alpha = beta = 0: the gate is frozen");
  return { inf: alpha / sum, tau: 1 / sum };
}

/** alpha = inf/tau, beta = (1 − inf)/tau. @throws WbeError ARGUMENT unless 0 ≤ inf ≤ 1 and tau > 0. */
export function ratesOfKinetics(inf: number, tau: number): GateRates {
  requireWithin(inf, 0, 1, "a steady state");
  requirePositive(tau, "a time constant");
  return { alpha: inf / tau, beta: (1 - inf) / tau };
}

function reduce(v: number, half: number, slope: number): number {
  requireFinite(v, "the membrane potential");
  requireFinite(half, "the midpoint");
  if (requireFinite(slope, "the slope") === 0) throw new WbeError("ARGUMENT", "expected a slope other than 0 mV");
  return (v - half) / slope;
}

/**
 * Boltzmann curve 1/(1 + e^(−(v − half)/slope)), v, half and slope in mV; a negative slope gives a falling curve
 * (inactivation).
 */
export function boltzmann(v: number, half: number, slope: number): number {
  return 1 / (1 + exp(-reduce(v, half, slope)));
}

/** rate · e^x with x = (v − half)/slope. The NeuroML type HHExpRate. */
export function exponentialRate(v: number, rate: number, half: number, slope: number): number {
  return requireFinite(rate, "the rate") * exp(reduce(v, half, slope));
}

/** rate / (1 + e^−x) with x = (v − half)/slope. The NeuroML type HHSigmoidRate. */
export function sigmoidRate(v: number, rate: number, half: number, slope: number): number {
  return requireFinite(rate, "the rate") * boltzmann(v, half, slope);
}

/**
 * rate · x/(1 − e^−x) with x = (v − half)/slope, `rate` its value at v = half, where the plain quotient is 0/0. The
 * NeuroML type HHExpLinearRate; the opening rates of Hodgkin & Huxley's m and n gates have this form.
 */
export function linearExponentialRate(v: number, rate: number, half: number, slope: number): number {
  return requireFinite(rate, "the rate") * exprelr(-reduce(v, half, slope));
}

/**
 * The gate after `dt` ms at constant kinetics, exact: inf + (x − inf)·e^(−dt/tau).
 *
 * @throws WbeError ARGUMENT unless tau > 0 and dt ≥ 0.
 */
export function relaxGate(x: number, inf: number, tau: number, dt: number): number {
  requireFinite(x, "a gate");
  requireFinite(inf, "a steady state");
  requirePositive(tau, "a time constant");
  requireWithin(dt, 0, Number.POSITIVE_INFINITY, "a time step");
  return x + (x - inf) * expm1(-dt / tau);
}
