/**
 * `wbe hash DESCRIPTION`: all spikes of a run as one line, to compare machines, engines and versions.
 *
 * @module
 */
import { resolve } from "node:path";
import { z } from "zod";
import { plasticityRules } from "../../plasticity/index.js";
import { SimulationEngine, spikeHash } from "../../simulation/index.js";
import { defineCommand } from "../command.js";
import { openBeside, readDescription } from "../run-description.js";
import { threadsOption } from "../threads-option.js";

export const hashCommand = defineCommand({
  name: "hash",
  summary: "run a network description and print one hash of its spikes",
  details: `
Runs the description for its duration and prints the SHA-256 of its recorded spikes, sorted pairs (step, neuron) of
little-endian 32-bit numbers. One description has one hash on every machine, Node version and browser; another seed has
another.`,
  arguments: { description: z.string().describe("network description (.json)") },
  options: {
    threads: threadsOption,
  },
  examples: ["wbe hash examples/reference-network.json", "wbe hash examples/reference-network.json --threads 2"],
  async run({ description, threads }, io) {
    const path = resolve(io.cwd, description);
    const given = await readDescription(path);
    const catalogue = { rules: plasticityRules };
    const engine = await SimulationEngine.fromDescription(given, {
      catalogue,
      threads,
      openFile: openBeside(path),
    });
    try {
      await engine.run({ signal: io.signal });
      for (const warning of engine.warnings) io.stderr.write(`warning: ${warning}\n`);
      io.stdout.write(`${await spikeHash(engine.spikes())}\n`);
    } finally {
      await engine.dispose();
    }
  },
});
