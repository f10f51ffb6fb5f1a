/**
 * Physical constants in SI, from CODATA 2022 (Mohr, Newell, Taylor & Tiesinga 2025, Rev Mod Phys 97:025002;
 * physics.nist.gov/constants). Those that define the SI of 2019 are exact.
 *
 * @module
 */

export interface PhysicalConstant {
  readonly value: number;
  /** SI unit, as core/units.ts writes it. */
  readonly unit: string;
  /** Standard uncertainty in the same unit; 0 when exact. */
  readonly uncertainty: number;
  readonly name: string;
}

function constant(name: string, value: number, unit: string, uncertainty = 0): PhysicalConstant {
  return Object.freeze({ name, value, unit, uncertainty });
}

/** 1.602 176 634e-19 C, exact. */
export const elementaryCharge = constant("elementary charge", 1.602176634e-19, "C");
/** 1.380 649e-23 J/K, exact. */
export const boltzmannConstant = constant("Boltzmann constant", 1.380649e-23, "J/K");
/** 6.022 140 76e23 per mol, exact. */
export const avogadroConstant = constant("Avogadro constant", 6.02214076e23, "1/mol");
/** N_A k: exact, given to the double nearest to its full digits. */
export const gasConstant = constant("molar gas constant", 8.31446261815324, "J/mol/K");
/** N_A e: exact, given to the double nearest to its full digits. */
export const faradayConstant = constant("Faraday constant", 96485.33212331001, "C/mol");
/** Vacuum electric permittivity. */
export const vacuumPermittivity = constant("vacuum electric permittivity", 8.8541878188e-12, "F/m", 1.4e-21);
/** Vacuum magnetic permeability. */
export const vacuumPermeability = constant("vacuum magnetic permeability", 1.25663706127e-6, "N/A2", 2.0e-16);
/** Temperature of 0 degC in K, by definition of the Celsius scale. */
export const zeroCelsius = constant("zero of the Celsius scale", 273.15, "K");
