/**
 * A cell as its author writes it.
 *
 * @module
 */
import type { Morphology } from "../core/morphology.js";
import type { ChannelDeclaration } from "../neuron-models/channels/declaration.js";
import type { CompartmentRule } from "./compartment-count.js";
import type { NamedRegions } from "./regions.js";
import type { Section } from "./sections.js";

/** A number in the unit named, text with a unit, or an expression of distance (regions.ts). */
export type CellValue = number | string;

/** Values for a region; those that stand later in the list win. */
export interface RegionParameters {
  readonly region: string;
  /** Axial resistivity, Ω·cm. */
  readonly Ra?: CellValue;
  /** Membrane capacitance, µF/cm². */
  readonly Cm?: CellValue;
  /** Conductance of the passive leak, mS/cm². */
  readonly gLeak?: CellValue;
  /** Resistance of the passive leak, Ω·cm²: 1/gLeak in other words. */
  readonly Rm?: CellValue;
  /** Reversal potential of the passive leak, mV. */
  readonly ELeak?: CellValue;
  /** Channels that the region has, and their parameters where they are not the defaults: { NaTs: { gbar: "0.1 S/cm2" } }. */
  readonly channels?: Readonly<Record<string, Readonly<Record<string, CellValue>>>>;
  /**
   * Reversal potentials of sodium, potassium and calcium, mV. Where one is not given it follows by Nernst from the
   * concentrations; where a pool keeps the ion it always does.
   */
  readonly ena?: CellValue;
  readonly ek?: CellValue;
  readonly eca?: CellValue;
  /** Concentrations inside and outside, mM, where no pool keeps them. */
  readonly nai?: CellValue;
  readonly nao?: CellValue;
  readonly ki?: CellValue;
  readonly ko?: CellValue;
  readonly cai?: CellValue;
  readonly cao?: CellValue;
}

export interface CellDeclaration {
  /** Given by a morphology, or by sections that were made in another way. */
  readonly morphology: Morphology | readonly Section[];
  readonly name?: string;
  readonly compartments: CompartmentRule;
  /** Regions that this cell names. */
  readonly regions?: NamedRegions;
  readonly parameters: readonly RegionParameters[];
  /** Temperature, °C: needed by channels whose rates depend on it. */
  readonly celsius?: number;
  /** Channels besides those of the catalogue, which they may replace. */
  readonly channelModels?: readonly ChannelDeclaration[];
}
