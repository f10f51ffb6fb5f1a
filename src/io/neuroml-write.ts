/**
 * NeuroML 2.3 as text, in the order of elements that its schema asks for.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type {
  NeuroMlCell,
  NeuroMlComponent,
  NeuroMlDocument,
  NeuroMlInputs,
  NeuroMlNetwork,
  NeuroMlProjection,
} from "./neuroml-data.js";
import { checkNetwork } from "./neuroml-network.js";
import { escapeXml } from "./xml.js";

/** Elements in the order of NeuroML_v2.3.1.xsd; cells and networks stand among them. */
const order = `extracellularProperties intracellularProperties morphology ionChannel ionChannelHH ionChannelVShift
  ionChannelKS decayingPoolConcentrationModel fixedFactorConcentrationModel alphaCurrentSynapse alphaSynapse expOneSynapse
  expTwoSynapse expThreeSynapse blockingPlasticSynapse doubleSynapse gapJunction silentSynapse linearGradedSynapse
  gradedSynapse biophysicalProperties cell cell2CaPools baseCell iafTauCell iafTauRefCell iafCell iafRefCell izhikevichCell
  izhikevich2007Cell adExIaFCell fitzHughNagumoCell fitzHughNagumo1969Cell pinskyRinzelCA3Cell hindmarshRose1984Cell
  pulseGenerator pulseGeneratorDL sineGenerator sineGeneratorDL rampGenerator rampGeneratorDL compoundInput compoundInputDL
  voltageClamp voltageClampTriple spikeArray timedSynapticInput spikeGenerator spikeGeneratorRandom spikeGeneratorPoisson
  spikeGeneratorRefPoisson poissonFiringSynapse transientPoissonFiringSynapse IF_curr_alpha IF_curr_exp IF_cond_alpha
  IF_cond_exp EIF_cond_exp_isfa_ista EIF_cond_alpha_isfa_ista HH_cond_exp expCondSynapse alphaCondSynapse expCurrSynapse
  alphaCurrSynapse SpikeSourcePoisson network ComponentType`.split(/\s+/);
const membraneOrder = `channelPopulation channelDensity channelDensityVShift channelDensityNernst channelDensityGHK
  channelDensityGHK2 channelDensityNonUniform channelDensityNonUniformNernst channelDensityNonUniformGHK spikeThresh
  specificCapacitance initMembPotential`.split(/\s+/);
const intracellularOrder = ["species", "resistivity"];

/** Stable; elements that the schema does not know come last. */
function inOrder<T>(items: readonly T[], kindOf: (item: T) => string, names: readonly string[]): T[] {
  const rank = (item: T) => {
    const found = names.indexOf(kindOf(item));
    return found < 0 ? names.length : found;
  };
  return [...items].sort((a, b) => rank(a) - rank(b));
}

/**
 * The document as text.
 *
 * @throws WbeError ARGUMENT for ids that NeuroML does not allow, cells and populations that are not there, numbers that are
 *   not finite, characters that XML cannot hold.
 */
export function writeNeuroMl(document: NeuroMlDocument): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  const namespace = "http://www.neuroml.org/schema/neuroml2";
  const schema = `${namespace} https://raw.github.com/NeuroML/NeuroML2/development/Schemas/NeuroML2/NeuroML_v2.3.1.xsd`;
  const xsi = "http://www.w3.org/2001/XMLSchema-instance";
  const head = `xmlns="${namespace}" xmlns:xsi="${xsi}" xsi:schemaLocation="${schema}"`;
  lines.push(`<neuroml ${head} id="${nmlId(asId(document.name), "the document")}">`);
  for (const href of document.includes) lines.push(`  <include href="${escapeXml(href)}"/>`);
  const items: { kind: string; write(): void }[] = [
    ...document.components.map((one) => ({ kind: one.kind, write: () => writeComponent(one, 1, lines) })),
    ...document.cells.map((cell) => ({ kind: "cell", write: () => writeCell(cell, lines) })),
    ...document.networks.map((network) => ({ kind: "network", write: () => writeNetwork(network, lines) })),
  ];
  for (const item of inOrder(items, ({ kind }) => kind, order)) item.write();
  lines.push("</neuroml>", "");
  return lines.join("\n");
}

/** A name as an id: what NeuroML does not allow becomes an underscore. */
const asId = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[^A-Za-z_]|$)/, "_");

