/** Part 3 of the demo: one neuron with real geometry, drawn from three sides and measured. @module */
import { join, resolve } from "node:path";
import { fileSource } from "../../io/file.node.js";
import { swcFormat } from "../../io/index.js";
import { hashInput } from "../../io/run-folder.node.js";
import { measureMorphology } from "../../scanner/morphometrics.js";
import { morphologies } from "../../validation/index.js";
import { packageRoot } from "../package-info.js";
import { morphologyTable } from "../results/sections.js";
import type { DemoPart } from "./part.js";

export const swcPart: DemoPart = {
  name: "morphology",
  async run({ swc }, io) {
    const path = swc === undefined ? join(packageRoot, "examples", "pyramidal.swc") : resolve(io.cwd, swc);
    const source = await fileSource(path);
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
      inputs: [await hashInput(path)],
    };
  },
};

const typeNames: Record<string, string> = { 2: "axon", 3: "basal dendrite", 4: "apical dendrite" };
