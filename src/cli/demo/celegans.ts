/** Part 2 of the demo: the C. elegans network driven at its touch neurons (examples/celegans-touch.ts). @module */
import { join } from "node:path";
import { type Connectome, celegansCommandInterneurons, celegansTouchNeurons } from "../../connectome/index.js";
import type { SpikeData } from "../../core/spikes.js";
import { hashInput } from "../../io/run-folder.node.js";
import { raster } from "../../validation/index.js";
import { loadScript } from "../load-script.js";
import { packageRoot } from "../package-info.js";
import { collectExports } from "../results/collect.js";
import { connectomeSection } from "../results/sections.js";
import type { DemoPart } from "./part.js";

/** Chalfie et al. 1985, J Neurosci 5:956. */
const groups: readonly { readonly name: string; readonly members: readonly string[] }[] = [
  { name: "touch receptors", members: celegansTouchNeurons },
  { name: "backward (AVA, AVD, AVE)", members: celegansCommandInterneurons.filter((name) => /^AV[ADE]/.test(name)) },
  { name: "forward (AVB, PVC)", members: celegansCommandInterneurons.filter((name) => /^(AVB|PVC)/.test(name)) },
];

export const celegansPart: DemoPart = {
  name: "C. elegans",
  async run(_options, io) {
    const path = join(packageRoot, "examples", "celegans-touch.ts");
    const results = await collectExports(await loadScript(path, io.cwd, io.signal));
    const { connectome, spikes } = results;
    if (!connectome || !spikes) throw new TypeError("examples/celegans-touch.ts must export connectome and engine");
    const shown = groups.flatMap(({ members }) => members).map((name) => connectome.indexOf(name));
    const activity = await raster(selectNeurons(spikes, shown), {
      id: "celegans-raster",
      title: "Touch receptors and command interneurons of C. elegans",
      classOf: groups.flatMap(({ name, members }) => members.map(() => name)),
      expected:
        "silence before the touch, a burst of the command interneurons at its onset that adaptation ends, silence after it",
    });
    const active = new Set(spikes.neuron).size;
    return {
      summary: `The C. elegans wiring (${connectome.nNeurons} neurons, ${connectome.nSynapses.toLocaleString("en")} synapses) was touched: ${spikes.step.length.toLocaleString("en")} spikes in ${active} neurons.`,
      sections: [
        { ...(await connectomeSection(connectome, (name) => `celegans-${name}`)), title: "C. elegans: wiring" },
        {
          title: "C. elegans: response to touch",
          text: "Current flows into ALML, ALMR, AVM, PLML, PLMR and PVM from 200 to 700 ms. Wiring, gap junctions and transmitters are data; neuron model and conductances are a stand-in, the smallest conductances at which touch recruits the command interneurons.",
          figures: [activity],
          tables: [responseTable(spikes, connectome)],
        },
      ],
      warnings: results.warnings.map((warning) => `C. elegans: ${warning}`),
      inputs: [await hashInput(path)],
    };
  },
};

/** The spikes of some neurons, renumbered in the order given. */
function selectNeurons(spikes: SpikeData, neurons: readonly number[]): SpikeData {
  const rowOf = new Map(neurons.map((neuron, row) => [neuron, row]));
  const kept = [...spikes.neuron.keys()].filter((k) => rowOf.has(spikes.neuron[k]!));
  return {
    ...spikes,
    step: Uint32Array.from(kept, (k) => spikes.step[k]!),
    neuron: Uint32Array.from(kept, (k) => rowOf.get(spikes.neuron[k]!)!),
    nNeurons: neurons.length,
    populations: [{ name: "shown", start: 0, size: neurons.length }],
  };
}

function responseTable(spikes: SpikeData, connectome: Connectome) {
  const [from, to] = [200, 700];
  const rows = groups.flatMap(({ name: group, members }) =>
    members.map((name) => {
      const index = connectome.indexOf(name);
      const counts = [0, 0, 0];
      for (let k = 0; k < spikes.step.length; k++) {
        if (spikes.neuron[k] !== index) continue;
        const t = spikes.step[k]! * spikes.dt;
        counts[t <= from ? 0 : t <= to ? 1 : 2]!++;
      }
      return [name, group, ...counts];
    }),
  );
  return {
    title: "Spikes before, during and after the touch",
    columns: [
      { name: "neuron" },
      { name: "group" },
      { name: "0–200 ms" },
      { name: "200–700 ms" },
      { name: "700–1000 ms" },
    ],
    rows,
  };
}
