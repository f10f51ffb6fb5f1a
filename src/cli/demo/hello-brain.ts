/** Part 1 of the demo: examples/hello-brain.ts as it is. @module */
import { join } from "node:path";
import { hashInput } from "../../io/run-folder.node.js";
import { loadScript } from "../load-script.js";
import { packageRoot } from "../package-info.js";
import { collectExports } from "../results/collect.js";
import { makeSections } from "../results/sections.js";
import { summarise } from "../results/summary.js";
import type { DemoPart } from "./part.js";
import { virtualPulseSection } from "./virtual-pulse.js";

export const helloBrainPart: DemoPart = {
  name: "hello-brain",
  async run({ isFast }, io) {
    const path = join(packageRoot, "examples", "hello-brain.ts");
    const results = await collectExports(await loadScript(path, io.cwd, io.signal));
    const sections = await makeSections(results, "hello-");
    if (!results.description) throw new TypeError("examples/hello-brain.ts must export engine");
    const pulse = await virtualPulseSection(results.description, isFast ? 4 : 10, io);
    return {
      summary: `From a made-up volume to measures (\`examples/hello-brain.ts\`): ${summarise(results)} ${pulse.summary}`,
      sections: [...sections, pulse.section].map((section) => ({ ...section, title: `hello-brain: ${section.title}` })),
      warnings: [...results.warnings, ...pulse.warnings].map((warning) => `hello-brain: ${warning}`),
      inputs: [await hashInput(path)],
      results,
    };
  },
};
