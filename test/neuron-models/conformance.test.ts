/** What every neuron model of the catalogue must do. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildProgram, integrators } from "../../src/compiler/index.js";
import { WbeError } from "../../src/core/errors.js";
import { neuronModels } from "../../src/neuron-models/index.js";
import { wasmCells } from "../compiler/kernels.js";
import { ranges } from "./ranges.js";

/** Methods that do not apply, and why: the equation that is not linear. All others must. */
const refused: Record<string, Record<string, RegExp>> = {
  AdEx: { exact: /dV\/dt is not linear/, "exponential-euler": /dV\/dt is not linear in V/ },
  GLIF1: {},
  GLIF2: {},
  GLIF3: {},
  GLIF4: {},
  GLIF5: {},
  HodgkinHuxley: { exact: /is not linear with constant coefficients/ },
  Izhikevich: { exact: /dV\/dt is not linear/, "exponential-euler": /dV\/dt is not linear in V/ },
  LIF: {},
};

describe("the catalogue of neurons", () => {
  it("holds every model that a file of the folder defines, once", () => {
    const folder = new URL("../../src/neuron-models/", import.meta.url);
    const defined = readdirSync(folder)
      .filter((file) => file.endsWith(".ts") && file !== "declaration.ts" && file !== "index.ts")
      .flatMap((file) => {
        const text = readFileSync(new URL(file, folder), "utf8");
        return [...text.matchAll(/defineNeuron\(\{\s*id: "([^"]+)"/g)].map((match) => match[1]!);
      });
    expect(defined.length).toBeGreaterThan(3);
    expect(neuronModels.map(({ id }) => id).sort()).toEqual(defined.sort());
  });
});

describe.each(neuronModels)("$id", (model) => {
  it("says what it is for and where it comes from", () => {
    expect(model.doc?.length).toBeGreaterThan(30);
    expect(model.source).toMatch(/\d{4}/);
  });

  it.each(Object.keys(integrators))("by %s is compiled, or refused with the equation that is in the way", (method) => {
    const reason = refused[model.id]?.[method];
    if (!reason) {
      expect(buildProgram(model, { method }).program.method).toBe(method);
      return;
    }
    expect(() => buildProgram(model, { method })).toThrowError(reason);
    expect(() => buildProgram(model, { method })).toThrowError(WbeError);
    expect(() => buildProgram(model, { method })).toThrowError(/Use method "/);
  });

  it("stays finite for 1 s at every current, by every method that applies; more current never means fewer spikes by rk4", async () => {
    const { I, dt } = ranges[model.id]!;
    for (const method of Object.keys(integrators)) {
      if (refused[model.id]?.[method]) continue;
      const cells = await wasmCells(model, { n: I.length, dt, method, inputs: { I } });
      cells.advance(Math.round(1000 / dt));
      expect({ method, notFinite: cells.notFinite() }).toEqual({ method, notFinite: -1 });
      const counts = I.map((_, i) => cells.spikes.filter(([, neuron]) => neuron === i).length);
      expect({ method, silent: counts.slice(0, 3) }).toEqual({ method, silent: [0, 0, 0] });
      expect(counts[4]).toBeGreaterThan(3);
      if (model.id !== "HodgkinHuxley") {
        expect(counts).toEqual([...counts].sort((a, b) => a - b)); // HH falls silent by depolarization block
      }
    }
  });

  it("keeps states within their declared ranges", async () => {
    const bounded = Object.entries(model.states).flatMap(([name, [, , range]]) => (range ? [{ name, range }] : []));
    if (bounded.length === 0) return;
    const { I, dt } = ranges[model.id]!;
    for (const method of ["exponential-euler", "rk4"]) {
      const cells = await wasmCells(model, { n: I.length, dt, method, inputs: { I } });
      for (let k = 0; k < 2000; k++) {
        cells.advance(1);
        for (const { name, range } of bounded) {
          for (const value of cells.state(name)) {
            expect(
              value >= (range.min ?? Number.NEGATIVE_INFINITY) && value <= (range.max ?? Number.POSITIVE_INFINITY),
            ).toBe(true);
          }
        }
      }
    }
  });
});
