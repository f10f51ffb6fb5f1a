/** Part 3 of the demo: one neuron with real geometry, read from SWC, drawn from two sides and measured. @module */
import { resolve } from "node:path";
import { fileSource } from "../../io/file.node.js";
import { bytesSource, type Source, swcFormat, writeSwc } from "../../io/index.js";
import { hashInput } from "../../io/run-folder.node.js";
import { growPyramidalNeuron, measureMorphology } from "../../scanner/index.js";
import { morphologies } from "../../validation/index.js";
import { morphologyTable } from "../results/sections.js";
import type { DemoPart } from "./part.js";

export const swcPart: DemoPart = {
  name: "morphology",
  async run({ swc }, io) {
    // Without a file the project grows a neuron, writes it, and reads what it wrote.
    const grown = swc === undefined ? writeSwc(growPyramidalNeuron({ seed: 7 })) : undefined;
    const path = resolve(io.cwd, swc ?? "pyramidal-7.swc");
    const source: Source =
      grown === undefined ? await fileSource(path) : bytesSource(new TextEncoder().encode(grown), "pyramidal-7.swc");
    const neuron = await swcFormat.read(source).finally(() => source.close());
    const measures = measureMorphology(neuron);
    const length = `${Math.round(measures.cableLength).toLocaleString("en")} µm`;
    return {
      summary: `The neuron ${neuron.name} was read from SWC and measured: ${measures.nPoints.toLocaleString("en")} points, ${length} of cable, ${measures.nBranchPoints} branch points.`,
      sections: [
        {
          title: `Morphology: ${neuron.name}`,
          text: neuron.comments.join("\n\n"),
          figures: [
            await morphologies([neuron], { id: "swc-xy", plane: "xy" }),
            await morphologies([neuron], { id: "swc-yz", plane: "yz", title: `${neuron.name} from the side` }),
          ],
          tables: [
            morphologyTable([neuron]),
            {
              title: "Cable by type",
              columns: [{ name: "SWC type" }, { name: "cable length", unit: "um" }],
              rows: Object.entries(measures.cableLengthByType).map(([type, um]) => [typeNames[type] ?? type, um]),
              note: "The stretch between soma centre and first neurite point is not cable.",
            },
          ],
        },
      ],
      warnings: measures.warnings.map((warning) => `${neuron.name}: ${warning}`),
      inputs: grown === undefined ? [await hashInput(path)] : [],
      ...(grown === undefined ? {} : { files: { "pyramidal-7.swc": grown } }),
    };
  },
};

const typeNames: Record<string, string> = { 2: "axon", 3: "basal dendrite", 4: "apical dendrite" };
