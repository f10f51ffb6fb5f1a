import { describe, expect, it } from "vitest";
import { compilePlasticity } from "../../src/compiler/plasticity.js";
import type { PlasticityRule } from "../../src/compiler/plasticity-rule.js";
import { type ErrorCode, WbeError } from "../../src/core/errors.js";
import { PairSTDP } from "../../src/plasticity/index.js";

const good: PlasticityRule = {
  id: "Pairs",
  source: "made up",
  params: { tau: [20, "ms", { above: 0 }], A: [0.01, "weight"], wMin: [0, "weight"], wMax: [1, "weight"] },
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tau" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tau" },
  onPre: "x = x + 1; w = max(w - A*y, wMin)",
  onPost: "y = y + 1; w = min(w + A*x, wMax)",
  bounds: { min: "wMin", max: "wMax" },
};

describe("a fault in a plasticity rule", () => {
  it("is none in a good rule", () => {
    expect(compilePlasticity([good], "nS").nPreTraces).toBe(1);
    expect(new PairSTDP()).toBeDefined();
  });

  it.each<[string, Partial<PlasticityRule>, ErrorCode, RegExp]>([
    [
      "parameter named like a unit",
      { params: { ...good.params, mV: [1, "1"] } },
      "NAME_CLASH",
      /"mV" has the name of a unit/,
    ],
    [
      "parameter named like a function",
      { params: { ...good.params, exp: [1, "1"] } },
      "NAME_CLASH",
      /"exp" has the name/,
    ],
    ["parameter named w", { params: { ...good.params, w: [1, "1"] } }, "NAME_CLASH", /"w" is declared twice/],
    ["parameter and trace", { params: { ...good.params, x: [1, "1"] } }, "NAME_CLASH", /"x" is declared twice/],
    [
      "two assignments of one value",
      { onPre: "w = w + A; w = 2*w" },
      "NAME_CLASH",
      /w is assigned twice \(at onPre of .*line 1, column 12/,
    ],
    [
      "a trace of the other side",
      { onPre: "y = 0" },
      "MODEL_INVALID",
      /own traces, found "y" \(at onPre of .*line 1, column 1/,
    ],
    ["wrong dimension", { onPre: "w = w + y" }, "DIMENSION", /sides of "\+" differ: conductance and dimensionless/],
    ["unknown name", { onPost: "w = w + B" }, "NAME_UNKNOWN", /unknown name "B"/],
    [
      "a trace that grows by itself",
      { pre: { ...good.pre, equations: "dx/dt = 1/tau" } },
      "MODEL_INVALID",
      /must decay linearly/,
    ],
    [
      "a trace that does not start at 0",
      { pre: { ...good.pre, states: { x: [1, "1"] } } },
      "MODEL_INVALID",
      /must start at 0/,
    ],
  ])("%s", (_, part, code, message) => {
    try {
      compilePlasticity([{ ...good, ...part }], "nS");
    } catch (error) {
      expect(error).toBeInstanceOf(WbeError);
      expect((error as WbeError).code).toBe(code);
      expect((error as WbeError).message).toMatch(message);
      return;
    }
    throw new Error("expected a WbeError");
  });
});
