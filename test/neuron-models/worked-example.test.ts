/** The worked example of CONTRIBUTING, run as it stands. */
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { buildProgram } from "../../src/compiler/index.js";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("the worked example of a new neuron model", () => {
  it("fires from the current of the fold of its steady state on, at a rate that rises from near 0 (type I)", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const { currents, morrisLecar, rates } = await import("../../examples/add-a-neuron-model.js");
    vi.restoreAllMocks();
    // Rheobase in closed form: the first maximum of the steady current I(V) as V rises from rest.
    const { gCa, gK, gL, ECa, EK, EL, V1, V2, V3, V4 } = Object.fromEntries(
      Object.entries(morrisLecar.params).map(([name, [value]]) => [name, value]),
    ) as Record<string, number>;
    const steady = (V: number): number => {
      const m = (1 + Math.tanh((V - V1!) / V2!)) / 2;
      const w = (1 + Math.tanh((V - V3!) / V4!)) / 2;
      return gCa! * m * (V - ECa!) + gK! * w * (V - EK!) + gL! * (V - EL!);
    };
    let V = -60;
    while (steady(V + 0.001) > steady(V)) V += 0.001;
    const rheobase = steady(V);
    expect(rheobase).toBeCloseTo(39.96, 1); // Rinzel & Ermentrout 1998: the saddle-node lies at 40 uA/cm2
    currents.forEach((current, i) => {
      expect(rates[i]! > 0).toBe(current > rheobase);
    });
    const firing = rates.filter((rate) => rate > 0);
    expect(firing).toEqual([...firing].sort((a, b) => a - b));
    expect(firing[0]).toBeLessThan(3);
    expect(firing.at(-1)).toBeGreaterThan(10);
  });

  it("takes every synapse that conducts, because it declares Isyn in pA", async () => {
    const { morrisLecar } = await import("../../examples/add-a-neuron-model.js");
    const { synapseModels } = await import("../../src/synapse-models/index.js");
    for (const synapse of synapseModels) {
      expect(() => buildProgram(morrisLecar, { ports: [{ name: "p", synapse }] })).not.toThrow();
    }
  });

  it("stands in CONTRIBUTING as it is run", () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(read("CONTRIBUTING.md"))!;
    expect(read("examples/add-a-neuron-model.ts")).toContain(code!);
  });
});
