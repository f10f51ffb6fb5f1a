/**
 * Equilibria and currents of ions across a membrane. Units: mV, mM, degC, mS/cm2, uA/cm2, permeability in cm/s.
 * Inside against outside; an outward flow of positive charge is a positive current.
 *
 * @module
 */
import { requireFinite, requireInteger, requirePositive, requireWithin } from "./arguments.js";
import { faradayConstant, gasConstant, zeroCelsius } from "./constants.js";
import { WbeError } from "./errors.js";
import { exp, exprelr, log, pow } from "./math.js";

/** An ion species on both sides of a membrane. */
export interface Ion {
  /** Charge number, e.g. 1 for K+, 2 for Ca2+, −1 for Cl−. */
  readonly valence: number;
  /** Concentration inside, mM. */
  readonly inside: number;
  /** Concentration outside, mM. */
  readonly outside: number;
}

/** An ion and how easily it passes. In a voltage only ratios of permeabilities matter; for currents they are in cm/s. */
export interface PermeantIon extends Ion {
  readonly permeability: number;
}

/** A conductance and the potential at which its own current is zero. */
export interface ConductanceBranch {
  /** mS/cm2 (any common unit: only ratios matter). */
  readonly conductance: number;
  /** mV */
  readonly reversal: number;
}

function checkValence(valence: number): void {
  requireInteger(valence, -8, 8, "a valence");
  if (valence === 0) throw new WbeError("ARGUMENT", "expected a charged ion, found valence 0");
}

function checkPermeant(ion: PermeantIon): void {
  checkValence(ion.valence);
  requireWithin(ion.permeability, 0, Number.POSITIVE_INFINITY, "a permeability");
  requireWithin(ion.inside, 0, Number.POSITIVE_INFINITY, "the concentration inside");
  requireWithin(ion.outside, 0, Number.POSITIVE_INFINITY, "the concentration outside");
}

/** R T / F in mV: 25.69 mV at 25 degC. @throws WbeError ARGUMENT at or below absolute zero. */
export function thermalVoltage(temperature: number): number {
  const kelvin = requireFinite(temperature, "the temperature") + zeroCelsius.value;
  if (kelvin <= 0) {
    throw new WbeError("ARGUMENT", `expected a temperature above -273.15 degC, found ${temperature}`);
  }
  return ((1000 * gasConstant.value) / faradayConstant.value) * kelvin;
}

/**
 * Equilibrium (Nernst) potential of one ion, mV.
 *
 * @throws WbeError ARGUMENT for a concentration that is not > 0, a valence of 0, or a temperature below absolute zero.
 * Source: Hille 2001, Ion Channels of Excitable Membranes, 3rd ed., chapter 1.
 */
export function nernst(ion: Ion, temperature: number): number {
  checkValence(ion.valence);
  requirePositive(ion.inside, "the concentration inside");
  requirePositive(ion.outside, "the concentration outside");
  return (thermalVoltage(temperature) / ion.valence) * log(ion.outside / ion.inside);
}

/**
 * Current density carried by one ion at potential `v` (mV), uA/cm2, by the constant-field (Goldman–Hodgkin–Katz)
 * equation; permeability in cm/s. Finite and exact to rounding at v = 0 too, where it is P z F (inside − outside).
 *
 * Source: Goldman 1943, J Gen Physiol 27:37; Hodgkin & Katz 1949, J Physiol 108:37.
 */
export function goldmanCurrentDensity(ion: PermeantIon, v: number, temperature: number): number {
  checkPermeant(ion);
  requireFinite(v, "the membrane potential");
  return fieldCurrent(ion, v / thermalVoltage(temperature));
}

/** P z F (inside·x/(1−e^−x) − outside·x/(e^x−1)), x = z·v/(RT/F). cm/s · C/mol · mM = uA/cm2. */
function fieldCurrent(ion: PermeantIon, reducedVoltage: number): number {
  const x = ion.valence * reducedVoltage;
  const flux = ion.inside * exprelr(-x) - ion.outside * exprelr(x);
  return ion.permeability * ion.valence * faradayConstant.value * flux;
}

/**
 * The potential (mV) at which the constant-field currents of all ions add up to zero. For ions of valence ±1 this is
 * the closed Goldman–Hodgkin–Katz voltage equation; with other valences present it is solved by bisection to the last bit.
 *
 * @throws WbeError ARGUMENT for negative values or when no potential balances the currents (nothing permeant on a side),
 * EMPTY_INPUT without ions.
 */
export function goldmanVoltage(ions: readonly PermeantIon[], temperature: number): number {
  if (ions.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one permeant ion, found none");
  ions.forEach(checkPermeant);
  const unit = thermalVoltage(temperature);
  let inward = 0;
  let outward = 0;
  for (const ion of ions) {
    inward += ion.permeability * (ion.valence > 0 ? ion.outside : ion.inside);
    outward += ion.permeability * (ion.valence > 0 ? ion.inside : ion.outside);
  }
  if (!(inward > 0 && outward > 0 && Number.isFinite(inward) && Number.isFinite(outward))) {
    throw new WbeError(
      "ARGUMENT",
      "expected permeant charge on both sides of the membrane, found currents that no potential balances",
      { remedy: "Give each side at least one ion with a concentration and a permeability above 0." },
    );
  }
  if (ions.every((ion) => Math.abs(ion.valence) === 1)) return unit * log(inward / outward);
  return unit * balanceCurrents(ions);
}

/** Zero of the total current, which grows with voltage, in units of RT/F. */
function balanceCurrents(ions: readonly PermeantIon[]): number {
  const total = (x: number) => ions.reduce((sum, ion) => sum + fieldCurrent(ion, x), 0);
  let high = 1;
  while (total(high) < 0 && high < 1024) high *= 2;
  let low = -1;
  while (total(low) > 0 && low > -1024) low *= 2;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (total(middle) > 0) high = middle;
    else low = middle;
  }
}

/**
 * The potential (mV) at which the currents g·(v − E) of several branches add up to zero: the mean of the reversal
 * potentials weighted by conductance (chord conductance equation).
 *
 * @throws WbeError ARGUMENT for a negative conductance or when all are 0, EMPTY_INPUT without branches.
 */
export function chordReversal(branches: readonly ConductanceBranch[]): number {
  if (branches.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one conductance, found none");
  let total = 0;
  let weighted = 0;
  for (const { conductance, reversal } of branches) {
    total += requireWithin(conductance, 0, Number.POSITIVE_INFINITY, "a conductance");
    weighted += conductance * requireFinite(reversal, "a reversal potential");
  }
  if (total === 0) {
    throw new WbeError("ARGUMENT", "expected at least one conductance above 0, found all 0: the reversal is undefined");
  }
  return weighted / total;
}

/**
 * Factor by which a rate grows from the reference temperature to `temperature` (both degC): q10^((T − T_ref)/10).
 *
 * @throws WbeError ARGUMENT unless q10 > 0.
 */
export function q10Factor(q10: number, temperature: number, reference: number): number {
  requirePositive(q10, "a Q10");
  requireFinite(temperature, "the temperature");
  requireFinite(reference, "the reference temperature");
  return temperature === reference ? 1 : pow(q10, (temperature - reference) / 10);
}

/**
 * Boltzmann factor e^(−z v F / R T): the ratio of concentrations (inside over outside) of an ion in equilibrium at `v` mV.
 * The inverse of `nernst`.
 */
export function equilibriumRatio(valence: number, v: number, temperature: number): number {
  checkValence(valence);
  return exp((-valence * requireFinite(v, "the membrane potential")) / thermalVoltage(temperature));
}
