import { describe, expect, it } from "vitest";
import type { NeuronDeclaration } from "../../src/neuron-models/declaration.js";
import { hodgkinHuxleyFI } from "../../src/validation/benchmarks/hodgkin-huxley-fi.js";
import { fiCurve } from "../../src/validation/figures/fi-curve.js";
import { ValidationSuite } from "../../src/validation/validation-suite.js";
import type { Subject, Validator } from "../../src/validation/validator.js";
import { neuronKinds } from "../../src/validation/validators/fi-curve-protocol.js";
import { FICurveValidator, scorePoint } from "../../src/validation/validators/fi-curve-validator.js";
import { hodgkinHuxleySubject } from "./hodgkin-huxley-reference.js";

const suite = new ValidationSuite([new FICurveValidator()]);

describe("FICurveValidator on the Hodgkin–Huxley neuron", () => {
  it("passes every point with rk4 at 0.01 ms, within 0.1 % of the adaptive reference", async () => {
    const report = await suite.run(hodgkinHuxleySubject(0.01));
    expect(report.summaryScore).toBe(1);
    expect(report.counts).toEqual({ pass: 1, fail: 0, "insufficient data": 0 });
    for (const { value, parameters } of report.verdicts[0]!.measured) {
      const expected = parameters.expected as number;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-3 * expected);
    }
  });

  it("passes with the least accurate integrator at 0.025 ms: the band of 3 % covers its time-step error", async () => {
    const report = await suite.run(hodgkinHuxleySubject(0.025, "exponential-euler"));
    expect(report.verdicts[0]!.outcome).toBe("pass");
  });

  it("fails for a wrong sodium conductance, with a lower score the more it is wrong", async () => {
    const scores: number[] = [];
    for (const gNa of [120, 144, 240]) {
      const report = await suite.run(hodgkinHuxleySubject(0.05, "rk4", { gNa }));
      expect(report.verdicts[0]!.outcome).toBe(gNa === 120 ? "pass" : "fail");
      scores.push(report.summaryScore);
    }
    expect(scores[0]).toBe(1);
    expect(scores[1]).toBeLessThan(1);
    expect(scores[2]).toBeLessThan(scores[1]!);
  });

  it("keeps the curve as data that the F–I figure draws, with the latency and CV of each current", async () => {
    const { verdicts } = await suite.run(hodgkinHuxleySubject(0.025));
    const { figures, measured } = verdicts[0]!;
    expect(figures[0]!.kind).toBe("fi-curve");
    const figure = await fiCurve(figures[0]!);
    expect(figure.caption).toContain("11 of 11 points");
    const ten = measured.find(({ parameters }) => parameters.current === 10)!;
    expect(ten.value).toBeCloseTo(68.32, 0);
    expect(ten.parameters.latency).toBeCloseTo(1.9, 0);
    expect(ten.parameters.cv).toBeLessThan(0.01);
  });

  it("is plain data as JSON", async () => {
    const report = await suite.run(hodgkinHuxleySubject(0.05));
    const { toJSON: _, ...plain } = report;
    expect(JSON.parse(JSON.stringify(report))).toEqual(plain);
  });

  it("agrees with the collected reference onset: no sustained firing up to 5, firing from 7 uA/cm2", () => {
    if (typeof hodgkinHuxleyFI.points === "function") throw new Error("expected a table");
    const firing = hodgkinHuxleyFI.points.filter(({ expected }) => expected! > 0).map(({ current }) => current);
    expect(Math.min(...firing)).toBe(7);
    expect(hodgkinHuxleyFI.points.filter(({ expected }) => expected === 0).every(({ current }) => current < 6.26)).toBe(
      true,
    );
  });
});

describe("scorePoint", () => {
  it("is 1 inside the band, falls to 0 at half the expected rate beyond it, and knows silence", () => {
    const point = { current: 1, expected: 100, low: 97, high: 103 };
    expect(scorePoint(point, 97)).toBe(1);
    expect(scorePoint(point, 103)).toBe(1);
    expect(scorePoint(point, 128)).toBeCloseTo(0.5, 12);
    expect(scorePoint(point, 200)).toBe(0);
    expect(scorePoint({ current: 0, expected: 0, low: 0, high: 0 }, 0)).toBe(1);
    expect(scorePoint({ current: 0, expected: 0, low: 0, high: 0 }, 3)).toBe(0);
    expect(scorePoint({ current: 0, expected: null, low: 1, high: null }, 500)).toBe(1);
  });
});

