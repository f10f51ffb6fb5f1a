/**
 * How many compartments a section is cut into. Always an odd number, so that one compartment has its middle in the
 * middle of the section.
 *
 * @module
 */
import { requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { Section } from "./sections.js";

/**
 * - maxLength: compartments of at most this length, um.
 * - dLambda: compartments of at most this fraction of the section's length constant at `frequency` Hz
 *   (Hines & Carnevale 2001, Neuroscientist 7:123; their usual values are 0.1 and 100 Hz).
 * - count: the same number for every section, or for each section its own.
 */
export type CompartmentRule =
  | { readonly maxLength: number }
  | { readonly dLambda: number; readonly frequency?: number }
  | { readonly count: number | ((section: Section) => number) };

/** NEURON counts one compartment more from a tenth below the whole number on. */
const roundsUpFrom = 0.9;
const mostCompartments = 32767;

/** @throws WbeError ARGUMENT for a rule out of range, an even count; LIMIT above 32,767 compartments in one section. */
export function countCompartments(section: Section, rule: CompartmentRule, Ra: number, Cm: number): number {
  const n = countOf(section, rule, Ra, Cm);
  if (n > mostCompartments) {
    throw new WbeError("LIMIT", `expected at most ${mostCompartments} compartments in a section, found ${n}`, {
      where: section.name,
      remedy: "Use a coarser rule.",
    });
  }
  return n;
}

function countOf(section: Section, rule: CompartmentRule, Ra: number, Cm: number): number {
  if ("maxLength" in rule) {
    const n = Math.ceil(section.length / requirePositive(rule.maxLength, "maxLength") - 1e-9);
    return Math.max(1, n % 2 === 0 ? n + 1 : n);
  }
  if ("dLambda" in rule) {
    const fraction = requireWithin(rule.dLambda, 1e-6, 1e6, "dLambda");
    const lengths = section.length / (fraction * lengthConstant(section, rule.frequency ?? 100, Ra, Cm));
    return 2 * Math.floor((lengths + roundsUpFrom) / 2) + 1;
  }
  const n = typeof rule.count === "number" ? rule.count : rule.count(section);
  requireInteger(n, 1, Number.MAX_SAFE_INTEGER, "the number of compartments", section.name);
  if (n % 2 === 0) {
    throw new WbeError("ARGUMENT", `expected an odd number of compartments, found ${n}`, {
      where: section.name,
      remedy: `Use ${n + 1}.`,
    });
  }
  return n;
}

/**
 * Mean length constant of a section for a sinusoid, um: at frequencies where the membrane is a capacitance,
 * λ = ½·√(d/(π f Ra Cm)), with 1/√d averaged along the path by frusta.
 *
 * @param frequency Hz. @param Ra Ω·cm. @param Cm µF/cm².
 */
export function lengthConstant(section: Section, frequency: number, Ra: number, Cm: number): number {
  const { arc, diameter, length } = section;
  let inverseRoot = 0;
  for (let k = 1; k < arc.length; k++) {
    // 1/√((d₁ + d₂)/2) for each frustum, as NEURON's fixnseg.hoc.
    inverseRoot += (arc[k]! - arc[k - 1]!) / Math.sqrt((diameter[k - 1]! + diameter[k]!) / 2);
  }
  // d in um, Ra·Cm in Ω·cm·µF/cm² = 1e-6 s/cm: λ² = d·1e-4 cm/(4π f Ra Cm·1e-6) cm = d·1e8·100/(4π f Ra Cm) um².
  return (length / inverseRoot) * Math.sqrt(1e10 / (4 * Math.PI * requirePositive(frequency, "frequency") * Ra * Cm));
}
