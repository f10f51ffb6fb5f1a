/**
 * What a NeuroML 2 file holds: cells, components (abstract cells, channels, synapses, inputs) and networks.
 *
 * Components are kept as they stand, attributes as text, since NeuroML has some two hundred kinds of them;
 * `quantityOf` and `biophysicsOf` give numbers in wbe's units. Segments, instances, connections and inputs are columns.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { convert, parseQuantity, parseUnit, sameDimensions } from "../core/units.js";

/** An element that is kept as it stands: `<iafTauCell id="a" tau="10 ms"/>`. */
export interface NeuroMlComponent {
  /** Name of the element. */
  readonly kind: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly NeuroMlComponent[];
}

/** Columns, one row a segment, in the order of the file. */
export interface NeuroMlSegments {
  readonly id: Int32Array;
  readonly name: readonly string[];
  /** Row (not id) of the parent; −1 for a root. */
  readonly parent: Int32Array;
  /** Place on the parent where it begins, 0 to 1. */
  readonly fractionAlong: Float64Array;
  /** x, y, z, diameter of each row, um; NaN where the segment begins as the parent says. */
  readonly proximal: Float64Array;
  /** x, y, z, diameter of each row, um. */
  readonly distal: Float64Array;
}

export interface NeuroMlGroup {
  readonly id: string;
  readonly neuroLexId: string | undefined;
  /** Rows of the segments, each once: members, included groups, paths and subtrees taken together. */
  readonly rows: Uint32Array;
}

export interface NeuroMlCell {
  readonly id: string;
  readonly notes: string;
  readonly segments: NeuroMlSegments;
  readonly groups: readonly NeuroMlGroup[];
  /** Children of membraneProperties, such as channelDensity and specificCapacitance. */
  readonly membrane: readonly NeuroMlComponent[];
  /** Children of intracellularProperties: resistivity, species. */
  readonly intracellular: readonly NeuroMlComponent[];
}

export interface NeuroMlPopulation {
  readonly id: string;
  /** Id of the cell or component. */
  readonly component: string;
  readonly size: number;
  /** x, y, z of each instance, um; undefined where the population is only a number of cells. */
  readonly positions: Float64Array | undefined;
}

export type ProjectionKind = "projection" | "electricalProjection" | "continuousProjection";

/** Columns, one row a connection. Segments are ids, 0 where none is given; fractions along them 0.5 where none is given. */
export interface NeuroMlProjection {
  readonly kind: ProjectionKind;
  readonly id: string;
  readonly source: string;
  readonly target: string;
  /** Synapse; of a continuous projection the pair "pre post". */
  readonly synapse: string;
  readonly sourceCell: Uint32Array;
  readonly targetCell: Uint32Array;
  readonly sourceSegment: Int32Array;
  readonly targetSegment: Int32Array;
  readonly sourceFraction: Float64Array;
  readonly targetFraction: Float64Array;
  /** 1 where none is given. */
  readonly weight: Float64Array;
  /** ms; 0 where none is given. */
  readonly delay: Float64Array;
}

/** Inputs of one component to cells of one population. */
export interface NeuroMlInputs {
  readonly id: string;
  readonly component: string;
  readonly population: string;
  readonly cell: Uint32Array;
  readonly segment: Int32Array;
  readonly fraction: Float64Array;
  readonly weight: Float64Array;
}

export interface NeuroMlNetwork {
  readonly id: string;
  /** degC; undefined where none is given. */
  readonly temperature: number | undefined;
  readonly populations: readonly NeuroMlPopulation[];
  readonly projections: readonly NeuroMlProjection[];
  readonly inputs: readonly NeuroMlInputs[];
}

export interface NeuroMlDocument {
  readonly name: string;
  /** Files that it names; they are not opened. */
  readonly includes: readonly string[];
  readonly components: readonly NeuroMlComponent[];
  readonly cells: readonly NeuroMlCell[];
  readonly networks: readonly NeuroMlNetwork[];
  readonly warnings: readonly string[];
}

/** Attributes of an element. */
export type Attributes = Readonly<Record<string, string>>;

/** wbe's units, one for each dimension that NeuroML has (core/units.ts). */
const ourUnits = [
  "ms",
  "mV",
  "pA",
  "nS",
  "pF",
  "Mohm",
  "um",
  "um2",
  "um3",
  "mS/cm2",
  "uF/cm2",
  "uA/cm2",
  "ohm*cm",
  "mM",
  "1/ms",
  "degC",
  "1/mV",
  "nS/mV",
  "nA/ms",
  "um/ms",
  "nS/mM",
  "fC",
  "fmol",
  "1",
].map((text) => parseUnit(text));