describe("neuronKinds", () => {
  const declaration: NeuronDeclaration = {
    id: "Leaky",
    source: "test",
    params: { C: [250, "pF"], gL: [10, "nS"] },
    states: { V: [-70, "mV"] },
    equations: "",
    spike: "V > 0",
    method: "exact",
  };
  const population = (name: string, params: Record<string, never> | object) => ({
    name,
    model: declaration,
    size: 3,
    params: params as Record<string, number>,
  });

  it("joins populations of equal model and parameters, whatever their units are written in", () => {
    const kinds = neuronKinds(
      [population("a", { C: 200 }), population("b", { C: "0.2 nF" }), population("c", {})],
      () => declaration,
    );
    expect(kinds.map(({ populations }) => populations)).toEqual([["a", "b"], ["c"]]);
  });

  it("takes distributions at their centre and says so", () => {
    const [kind] = neuronKinds(
      [population("a", { C: { uniform: ["100 pF", "0.3 nF"] }, gL: { values: [5, 5, 5] } })],
      () => declaration,
    );
    expect(kind!.params).toEqual({ C: 200, gL: 5 });
    expect(kind!.warnings).toHaveLength(1);
    expect(kind!.warnings[0]).toContain("C varies");
  });

  it("refuses an expression and an unknown parameter, naming the population", () => {
    expect(() => neuronKinds([population("a", { C: "200*x" })], () => declaration)).toThrow(
      /population "a", parameter C/,
    );
    expect(() => neuronKinds([population("a", { Cm: 1 })], () => declaration)).toThrow(/no parameter "Cm"/);
  });
});

describe("ValidationSuite", () => {
  const custom: Subject = {
    ...hodgkinHuxleySubject(0.05),
    description: {
      ...hodgkinHuxleySubject(0.05).description!,
      populations: [
        { name: "axons", model: "HodgkinHuxley", size: 1 },
        { name: "mine", model: "SomethingElse", size: 1 },
      ],
    },
  };

  it("counts a model without a benchmark as insufficient data, which is not a pass", async () => {
    const report = await suite.run(custom);
    expect(report.counts).toEqual({ pass: 1, fail: 0, "insufficient data": 1 });
    expect(report.summaryScore).toBe(0.5);
    expect(report.coverage).toBe(0.5);
    expect(report.warnings.join()).toContain("no F–I benchmark for model SomethingElse");
  });

  it("counts a subject that cannot answer as insufficient data and says that its 0 is no finding", async () => {
    const report = await suite.run({ name: "recording" });
    expect(report.counts["insufficient data"]).toBe(1);
    expect(report.summaryScore).toBe(0);
    expect(report.warnings.join()).toMatch(/gives no description and no simulate.*not a finding/s);
    expect((await new ValidationSuite([]).run(custom)).summaryScore).toBe(0);
  });

  it("fails a model that stops being finite in a protocol, and throws other errors", async () => {
    const { WbeError } = await import("../../src/core/errors.js");
    const broken = (code: "NOT_FINITE" | "LIMIT"): Subject => ({
      ...hodgkinHuxleySubject(0.025),
      simulate: async () => {
        throw new WbeError(code, "V of neuron 3 is NaN at 12 ms");
      },
    });
    const report = await suite.run(broken("NOT_FINITE"));
    expect(report.verdicts[0]).toMatchObject({ outcome: "fail", score: 0 });
    expect(report.warnings.join()).toContain("neuron 3");
    await expect(suite.run(broken("LIMIT"))).rejects.toThrow(/neuron 3/);
  });

  it("reports progress and can be cancelled", async () => {
    const seen: [number, number][] = [];
    await suite.run(hodgkinHuxleySubject(0.05), { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([
      [0, 1],
      [1, 1],
    ]);
    await expect(suite.run(hodgkinHuxleySubject(0.05), { signal: AbortSignal.abort() })).rejects.toThrow(/cancelled/);
  });

  it("refuses two validators of one id", () => {
    const validator: Validator = new FICurveValidator();
    expect(() => new ValidationSuite([validator, validator])).toThrow(/"fi-curve" twice/);
  });
});
