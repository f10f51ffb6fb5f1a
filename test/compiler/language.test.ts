/** What equations mean: precedence, units, conversion, limits, and the models that must be refused. */
import { describe, expect, it } from "vitest";
import { checkModel, evaluateNodes, parseStatements } from "../../src/compiler/index.js";
import type { NeuronDeclaration } from "../../src/neuron-models/index.js";
import { interpret, nodeOf } from "./expressions.js";

const value = (text: string): number => interpret(nodeOf(text).node, [2, 3, 5]);

describe("precedence of the model language", () => {
  it.each([
    ["-x^2", -4],
    ["(-x)^2", 4],
    ["2^-1", 0.5],
    ["2^3^2", 512],
    ["x**3", 8],
    ["2*x^2", 8],
    ["-x*y", -6],
    ["x - y - z", -6],
    ["x/y/z", 2 / 15],
    ["x/y*z", 10 / 3],
    ["- - x", 2],
    ["+x", 2],
    ["x + y*z", 17],
    ["x < y ? 1 : 2", 1],
    ["x > y ? 1 : x == 2 ? 7 : 8", 7],
    ["not x > y and y < z ? 1 : 0", 1],
    ["x > y or y < z and z < 0 ? 1 : 0", 0],
    ["!(x < y) || y < z ? 1 : 0", 1],
    ["x < y && y < z ? 1 : 0", 1],
    ["1e3*x", 2000],
    [".5*x", 1],
    ["2.*x", 4],
    ["pi", Math.PI],
    ["ln(exp(1))", 1],
    ["round(2.5) + round(3.5)", 6],
    ["clip(z, 0, 1) + min(x, y) + max(x, y)", 6],
    ["if(x < y, x, y)", 2],
    ["x # a comment\n", 2],
    ["x // another", 2],
    ["(x +\n y)", 5],
  ])("%s is %d", (text, expected) => {
    expect(value(text)).toBeCloseTo(expected, 14);
  });

  it("statements end at a line end or a semicolon, in any order", () => {
    const text = "\n a = 1 ; b = a +\t2 \r\n\n # nothing\n dV/dt = b;";
    const found = parseStatements({ label: "it", text: text.replace("a +", "(a +\n").replace("\t2", "2)") });
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["assignment a", "assignment b", "derivative V"]);
  });
});

/** Value of dV/dt at V = 1, p = 1, q = 1 in the unit of the state per ms. */
function slope(equation: string, units: { V: string; p: string; q?: string }): number {
  const model = checkModel({
    id: "Probe",
    source: "made up",
    params: { p: [1, units.p], q: [1, units.q ?? "1"] },
    states: { V: [0, units.V] },
    inputs: {},
    equations: `dV/dt = ${equation}`,
    spike: "V > 1e9*V",
    method: "euler",
  });
  return evaluateNodes([model.states[0]!.derivative], () => 1)[0]!;
}

describe("units in equations", () => {
  it.each([
    // pA/um2 = 1e-12 A/1e-12 m2 = 1 A/m2; uA/cm2 = 1e-6 A/1e-4 m2 = 0.01 A/m2
    ["p/(1 uF/cm2)", { V: "mV", p: "pA/um2" }, 100],
    ["p/(1 uF/cm2)", { V: "mV", p: "uA/cm2" }, 1],
    ["p/q", { V: "mV", p: "pA", q: "pF" }, 1],
    ["p/q", { V: "mV", p: "nA", q: "pF" }, 1000],
    ["p/q", { V: "V", p: "pA", q: "pF" }, 1e-3],
    ["p*V/q", { V: "mV", p: "nS", q: "pF" }, 1],
    ["p*V/q", { V: "mV", p: "mS/cm2", q: "uF/cm2" }, 1],
    ["V*p", { V: "mV", p: "Hz" }, 1e-3],
    ["V/p", { V: "mV", p: "s" }, 1e-3],
    ["V/p", { V: "mV", p: "min" }, 1 / 60000],
    ["V/(1 ms) + p/(1 ms)", { V: "mV", p: "V" }, 1001],
    ["p/(1 s)", { V: "1", p: "%" }, 1e-5],
    ["(V > p ? 1 mV : 2 mV)/(1 ms)", { V: "mV", p: "uV" }, 1],
    ["exp(V/p)*1/(1 ms)", { V: "1", p: "1" }, Math.E],
    ["exp(V/(1 mV)*p/(1 V))*1 mV/(1 ms)", { V: "mV", p: "V" }, Math.E],
    ["sqrt(p*q)*V/(1 mV)", { V: "mV", p: "mV/ms", q: "mV/ms" }, 1],
    ["p/sqrt(4 ms)", { V: "mV", p: "mV/sqrt(ms)" }, 0.5],
    ["p/sqrt(q)", { V: "mV", p: "V*s^-0.5", q: "ms" }, 1000 / Math.sqrt(1000)],
    ["V*p^2", { V: "mV", p: "Hz^0.5" }, 1e-3],
  ] as const)("%s with %j is %d per ms", (equation, units, expected) => {
    expect(slope(equation, units)).toBeCloseTo(expected, 12);
  });

  it("the power after a unit belongs to the unit: 3 cm^2 is three square centimetres", () => {
    expect(slope("p/(3 cm^2)*V/(1 mV)", { V: "mV", p: "mV*cm2/ms" })).toBeCloseTo(1 / 3, 15);
    expect(slope("p/(3 cm2)*V/(1 mV)", { V: "mV", p: "mV*cm2/ms" })).toBeCloseTo(1 / 3, 15);
    expect(slope("3 mV^2/V*p", { V: "mV", p: "1/ms" })).toBe(3);
    expect(slope("(3 mV)^2/V*p", { V: "mV", p: "1/ms" })).toBe(9);
    expect(slope("2 ms^-1*V*p", { V: "mV", p: "1" })).toBe(2);
    expect(slope("V/2 ms*p", { V: "mV", p: "1" })).toBe(0.5);
  });

  it("a bare 0 fits every dimension, 0 with a unit only its own", () => {
    expect(slope("0", { V: "mV", p: "1" })).toBe(0);
    expect(slope("V > 0 ? V/(1 ms) : 0", { V: "mV", p: "1" })).toBe(1);
    expect(() => slope("0 pA", { V: "mV", p: "1" })).toThrowError(/expected voltage per time .* found current/);
    expect(() => slope("(V + 0 pA)/(1 ms)", { V: "mV", p: "1" })).toThrowError(/voltage and current/);
  });
});

