/** A perisomatic model of the Allen Cell Types Database as it was fitted: the axon cut off, two stubs in its place. */
import { readdirSync, readFileSync } from "node:fs";
import { buildCell, type Cell, findSections, type RegionParameters, type Section } from "wbe/cells";
import { readSwc } from "wbe/io";
import { channelModels } from "wbe/neuron-models";
import { cylinder } from "./rallpack-cells.js";

interface Fit {
  passive: [{ ra: number; cm: { section: string; cm: number }[]; e_pas: number }];
  conditions: [{ celsius: number; erev: { section: string; ena: number; ek: number }[]; v_init: number }];
  genome: { section: string; name: string; value: number; mechanism: string }[];
}

export function perisomaticCell(folder: string): { cell: Cell; start: number } {
  const file = (ending: string) =>
    readFileSync(`${folder}/${readdirSync(folder).find((name) => name.endsWith(ending))}`, "utf8");
  const fit = JSON.parse(file("_fit.json")) as Fit;
  const dendrites = withoutAxon(findSections(readSwc(file(".swc"))));
  const stub = (k: number, parent: number, parentX: number): Section => ({
    ...cylinder(`axon[${k}]`, 30, 1, parent, parentX),
    type: 2,
  });
  const sections = [...dendrites, stub(0, 0, 0.5), stub(1, dendrites.length, 1)];
  const [passive, conditions] = [fit.passive[0], fit.conditions[0]];
  const kinds = new Set(sections.map(({ name }) => name.replace(/\[.*/, "")));
  const parameters: RegionParameters[] = [{ region: "all", Ra: passive.ra, ELeak: passive.e_pas }];
  for (const { section, cm } of passive.cm) if (kinds.has(section)) parameters.push({ region: section, Cm: cm });
  for (const { section, ena, ek } of conditions.erev) parameters.push({ region: section, ena, ek });
  for (const { section, name, value, mechanism } of fit.genome) {
    if (!kinds.has(section)) continue;
    if (name === "g_pas") {
      parameters.push({ region: section, gLeak: `${value} S/cm2` });
      continue;
    }
    const parameter = name.slice(0, -mechanism.length - 1);
    const own = parameter === "decay" ? "decayTime" : parameter;
    const unit = channelModels.find(({ id }) => id === mechanism)!.params[own]![1];
    const given = own === "gbar" ? `${value} S/cm2` : unit === "1" ? value : `${value} ${unit}`;
    parameters.push({ region: section, channels: { [mechanism]: { [own]: given } } });
  }
  const cell = buildCell({
    morphology: sections,
    compartments: { count: ({ length }) => 1 + 2 * Math.floor(length / 40) },
    celsius: conditions.celsius,
    parameters,
  });
  return { cell, start: conditions.v_init };
}

function withoutAxon(sections: readonly Section[]): Section[] {
  const kept: Section[] = [];
  const place = sections.map((section) => (section.type === 2 ? -1 : kept.push(section) - 1));
  return kept.map((section) => ({ ...section, parent: section.parent < 0 ? -1 : place[section.parent]! }));
}
