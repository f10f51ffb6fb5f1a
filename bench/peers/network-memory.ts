/**
 * Prints the bytes of resident memory that a network takes while it is built, as the peers' scripts measure theirs: the
 * largest of the process less what there was before. The models have been compiled before, as a peer's have. The network
 * stands as JSON on standard input.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { plasticityRules } from "wbe/plasticity";
import { parseDescription, SimulationEngine } from "wbe/simulation";

const description = parseDescription(JSON.parse(readFileSync(0, "utf8")));
const populations = description.populations.map((population) => ({ ...population, size: 2 }));
await SimulationEngine.fromDescription({ ...description, populations, projections: [], stimuli: [] }, { threads: 1 });
(globalThis as { gc?: () => void }).gc?.();
const before = process.memoryUsage().rss;
const catalogue = { rules: plasticityRules };
const engine = await SimulationEngine.fromDescription(description, { threads: 1, catalogue });
const bytes = 1024 * process.resourceUsage().maxRSS - before;
process.stdout.write(`${JSON.stringify({ bytes, steps: engine.stepCount })}\n`);