describe("limits that the compiler handles", () => {
  const adEx = (deltaT: number, V: number, power = 1): number => {
    const model = checkModel({
      id: "Limit",
      source: "made up",
      params: { g: [30, "nS"], deltaT: [2, "mV"], VT: [-50, "mV"], C: [100, "pF"] },
      states: { V: [0, "mV"] },
      inputs: {},
      equations: "dV/dt = g*deltaT*exp((V - VT)/deltaT)^POWER/C".replace("POWER", String(power)),
      spike: "V > VT",
      method: "euler",
    } satisfies NeuronDeclaration);
    const values: Record<string, number> = { g: 30, deltaT, VT: -50, C: 100, V };
    return evaluateNodes([model.states[0]!.derivative], (leaf) => values[leaf.name]!)[0]!;
  };

  it("a·exp(y/a) at a = 0 is 0 up to y = 0 and beyond all bounds above: the sharp threshold", () => {
    expect(adEx(0, -60)).toBe(0);
    expect(adEx(0, -50)).toBe(0);
    expect(adEx(0, -49.999)).toBeGreaterThan(1e90);
    expect(adEx(2, -50)).toBeCloseTo(0.6, 14);
    expect(adEx(1e-9, -50.001)).toBeLessThan(1e-300);
  });

  it("a·exp(y/a)² loses neither of its exponentials", () => {
    for (const power of [1, 2, 3]) expect(adEx(2, -48, power)).toBeCloseTo(0.6 * Math.exp(power), 12);
  });

  it("rates through 1/exprel have their limits at the singularity, beside it and far away (O12)", () => {
    const model = checkModel({
      id: "Rates",
      source: "Hodgkin & Huxley 1952",
      params: {},
      states: { V: [0, "mV"], m: [0, "1"], n: [0, "1"] },
      inputs: {},
      equations: `
        dV/dt = 0
        dm/dt = 1/(1 ms) / exprel(-(V + 40 mV)/(10 mV))
        dn/dt = 0.1/(1 ms) / exprel(-(V + 55 mV)/(10 mV))`,
      spike: "V > 0 mV",
      method: "euler",
    });
    const rates = (V: number) => {
      const roots = model.states.slice(1).map((state) => state.derivative);
      return evaluateNodes(roots, (leaf) => (leaf.name === "V" ? V : Number.NaN));
    };
    const close = (got: number, expected: number) => expect(Math.abs(got / expected - 1)).toBeLessThan(1e-13);
    close(rates(-40)[0]!, 1);
    close(rates(-40 + 1e-12)[0]!, 1.00000000000005);
    close(rates(-40 - 1e-7)[0]!, 0.999999995);
    close(rates(-35)[0]!, 1.2707470412683768);
    expect(Math.abs(rates(-2000)[0]! / 1.4809405e-83 - 1)).toBeLessThan(1e-7);
    close(rates(2000)[0]!, 204);
    close(rates(-55)[1]!, 0.1);
    expect(Math.abs(rates(-55 + 1e-9)[1]! - 0.1)).toBeLessThan(1e-10);
  });
});
