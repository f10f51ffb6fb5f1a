import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { SimulationEngine } from "../../src/simulation/index.js";

const folder = new URL("../../examples/papers/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));

/** The others take longer than a test should: `wbe verify engine` runs their networks. */
const quick = ["brette-2007-coba.ts", "brette-2007-cuba.ts", "izhikevich-2003.ts"];

describe("examples/papers", () => {
  it.each(files)("%s is headed by its citation and says how to run it", (file) => {
    const head = readFileSync(new URL(file, folder), "utf8").split("\nimport")[0]!;
    expect(head).toMatch(/^\/\/ [A-Z].* (19|20)\d\d, .*doi:10\./);
    expect(head).toContain(`wbe run examples/papers/${file}`);
  });

  it.each(quick)("%s runs and exports an engine that fired", async (file) => {
    const { engine } = (await import(new URL(file, folder).href)) as { engine: SimulationEngine };
    expect(engine.time).toBe(1000);
    expect(engine.spikes().step.length).toBeGreaterThan(1000);
  });
});
