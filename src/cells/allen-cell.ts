/**
 * Biophysical models of the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710) → cells.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { readSwc } from "../io/swc.js";
import { channelModels as catalogue } from "../neuron-models/channels/channels.js";
import type { ChannelDeclaration } from "../neuron-models/channels/declaration.js";
import { type AllenFit, type AllenGene, readAllenFit } from "./allen-fit.js";
import { buildCell, type Cell } from "./cell.js";
import type { RegionParameters } from "./cell-declaration.js";
import { measureCompartments } from "./frusta.js";
import { findSections, type Section } from "./sections.js";

export interface AllenCellSource {
  /** Parsed `*_fit.json`. */
  readonly fit: unknown;
  /** Text of the reconstruction. */
  readonly swc: string;
  /** Names for messages. */
  readonly fitFile?: string;
  readonly swcFile?: string;
  /**
   * "stub" (default): the axon is cut off and two cylinders of 30 µm stand in its place, as the models were fitted: for
   * perisomatic models 1 µm wide on the middle of the soma, for all-active ones as wide as the first and last section of the
   * axon, on the soma's end. "full": as reconstructed.
   */
  readonly axon?: "stub" | "full";
  /** Longest compartment before a section gets two more, µm; default 40, as the models were fitted. */
  readonly maxLength?: number;
  /** Channels that the catalogue lacks. */
  readonly channelModels?: readonly ChannelDeclaration[];
}

export interface AllenCell {
  readonly kind: AllenFit["kind"];
  /** Runs as it is: `CableSimulation.create([cell], { dt, V: vInit })`. */
  readonly cell: Cell;
  /** °C */
  readonly celsius: number;
  /** Potential at the start, mV. */
  readonly vInit: number;
  /** Parameters that the fit has for sections which the cell has not. */
  readonly unused: readonly string[];
}

/**
 * Builds a runnable cell. A section of length L has 1 + 2·⌊L/maxLength⌋ compartments.
 *
 * @throws WbeError of readSwc and readAllenFit; PARAMETER_MISSING for a part of the cell without cm or g_pas,
 *   NAME_UNKNOWN for a mechanism or parameter that wbe does not have, each with file and key; UNSUPPORTED for dendrites on
 *   an axon that is cut off.
 */
export function buildAllenCell(source: AllenCellSource): AllenCell {
  const { fitFile = "fit", swcFile = "reconstruction", channelModels = [], maxLength = 40 } = source;
  if (!(maxLength > 0)) throw new WbeError("ARGUMENT", `expected maxLength > 0, found ${maxLength} um`);
  const fit = readAllenFit(source.fit, fitFile);
  const whole = findSections(readSwc(source.swc, { file: swcFile }));
  const sections = source.axon === "full" ? whole : stubAxon(whole, fit.kind, swcFile);
  const kinds = new Set(sections.map(kindOf));
  checkComplete(fit, kinds, fitFile);

  const parameters: RegionParameters[] = [{ region: "all", Ra: fit.Ra }];
  if (fit.ELeak !== undefined) parameters.push({ region: "all", ELeak: fit.ELeak });
  for (const [region, Cm] of fit.Cm) if (kinds.has(region)) parameters.push({ region, Cm });
  for (const { section, ena, ek } of fit.reversal)
    if (kinds.has(section)) parameters.push({ region: section, ena, ek });
  const models = new Map([...catalogue, ...channelModels].map((model) => [model.id, model]));
  const unused: string[] = [];
  for (const gene of fit.genome) {
    const read = readParameter(gene, models, fitFile);
    if (kinds.has(gene.section)) parameters.push(read);
    else unused.push(`${gene.section} ${gene.name}`);
  }
  const cell = buildCell({
    morphology: sections,
    name: swcFile.replace(/\.swc$/i, ""),
    compartments: { count: ({ length }) => 1 + 2 * Math.floor(length / maxLength) },
    celsius: fit.celsius,
    parameters,
    channelModels,
  });
  return { kind: fit.kind, cell, celsius: fit.celsius, vInit: fit.vInit, unused };
}