function nmlId(id: string, where: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(id)) return id;
  throw new WbeError("ARGUMENT", `expected an id of letters, digits and _, not beginning with a digit, found "${id}"`, {
    where,
    remedy: "Rename it: NeuroML allows no other ids.",
  });
}

/** Shortest text that reads back as the same number; the schema allows no plus in exponents. */
function numeral(value: number, where: string): string {
  if (!Number.isFinite(value)) throw new WbeError("ARGUMENT", `expected a finite number, found ${value}`, { where });
  return Object.is(value, -0) ? "-0" : String(value).replace("e+", "e");
}

function writeComponent({ kind, attributes, children }: NeuroMlComponent, depth: number, lines: string[]): void {
  const indent = "  ".repeat(depth);
  const text = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`);
  if (children.length === 0) {
    lines.push(`${indent}<${kind}${text.join("")}/>`);
    return;
  }
  lines.push(`${indent}<${kind}${text.join("")}>`);
  for (const child of children) writeComponent(child, depth + 1, lines);
  lines.push(`${indent}</${kind}>`);
}

function writeCell(cell: NeuroMlCell, lines: string[]): void {
  const where = `cell "${cell.id}"`;
  // Cells of Allen models are named by numbers; readers take them, and so the schema's rule for ids is not kept for cells.
  lines.push(`  <cell id="${escapeXml(cell.id)}">`);
  if (cell.notes !== "") lines.push(`    <notes>${escapeXml(cell.notes)}</notes>`);
  const { segments, groups } = cell;
  if (segments.id.length > 0) {
    lines.push(`    <morphology id="morphology_${asId(cell.id)}">`);
    const point = (kind: string, points: Float64Array, row: number) => {
      const [x, y, z, diameter] = Array.from(points.subarray(4 * row, 4 * row + 4), (value) => numeral(value, where));
      lines.push(`        <${kind} x="${x}" y="${y}" z="${z}" diameter="${diameter}"/>`);
    };
    segments.id.forEach((id, row) => {
      const name = segments.name[row] === "" ? "" : ` name="${escapeXml(segments.name[row]!)}"`;
      lines.push(`      <segment id="${id}"${name}>`);
      const parent = segments.parent[row]!;
      const fraction = segments.fractionAlong[row]!;
      const along = fraction === 1 ? "" : ` fractionAlong="${numeral(fraction, where)}"`;
      if (parent >= 0) lines.push(`        <parent segment="${segments.id[parent]}"${along}/>`);
      if (!Number.isNaN(segments.proximal[4 * row]!)) point("proximal", segments.proximal, row);
      point("distal", segments.distal, row);
      lines.push("      </segment>");
    });
    for (const { id, neuroLexId, rows } of groups) {
      const lex = neuroLexId === undefined ? "" : ` neuroLexId="${escapeXml(neuroLexId)}"`;
      lines.push(`      <segmentGroup id="${nmlId(id, where)}"${lex}>`);
      for (const row of rows) lines.push(`        <member segment="${segments.id[row]}"/>`);
      lines.push("      </segmentGroup>");
    }
    lines.push("    </morphology>");
  }
  if (cell.membrane.length + cell.intracellular.length > 0) {
    lines.push(`    <biophysicalProperties id="properties_${asId(cell.id)}">`);
    for (const [name, list, names] of [
      ["membraneProperties", cell.membrane, membraneOrder],
      ["intracellularProperties", cell.intracellular, intracellularOrder],
    ] as const) {
      lines.push(`      <${name}>`);
      for (const part of inOrder(list, ({ kind }) => kind, names)) writeComponent(part, 4, lines);
      lines.push(`      </${name}>`);
    }
    lines.push("    </biophysicalProperties>");
  }
  lines.push("  </cell>");
}

function writeNetwork(network: NeuroMlNetwork, lines: string[]): void {
  const where = `network "${network.id}"`;
  checkNetwork(network, "ARGUMENT", where);
  const { temperature, populations } = network;
  const warmth =
    temperature === undefined ? "" : ` type="networkWithTemperature" temperature="${numeral(temperature, where)} degC"`;
  lines.push(`  <network id="${nmlId(network.id, where)}"${warmth}>`);
  const pathOf = new Map<string, (cell: number) => string>();
  for (const { id, component, size, positions } of populations) {
    nmlId(id, where);
    const head = `    <population id="${id}" component="${escapeXml(component)}" size="${size}"`;
    pathOf.set(id, positions ? (cell) => `../${id}/${cell}/${component}` : (cell) => `../${id}[${cell}]`);
    if (!positions || size === 0) {
      lines.push(`${head}/>`);
      continue;
    }
    lines.push(`${head} type="populationList">`);
    for (let i = 0; i < size; i++) {
      const [x, y, z] = [0, 1, 2].map((k) => numeral(positions[3 * i + k]!, where));
      lines.push(`      <instance id="${i}"><location x="${x}" y="${y}" z="${z}"/></instance>`);
    }
    lines.push("    </population>");
  }
  const projectionOrder = ["projection", "electricalProjection", "continuousProjection"];
  for (const projection of inOrder(network.projections, ({ kind }) => kind, projectionOrder)) {
    writeProjection(projection, pathOf, where, lines);
  }
  for (const inputs of network.inputs) writeInputs(inputs, pathOf, where, lines);
  lines.push("  </network>");
}

function writeProjection(
  projection: NeuroMlProjection,
  pathOf: ReadonlyMap<string, (cell: number) => string>,
  where: string,
  lines: string[],
): void {
  const { kind, id, source, target, synapse, sourceCell, targetCell, weight, delay } = projection;
  const isChemical = kind === "projection";
  const ends = `presynapticPopulation="${source}" postsynapticPopulation="${target}"`;
  lines.push(`    <${kind} id="${nmlId(id, where)}" ${ends}${isChemical ? ` synapse="${escapeXml(synapse)}"` : ""}>`);
  // One kind of elements a projection: the schema asks for those without weights before those with them.
  const isWeighted = weight.some((value) => value !== 1) || delay.some((value) => value !== 0);
  if (!isChemical && delay.some((value) => value !== 0)) {
    throw new WbeError("ARGUMENT", `expected no delays in the ${kind} "${id}", found some`, { where });
  }
  const [pre, post] = synapse.split(" ");
  const name = isChemical
    ? `connection${isWeighted ? "WD" : ""}`
    : `${kind === "electricalProjection" ? "electrical" : "continuous"}ConnectionInstance${isWeighted ? "W" : ""}`;
  const mechanism =
    kind === "electricalProjection"
      ? ` synapse="${escapeXml(synapse)}"`
      : ` preComponent="${escapeXml(pre ?? "")}" postComponent="${escapeXml(post ?? "")}"`;
  const [sourcePath, targetPath] = [pathOf.get(source)!, pathOf.get(target)!];
  const [cellName, segmentName] = isChemical ? ["CellId", "SegmentId"] : ["Cell", "Segment"];
  for (let i = 0; i < sourceCell.length; i++) {
    const end = (side: string, path: string, segment: number, fraction: number) =>
      ` ${side}${cellName}="${path}"${segment === 0 ? "" : ` ${side}${segmentName}="${segment}"`}` +
      (fraction === 0.5 ? "" : ` ${side}FractionAlong="${numeral(fraction, where)}"`);
    const values =
      (isWeighted ? ` weight="${numeral(weight[i]!, where)}"` : "") +
      (isChemical && isWeighted ? ` delay="${numeral(delay[i]!, where)} ms"` : "");
    lines.push(
      `      <${name} id="${i}"` +
        end("pre", sourcePath(sourceCell[i]!), projection.sourceSegment[i]!, projection.sourceFraction[i]!) +
        end("post", targetPath(targetCell[i]!), projection.targetSegment[i]!, projection.targetFraction[i]!) +
        `${isChemical ? "" : mechanism}${values}/>`,
    );
  }
  lines.push(`    </${kind}>`);
}

function writeInputs(
  { id, component, population, cell, segment, fraction, weight }: NeuroMlInputs,
  pathOf: ReadonlyMap<string, (cell: number) => string>,
  where: string,
  lines: string[],
): void {
  lines.push(`    <inputList id="${nmlId(id, where)}" population="${population}" component="${escapeXml(component)}">`);
  const isWeighted = weight.some((value) => value !== 1);
  const path = pathOf.get(population)!;
  cell.forEach((index, i) => {
    const place =
      (segment[i] === 0 ? "" : ` segmentId="${segment[i]}"`) +
      (fraction[i] === 0.5 ? "" : ` fractionAlong="${numeral(fraction[i]!, where)}"`);
    const factor = isWeighted ? ` weight="${numeral(weight[i]!, where)}"` : "";
    lines.push(
      `      <input${isWeighted ? "W" : ""} id="${i}" target="${path(index)}" destination="synapses"${place}${factor}/>`,
    );
  });
  lines.push("    </inputList>");
}