/** A NeuroML unit in the spelling of core/units.ts: S_per_cm2 → S/cm2, ohm_cm → ohm*cm, per_ms → 1/ms. */
function spelt(unit: string): string {
  const [over = "", ...under] = unit.replace(/^per_/, "1_per_").split("_per_");
  return [over.replaceAll("_", "*"), ...under.flatMap((part) => part.split("_"))].join("/");
}

/**
 * A quantity of NeuroML ("0.05 S_per_cm2", "10", "-65mV") in wbe's unit of its dimension.
 *
 * @throws WbeError FORMAT for what is none, UNIT_UNKNOWN.
 */
export function quantityOf(text: string, where = "NeuroML"): { value: number; unit: string } {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([\w%]*)\s*$/.exec(text);
  const value = match ? Number(match[1]) : Number.NaN;
  if (!match || !Number.isFinite(value)) {
    throw new WbeError("FORMAT", `expected a number with a unit, found "${text.slice(0, 60)}"`, { where });
  }
  if (match[2] === "K") return { value: value - 273.15, unit: "degC" };
  const given = parseUnit(spelt(match[2]!), where);
  const ours = ourUnits.find(({ dimensions }) => sameDimensions(dimensions, given.dimensions));
  if (!ours) throw new WbeError("UNIT_UNKNOWN", `NeuroML has no dimension of "${match[2]}"`, { where });
  return { value: convert(value, given, ours), unit: ours.text };
}

/** A quantity in the unit named. @throws WbeError FORMAT, DIMENSION */
export function quantityIn(text: string, unit: string, where: string): number {
  const { value, unit: found } = quantityOf(text, where);
  return found === unit ? value : parseQuantity(`${value} ${found}`, unit, where);
}

export interface NeuroMlChannel {
  readonly id: string;
  /** channelDensity, channelDensityNernst, channelDensityGHK, … */
  readonly kind: string;
  readonly channel: string;
  readonly group: string;
  readonly ion: string;
  /** mS/cm2; undefined for kinds without one (GHK, non-uniform). */
  readonly density: number | undefined;
  /** mV; undefined where it follows from concentrations. */
  readonly reversal: number | undefined;
}

export interface NeuroMlBiophysics {
  readonly channels: readonly NeuroMlChannel[];
  /** uF/cm2 */
  readonly capacitance: readonly { readonly group: string; readonly value: number }[];
  /** ohm*cm */
  readonly resistivity: readonly { readonly group: string; readonly value: number }[];
  /** mV */
  readonly initial: readonly { readonly group: string; readonly value: number }[];
  /** mV */
  readonly spikeThreshold: readonly { readonly group: string; readonly value: number }[];
}

/** The biophysics of a cell as numbers; where no group is named, it is "all". @throws WbeError FORMAT, DIMENSION */
export function biophysicsOf(cell: NeuroMlCell): NeuroMlBiophysics {
  const groupOf = ({ attributes }: NeuroMlComponent) =>
    attributes.segmentGroup ?? (attributes.segment === undefined ? "all" : `segment ${attributes.segment}`);
  const where = (part: NeuroMlComponent) => `cell "${cell.id}", <${part.kind} ${part.attributes.id ?? groupOf(part)}>`;
  const values = (list: readonly NeuroMlComponent[], kind: string, unit: string) =>
    list
      .filter((part) => part.kind === kind)
      .map((part) => ({
        group: groupOf(part),
        value: quantityIn(part.attributes.value ?? "", unit, where(part)),
      }));
  const channels = cell.membrane.flatMap((part): NeuroMlChannel[] => {
    if (!part.kind.startsWith("channelDensity")) return [];
    const { id = "", ionChannel = "", ion = "", condDensity, erev } = part.attributes;
    const optional = (text: string | undefined, unit: string) =>
      text === undefined ? undefined : quantityIn(text, unit, where(part));
    return [
      {
        id,
        kind: part.kind,
        channel: ionChannel,
        group: groupOf(part),
        ion,
        density: optional(condDensity, "mS/cm2"),
        reversal: optional(erev, "mV"),
      },
    ];
  });
  return {
    channels,
    capacitance: values(cell.membrane, "specificCapacitance", "uF/cm2"),
    resistivity: values(cell.intracellular, "resistivity", "ohm*cm"),
    initial: values(cell.membrane, "initMembPotential", "mV"),
    spikeThreshold: values(cell.membrane, "spikeThresh", "mV"),
  };
}