const kindOf = ({ name }: Section): string => name.replace(/\[.*/, "");

/** Each part of the cell needs the passive parameters, and ena, ek where a channel uses them is for buildCell to say. */
function checkComplete(fit: AllenFit, kinds: ReadonlySet<string>, file: string): void {
  for (const kind of kinds) {
    const has = (name: string) => fit.genome.some((gene) => gene.section === kind && gene.name === name);
    const missing = [
      ...(has("g_pas") ? [] : ["g_pas"]),
      ...(fit.Cm.has(kind) || has("cm") ? [] : ["cm"]),
      ...(fit.ELeak !== undefined || has("e_pas") ? [] : ["e_pas"]),
    ];
    if (missing.length === 0) continue;
    const key = fit.kind === "perisomatic" && missing[0] === "cm" ? "passive[0].cm" : "genome";
    throw new WbeError("PARAMETER_MISSING", `the fit has no ${missing.join(", ")} for section "${kind}"`, {
      where: `${file}, ${key}`,
      remedy: `The reconstruction has ${[...kinds].join(", ")}.`,
    });
  }
}

function readParameter(
  { section: region, name, value, mechanism, key }: AllenGene,
  models: ReadonlyMap<string, ChannelDeclaration>,
  file: string,
): RegionParameters {
  if (name === "g_pas") return { region, gLeak: `${value} S/cm2` };
  if (name === "e_pas") return { region, ELeak: value };
  if (name === "cm") return { region, Cm: value };
  if (name === "Ra") return { region, Ra: value };
  const model = models.get(mechanism);
  if (!model) {
    throw new WbeError("NAME_UNKNOWN", `unknown mechanism "${mechanism}"`, {
      where: `${file}, ${key}.mechanism`,
      remedy: `There are ${[...models.keys()].sort().join(", ")}; others can be given as channelModels.`,
    });
  }
  const written = name.slice(0, -mechanism.length - 1);
  // CaDynamics.mod calls the time constant of removal "decay".
  const own = written === "decay" && mechanism === "CaDynamics" ? "decayTime" : written;
  const declared = Object.hasOwn(model.params, own) ? model.params[own] : undefined;
  if (!declared) {
    throw new WbeError("NAME_UNKNOWN", `mechanism "${mechanism}" has no parameter "${written}"`, {
      where: `${file}, ${key}.name`,
      remedy: `It has ${Object.keys(model.params).join(", ")}.`,
    });
  }
  const unit = own === "gbar" ? "S/cm2" : declared[1];
  return { region, channels: { [mechanism]: { [own]: unit === "1" ? value : `${value} ${unit}` } } };
}

/** Without the reconstructed axon, with two stubs one after the other. */
function stubAxon(sections: readonly Section[], kind: AllenFit["kind"], file: string): Section[] {
  const kept: Section[] = [];
  const place = sections.map((section) => (section.type === 2 ? -1 : kept.push(section) - 1));
  const rest = kept.map((section) => {
    if (section.parent < 0 || place[section.parent]! >= 0) return { ...section, parent: place[section.parent] ?? -1 };
    throw new WbeError("UNSUPPORTED", `${section.name} grows on the axon, which a stub would replace`, {
      where: file,
      remedy: 'Use axon: "full".',
    });
  });
  const soma = rest.findIndex(({ type }) => type === 1);
  if (soma < 0) throw new WbeError("EMPTY_INPUT", "expected a soma for the axon stub, found none", { where: file });
  const { x, y, z } = rest[soma]!;
  const from = [x, y, z].map((column) => (column[0]! + column[column.length - 1]!) / 2) as [number, number, number];
  const stubs = (parentX: number, first: number, last: number): Section[] => [
    stub(0, soma, parentX, first, from),
    stub(1, rest.length, 1, last, [from[0] + 30, from[1], from[2]]),
  ];
  if (kind === "perisomatic") return [...rest, ...stubs(0.5, 1, 1)];
  const axon = sections.filter(({ type }) => type === 2);
  if (axon.length === 0) {
    throw new WbeError("EMPTY_INPUT", "expected an axon, whose diameter the stub would have, found none", {
      where: file,
      remedy: 'Use axon: "full".',
    });
  }
  const [first, last] = [axon[0]!, axon[axon.length - 1]!].map((s) => measureCompartments(s, 1).diameter[0]!);
  return [...rest, ...stubs(1, first!, last!)];
}

/** 30 um long, in the direction of x. */
const stub = (
  k: number,
  parent: number,
  parentX: number,
  diameter: number,
  [x, y, z]: readonly [number, number, number],
): Section => ({
  name: `axon[${k}]`,
  type: 2,
  parent,
  parentX,
  x: Float64Array.of(x, x + 30),
  y: Float64Array.of(y, y),
  z: Float64Array.of(z, z),
  diameter: Float64Array.of(diameter, diameter),
  arc: Float64Array.of(0, 30),
  length: 30,
});
