import { describe, expect, it } from "vitest";
import { SimulationEngine } from "../../src/simulation/engine.js";
import { ValidationSuite } from "../../src/validation/validation-suite.js";
import { FICurveValidator } from "../../src/validation/validators/fi-curve-validator.js";

const network = (model: string, dt: number, method?: "rk4") => ({
  version: 1 as const,
  name: "net",
  seed: 1,
  dt,
  duration: 10,
  populations: [{ name: "cells", model, size: 4, ...(method ? { method } : {}) }],
  projections: [],
  stimuli: [],
  recorders: [],
});

describe("validation of an engine", () => {
  it.each([
    ["HodgkinHuxley", 0.01, "rk4"],
    ["HodgkinHuxley", 0.025, undefined],
    ["LIF", 0.1, undefined],
    ["AdEx", 0.05, undefined],
    ["Izhikevich", 0.1, undefined],
  ] as const)("finds every F–I point of %s within its band at dt %f", async (model, dt, method) => {
    const engine = await SimulationEngine.fromDescription(network(model, dt, method));
    await engine.run();
    const report = await new ValidationSuite([new FICurveValidator()]).run(engine);
    const outside = report.verdicts[0]!.measured.filter(
      ({ value, parameters: { low, high } }) => value < (low as number) || value > ((high as number) ?? 1e9),
    ).map(({ value, parameters: { current, low, high } }) => ({ current, value, low, high }));
    expect(outside).toEqual([]);
    expect(report.verdicts[0]!.outcome).toBe("pass");
    expect(report.summaryScore).toBe(1);
    expect(report.subject).toBe("net");
  });
});
