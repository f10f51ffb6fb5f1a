/** Compiling one content once. */
import { describe, expect, it } from "vitest";
import { compileModel } from "../../src/compiler/compile.js";
import { defineNeuron, leakyIntegrateAndFire } from "../../src/neuron-models/index.js";

const declare = (bias: number, size = 1) =>
  defineNeuron({
    id: "Biased",
    source: "made for this test",
    params: { tau: [10, "ms"], bias: [bias, "mV"], size: [size, "mV"] },
    states: { V: [0, "mV"] },
    equations: "dV/dt = (bias - V) / tau",
    spike: "V > size",
    reset: "V = 0 mV",
    method: "exact",
  });

describe("compileModel", () => {
  it("gives the model that it made of equal content, whatever object holds it", async () => {
    const first = await compileModel(declare(3), { perNeuron: new Set(["tau", "bias"]) });
    expect(await compileModel(declare(3), { perNeuron: new Set(["bias", "tau"]) })).toBe(first);
  });

  it("tells apart what differs in a number, an option or the sign of a zero", async () => {
    const models = await Promise.all([
      compileModel(declare(0)),
      compileModel(declare(-0)),
      compileModel(declare(0, 2)),
      compileModel(declare(0), { method: "euler" }),
      compileModel(declare(0), { perNeuron: new Set(["tau"]) }),
      compileModel(declare(0), { precision: "f32" }),
    ]);
    expect(new Set(models).size).toBe(models.length);
  });

  it("refuses a declaration that is no plain data, or wrong, each time", async () => {
    const round: Record<string, unknown> = { ...leakyIntegrateAndFire, equations: "dV/dt = nothing" };
    round.itself = round;
    for (let k = 0; k < 2; k++) {
      await expect(compileModel(round as never)).rejects.toMatchObject({ name: "WbeError" });
      await expect(compileModel({ ...leakyIntegrateAndFire, equations: "dV/dt = (" })).rejects.toMatchObject({
        code: "SYNTAX",
      });
    }
  });
});
