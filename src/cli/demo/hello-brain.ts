/** Part 1 of the demo: examples/hello-brain.ts as it is. @module */
import { join } from "node:path";
import { hashInput } from "../../io/run-folder.node.js";
import { loadScript } from "../load-script.js";
import { packageRoot } from "../package-info.js";
import { collectExports } from "../results/collect.js";
import { makeSections } from "../results/sections.js";
import { summarise } from "../results/summary.js";
import type { DemoPart } from "./part.js";

export const helloBrainPart: DemoPart = {
  name: "hello-brain",
  async run(_options, io) {
    const path = join(packageRoot, "examples", "hello-brain.ts");
    const results = await collectExports(await loadScript(path, io.cwd, io.signal));
    const sections = await makeSections(results, "hello-");
    return {
      summary: `From a made-up volume to measures (\`examples/hello-brain.ts\`): ${summarise(results)}`,
      sections: sections.map((section) => ({ ...section, title: `hello-brain: ${section.title}` })),
      warnings: results.warnings.map((warning) => `hello-brain: ${warning}`),
      inputs: [await hashInput(path)],
      results,
    };
  },
};
