/**
 * A cell: morphology, how it is cut, and its electrical parameters per region → columns over the nodes of its tree.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { parseUnit } from "../core/units.js";
import { type CellChannels, readChannels } from "./cell-channels.js";
import type { CellDeclaration } from "./cell-declaration.js";
import { countCompartments } from "./compartment-count.js";
import { RegionReader } from "./regions.js";
import { findSections } from "./sections.js";
import { buildTree, type CompartmentTree } from "./tree.js";

/** Columns have one row per node of the tree; junctions have neither membrane nor parameters (zeros). */
export interface Cell {
  readonly name: string;
  readonly tree: CompartmentTree;
  readonly regions: RegionReader;
  /** pF */
  readonly capacitance: Float64Array;
  /** Conductance of the passive leak, nS. */
  readonly leak: Float64Array;
  /** mV */
  readonly ELeak: Float64Array;
  /** Conductance to the parent node, nS; 0 for node 0. */
  readonly axial: Float64Array;
  readonly channels: CellChannels;
}

/** µF/cm² · µm² = 0.01 pF, and mS/cm² · µm² = 0.01 nS, µA/cm² · µm² = 0.01 pA. */
export const perArea = 0.01;

const units = {
  Ra: parseUnit("ohm*cm"),
  Cm: parseUnit("uF/cm2"),
  gLeak: parseUnit("mS/cm2"),
  Rm: parseUnit("ohm*cm2"),
  ELeak: parseUnit("mV"),
} as const;

type ParameterName = keyof typeof units;

/**
 * Cuts a cell into compartments and gives each its parameters. For the d-lambda rule a section's Ra and Cm are those in
 * its middle.
 *
 * @throws WbeError of findSections, countCompartments and RegionReader; PARAMETER_MISSING for a compartment without Ra or
 *   Cm, or with a leak and no reversal potential; PARAMETER_RANGE for values that are not positive.
 */
export function buildCell(declaration: CellDeclaration): Cell {
  const { morphology } = declaration;
  const sections = "parent" in morphology ? findSections(morphology) : morphology;
  const name = declaration.name || ("parent" in morphology && morphology.name) || "cell";
  const where = `cell "${name}"`;
  const named = declaration.regions ?? {};

  // Regions may depend on where compartments are, so the rule sees the sections as one compartment each.
  const coarse = buildTree(sections, new Int32Array(sections.length).fill(1));
  const coarseReader = new RegionReader(coarse, named, where);
  const isLambda = "dLambda" in declaration.compartments;
  const coarseRa = isLambda ? readParameter(coarseReader, coarse, declaration, "Ra", where) : undefined;
  const coarseCm = isLambda ? readParameter(coarseReader, coarse, declaration, "Cm", where) : undefined;
  const counts = Int32Array.from(sections, (section, s) => {
    const at = coarse.firstNode[s]!;
    return countCompartments(section, declaration.compartments, coarseRa?.[at] ?? 1, coarseCm?.[at] ?? 1);
  });

  const tree = buildTree(sections, counts);
  const regions = new RegionReader(tree, named, where);
  const read = (parameter: ParameterName): Float64Array => readParameter(regions, tree, declaration, parameter, where);
  const [Ra, Cm, gLeak, ELeak] = [read("Ra"), read("Cm"), read("gLeak"), read("ELeak")];
  const { n, parent, section, area, axialOwn, axialParent } = tree;
  const columns = () => new Float64Array(n);
  const channels = readChannels(declaration, tree, regions, where);
  const cell = {
    name,
    tree,
    channels,
    regions,
    capacitance: columns(),
    leak: columns(),
    ELeak: columns(),
    axial: columns(),
  };
  for (let i = 0; i < n; i++) {
    if (section[i]! >= 0) {
      cell.capacitance[i] = area[i]! * Cm[i]! * perArea;
      cell.leak[i] = Number.isNaN(gLeak[i]!) ? 0 : area[i]! * gLeak[i]! * perArea;
      if (cell.leak[i] !== 0) cell.ELeak[i] = requireGiven(ELeak[i]!, "ELeak", regions, i, where);
    }
    const p = parent[i]!;
    if (p < 0) continue;
    // Ω·cm/µm = 1e4 Ω. A junction's own half is absent, and so is its Ra.
    const resistance =
      (axialOwn[i]! > 0 ? Ra[i]! * axialOwn[i]! : 0) + (axialParent[i]! > 0 ? Ra[p]! * axialParent[i]! : 0);
    cell.axial[i] = 1e5 / resistance;
  }
  return cell;
}

function requireGiven(value: number, what: string, regions: RegionReader, node: number, where: string): number {
  if (!Number.isNaN(value)) return value;
  throw new WbeError("PARAMETER_MISSING", `${what} is not given for every compartment`, {
    where: `${where}, ${regions.placeName(node)}`,
    remedy: `Add { region: "all", ${what}: … } before the other parameters.`,
  });
}

/** One column; NaN where nothing gives the leak. Rm is read as gLeak. */
function readParameter(
  regions: RegionReader,
  tree: CompartmentTree,
  declaration: CellDeclaration,
  parameter: "Ra" | "Cm" | "gLeak" | "ELeak" | "Rm",
  where: string,
): Float64Array {
  const column = new Float64Array(tree.n).fill(Number.NaN);
  for (const entry of declaration.parameters) {
    if (parameter === "gLeak" && entry.gLeak !== undefined && entry.Rm !== undefined) {
      throw new WbeError("ARGUMENT", "expected gLeak or Rm, found both", {
        where: `${where}, region "${entry.region}"`,
      });
    }
    const isResistance = parameter === "gLeak" && entry.Rm !== undefined;
    const source = isResistance ? "Rm" : parameter;
    const given = entry[source];
    if (given === undefined) continue;
    const mask = regions.region(entry.region);
    const values = regions.values(given, units[source], source);
    for (let i = 0; i < tree.n; i++) {
      if (!mask[i]) continue;
      const value = values[i]!;
      const isAllowed = source === "ELeak" || value > 0 || (source === "gLeak" && value === 0);
      if (!isAllowed) {
        throw new WbeError("PARAMETER_RANGE", `expected ${source} > 0, found ${value} ${units[source].text}`, {
          where: `${where}, ${regions.placeName(i)}`,
        });
      }
      // Ω·cm² → mS/cm².
      column[i] = isResistance ? 1000 / value : value;
    }
  }
  if (parameter === "Ra" || parameter === "Cm") {
    for (let i = 0; i < tree.n; i++) if (tree.section[i]! >= 0) requireGiven(column[i]!, parameter, regions, i, where);
  }
  return column;
}
