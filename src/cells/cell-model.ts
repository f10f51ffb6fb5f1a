/**
 * A detailed cell as a model of a network's populations: plain data, JSON-safe, that can be sent to a worker.
 *
 * @module
 */
import { requireFinite, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { readSwc } from "../io/swc.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import { buildCell, type Cell } from "./cell.js";
import type { CellDeclaration } from "./cell-declaration.js";
import { type CompartmentRule, countCompartments } from "./compartment-count.js";
import type { Section } from "./sections.js";
import { parseSite, type Site } from "./sites.js";

/** A section as plain data. */
export interface SectionSpec {
  /** "soma[0]", "dend[3]": its region is the part before the bracket. */
  readonly name: string;
  /** Name of the section that its start is joined to; absent for the first. */
  readonly parent?: string;
  /** Place on the parent: 0, 0.5 or 1 (default). */
  readonly parentX?: number;
  /** x, y, z and diameter of each point, um; at least two. */
  readonly points: readonly (readonly [number, number, number, number])[];
  /** Its own number of compartments, odd, where the cell's rule is not by length constants. */
  readonly compartments?: number;
}

type DataRule = Exclude<CompartmentRule, { readonly count: unknown }> | { readonly count: number };

/** All cells of a population are alike but for what reaches them. */
export interface CellModel extends Omit<CellDeclaration, "morphology" | "name" | "compartments"> {
  readonly id: string;
  readonly compartments: DataRule;
  /** The text of an SWC file, or sections. */
  readonly morphology: { readonly swc: string } | readonly SectionSpec[];
  /**
   * Places that synapses and currents reach and that are recorded: name → "location(dend[3], 0.5)". The first one is where
   * what names no site goes; its potential is called `V` and its input current `I`, those of the others `V_name` and
   * `I_name`. Default: { root: the middle of the first section }.
   */
  readonly sites?: Readonly<Record<string, string>>;
  /**
   * A spike is the potential of a site (default: the first) rising above a threshold (mV, default 0); it is stamped with the
   * end of the step. The delay of a projection counts from there, the conduction along the axon with it.
   */
  readonly spike?: { readonly site?: string; readonly threshold?: number };
  /** Potential of all compartments at the start, mV; default −65. */
  readonly V?: number;
}

export function isCellModel(model: object): model is CellModel {
  return "morphology" in model && "compartments" in model;
}

export interface NamedSite {
  readonly name: string;
  /** State of its potential, and name of its input current. */
  readonly V: string;
  readonly I: string;
}

const siteName = /^[A-Za-z]\w{0,40}$/;

/** The sites of a model in order. @throws WbeError MODEL_INVALID for names that cannot be. */
export function namedSites({ id, sites = {} }: CellModel): NamedSite[] {
  const names = Object.keys(sites);
  for (const name of names) {
    if (siteName.test(name)) continue;
    throw new WbeError("MODEL_INVALID", `${JSON.stringify(name)} cannot name a site`, {
      where: `cell model "${id}"`,
      remedy: "Names of sites are a letter, then letters, digits and _.",
    });
  }
  return (names.length > 0 ? names : ["root"]).map((name, k) => ({
    name,
    V: k === 0 ? "V" : `V_${name}`,
    I: k === 0 ? "I" : `I_${name}`,
  }));
}

/**
 * What the rest of the engine sees of a cell: the potentials of its sites as states and the currents into them as inputs.
 * Its synapses become ports of this declaration (compiler/model.ts); the cable is solved between its steps.
 */
export function declareSites(model: CellModel): NeuronDeclaration {
  const sites = namedSites(model);
  const V = requireFinite(model.V ?? -65, "the potential at the start (mV)", `cell model "${model.id}"`);
  return {
    id: model.id,
    doc: "Sites of a detailed cell.",
    source: "cable equation, cells/cell-population.ts",
    params: {},
    inputs: Object.fromEntries(sites.map(({ I }) => [I, "pA"])),
    states: Object.fromEntries(sites.map((site) => [site.V, [V, "mV"] as const])),
    equations: "",
    // Spikes come from the detector (kernels/assembly/hines.ts).
    spike: "0 > 1",
    method: "euler",
  };
}

/** The cell, its sites in order, and the site that detects spikes. @throws WbeError of buildCell and parseSite. */
export function buildModelCell(model: CellModel): { cell: Cell; sites: Site[]; detector: number } {
  const { id, morphology } = model;
  const where = `cell model "${id}"`;
  const sections = "swc" in morphology ? readSwc(morphology.swc, { name: id }) : readSections(morphology, where);
  const compartments = "swc" in morphology ? model.compartments : sectionRule(model.compartments, morphology, where);
  const { tree, ...rest } = buildCell({ ...model, name: id, morphology: sections, compartments });
  const given = Object.values(model.sites ?? {});
  const root = `location(${tree.sections[0]!.name}, 0.5)`;
  const sites = (given.length > 0 ? given : [root]).map((text) => parseSite(tree, text));
  const names = namedSites(model).map(({ name }) => name);
  const detector = model.spike?.site === undefined ? 0 : names.indexOf(model.spike.site);
  if (detector < 0) throw unknownSite(model.spike!.site!, names, where);
  requireFinite(model.spike?.threshold ?? 0, "the threshold (mV)", where);
  return { cell: { tree, ...rest }, sites, detector };
}

/** The rule, where sections give no number of their own. */
function sectionRule(rule: DataRule, specs: readonly SectionSpec[], where: string): CompartmentRule {
  const own = new Map(specs.flatMap(({ name, compartments: n }) => (n === undefined ? [] : [[name, n] as const])));
  if (own.size === 0) return rule;
  if ("dLambda" in rule && own.size < specs.length) {
    throw new WbeError("UNSUPPORTED", "expected compartments for all sections or none with a dLambda rule", { where });
  }
  return { count: (section) => own.get(section.name) ?? countCompartments(section, rule, 1, 1) };
}

export function unknownSite(site: string, names: readonly string[], where: string): WbeError {
  const remedy =
    names.length > 0 ? `It has ${names.join(", ")}.` : "Sites are places on detailed cells; leave it out here.";
  return new WbeError("NAME_UNKNOWN", `unknown site "${site}"`, { where, remedy });
}

const typeOfName: Readonly<Record<string, number>> = { soma: 1, axon: 2, dend: 3, apic: 4 };

function readSections(specs: readonly SectionSpec[], where: string): Section[] {
  if (!Array.isArray(specs) || specs.length === 0) {
    throw new WbeError("EMPTY_INPUT", "expected { swc: text } or a list of sections for morphology", { where });
  }
  const names: string[] = [];
  return specs.map((spec, s): Section => {
    const { name, points, parentX = 1 } = spec;
    const at = `${where}, section "${name}"`;
    const type = typeOfName[/^[A-Za-z]+/.exec(name)?.[0] ?? ""];
    if (type === undefined || !/^[a-z]+\[\d+\]$/.test(name) || names.includes(name)) {
      throw new WbeError("MODEL_INVALID", "expected names such as soma[0], axon[0], dend[3], apic[1], each once", {
        where: at,
      });
    }
    const parent = spec.parent === undefined ? -1 : names.indexOf(spec.parent);
    if (parent < 0 !== (s === 0)) {
      throw new WbeError(
        "MODEL_INVALID",
        "expected a parent that stands before its children, and one root, the first",
        {
          where: at,
        },
      );
    }
    names.push(name);
    if (![0, 0.5, 1].includes(parentX)) {
      throw new WbeError("ARGUMENT", `expected parentX 0, 0.5 or 1, found ${parentX}`, { where: at });
    }
    if (!Array.isArray(points) || points.length < 2) {
      throw new WbeError("EMPTY_INPUT", "expected at least two points [x, y, z, diameter]", { where: at });
    }
    const column = (k: 0 | 1 | 2 | 3) =>
      Float64Array.from(points, (point) => requireWithin(point[k], -1e9, 1e9, "a coordinate or diameter (um)", at));
    const [x, y, z, diameter] = [column(0), column(1), column(2), column(3)];
    const arc = new Float64Array(x.length);
    for (let i = 1; i < x.length; i++) {
      arc[i] = arc[i - 1]! + Math.sqrt((x[i]! - x[i - 1]!) ** 2 + (y[i]! - y[i - 1]!) ** 2 + (z[i]! - z[i - 1]!) ** 2);
    }
    const length = arc[arc.length - 1]!;
    if (!(length > 0) || diameter.some((d) => !(d > 0))) {
      throw new WbeError(
        "PARAMETER_RANGE",
        `expected a section of length and diameter > 0, found length ${length} um`,
        {
          where: at,
          remedy: "Give points apart from one another, with diameters.",
        },
      );
    }
    return { name, type, parent, parentX: parent < 0 ? 0 : parentX, x, y, z, diameter, arc, length };
  });
}
