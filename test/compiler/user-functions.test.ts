/** Functions of a declaration: the same graph as if they were written out; faults named; nothing runs away. */
import { describe, expect, it } from "vitest";
import { buildProgram, checkModel, emitJs } from "../../src/compiler/index.js";
import { WbeError } from "../../src/core/errors.js";
import { hodgkinHuxley, type NeuronDeclaration } from "../../src/neuron-models/index.js";
import { expConductance } from "../../src/synapse-models/index.js";

const withFunctions: NeuronDeclaration = {
  ...hodgkinHuxley,
  functions: {
    linear: "(V, rate, V0, k) = rate/exprel(-(V - V0)/k)",
    exponential: "(V, rate, V0, k) = rate*exp(-(V - V0)/k)",
    gate: "(alpha, beta, x) = alpha*(1 - x) - beta*x",
    current: "(g, V, E) = g*(V - E)",
  },
  equations: `
    alphaM = linear(V, 1/(1 ms), -40 mV, 10 mV)
    betaM = exponential(V, 4/(1 ms), -65 mV, 18 mV)
    alphaH = exponential(V, 0.07/(1 ms), -65 mV, 20 mV)
    betaH = 1/(1 ms)/(1 + exponential(V, 1, -35 mV, 10 mV))
    alphaN = linear(V, 0.1/(1 ms), -55 mV, 10 mV)
    betaN = exponential(V, 0.125/(1 ms), -65 mV, 80 mV)
    dV/dt = (I + Isyn/area - current(gNa*m^3*h, V, ENa) - current(gK*n^4, V, EK) - current(gL, V, EL))/Cm
    dm/dt = gate(alphaM, betaM, m)
    dh/dt = gate(alphaH, betaH, h)
    dn/dt = gate(alphaN, betaN, n)`,
};

const writtenOut: NeuronDeclaration = {
  ...hodgkinHuxley,
  equations: `
    alphaM = 1/(1 ms)/exprel(-(V - -40 mV)/(10 mV))
    betaM = 4/(1 ms)*exp(-(V - -65 mV)/(18 mV))
    alphaH = 0.07/(1 ms)*exp(-(V - -65 mV)/(20 mV))
    betaH = 1/(1 ms)/(1 + 1*exp(-(V - -35 mV)/(10 mV)))
    alphaN = 0.1/(1 ms)/exprel(-(V - -55 mV)/(10 mV))
    betaN = 0.125/(1 ms)*exp(-(V - -65 mV)/(80 mV))
    dV/dt = (I + Isyn/area - gNa*m^3*h*(V - ENa) - gK*n^4*(V - EK) - gL*(V - EL))/Cm
    dm/dt = alphaM*(1 - m) - betaM*m
    dh/dt = alphaH*(1 - h) - betaH*h
    dn/dt = alphaN*(1 - n) - betaN*n`,
};

const leaky: NeuronDeclaration = {
  id: "Leaky",
  source: "made up",
  params: { tau: [10, "ms"], EL: [-70, "mV"] },
  states: { V: ["EL", "mV"], w: [0, "pA"] },
  equations: "dV/dt = (EL - V)/tau",
  spike: "V > 0 mV",
  method: "euler",
};
const leak = (functions: Record<string, string>, equations = "dV/dt = f(V)/tau") =>
  ({ ...leaky, functions, equations }) satisfies NeuronDeclaration;

function failure(run: () => unknown): WbeError {
  try {
    run();
  } catch (error) {
    if (error instanceof WbeError) return error;
    throw error;
  }
  throw new Error("expected a WbeError");
}

/** Names of intermediate values by order of appearance: node numbers depend on the order in which equations are read. */
function renumbered(text: string): string {
  const numbers = new Map<string, string>();
  return text.replace(/\bv\d+\b/g, (name) => {
    if (!numbers.has(name)) numbers.set(name, `v${numbers.size}`);
    return numbers.get(name)!;
  });
}

describe("functions of a declaration", () => {
  it("give the program that the equations give when written out", () => {
    const [a, b] = [buildProgram(withFunctions).program, buildProgram(writtenOut).program];
    expect(renumbered(emitJs(a))).toBe(renumbered(emitJs(b)));
  });

  it("serve quantities of any kind: units are those of each use", () => {
    const equations = "dV/dt = f(V, EL)/tau\ndw/dt = f(w, 3 nA)/tau";
    const { states } = checkModel(leak({ f: "(x, y) = (x + y)/2" }, equations));
    const written = checkModel(leak({}, "dV/dt = (V + EL)/2/tau\ndw/dt = (w + 3 nA)/2/tau")).states;
    states.forEach(({ derivative }, k) => expect(derivative.id).toBe(written[k]!.derivative.id));
  });

  it("stand in resets, conditions, initial values, and in synapses", () => {
    const model = {
      ...leak({ f: "(x) = 2*x" }),
      spike: "f(V) > 0 mV",
      reset: "V = f(EL)",
      states: { V: ["f(EL)", "mV"] },
    };
    expect(() => checkModel(model as unknown as NeuronDeclaration)).not.toThrow();
    const synapse = { ...expConductance, functions: { drive: "(g, E, V) = g*(E - V)" }, current: "drive(g, Erev, V)" };
    const ports = [{ name: "p", synapse }];
    const text = emitJs(buildProgram(hodgkinHuxley, { ports }).program);
    const plain = [{ name: "p", synapse: expConductance }];
    expect(renumbered(text)).toBe(renumbered(emitJs(buildProgram(hodgkinHuxley, { ports: plain }).program)));
  });

  it.each<[string, Record<string, string>, string, string, RegExp]>([
    ["itself", { f: "(x) = f(x)" }, "dV/dt = f(V)/tau", "MODEL_INVALID", /"f" calls itself.*f → f/],
    [
      "in a circle",
      { f: "(x) = g(x)", g: "(x) = 1 + h(x)", h: "(x) = f(x)" },
      "dV/dt = 0",
      "MODEL_INVALID",
      /f → g → h → f/,
    ],
    [
      "a name from outside",
      { f: "(x) = x*tau" },
      "dV/dt = f(V)/tau",
      "NAME_UNKNOWN",
      /"tau".*function f of model "Leaky" \(called at equations/,
    ],
    ["an unknown function", { f: "(x) = gg(x)" }, "dV/dt = f(V)/tau", "NAME_UNKNOWN", /unknown function "gg"/],
    [
      "units that do not fit at this use",
      { f: "(x) = x + 1 pA" },
      "dV/dt = f(V)/tau",
      "DIMENSION",
      /voltage and current.*line 1, column 9.*dV\/dt = f\(V\)/,
    ],
    [
      "a condition where a value is needed",
      { f: "(x) = x" },
      "dV/dt = f(V > EL)/tau",
      "DIMENSION",
      /found a condition/,
    ],
    ["too few arguments", { f: "(x, y) = x + y" }, "dV/dt = f(V)/tau", "SYNTAX", /f takes 2 arguments, found 1/],
    ["a function of the language", { exp: "(x) = x" }, "dV/dt = 0", "NAME_CLASH", /the function "exp"/],
    ["the name of a parameter", { tau: "(x) = x" }, "dV/dt = 0", "NAME_CLASH", /"tau" is both function and parameter/],
    ["one parameter twice", { f: "(x, x) = x" }, "dV/dt = 0", "NAME_CLASH", /two parameters of f/],
    ["a unit as parameter", { f: "(mV) = mV" }, "dV/dt = 0", "NAME_CLASH", /the name of a unit/],
    ["noise as parameter", { f: "(xi) = xi" }, "dV/dt = 0", "NAME_CLASH", /the name of noise/],
    ["noise in the body", { f: "(x) = x*xi" }, "dV/dt = f(V)/tau", "NAME_UNKNOWN", /"xi"/],
    ["no parameter list", { f: "V" }, "dV/dt = 0", "SYNTAX", /expected "\(", found "V"/],
    ["a missing bracket", { f: "(x = x" }, "dV/dt = 0", "SYNTAX", /expected ","/],
    ["several statements", { f: "(x) = x; y = 1" }, "dV/dt = 0", "SYNTAX", /end of the expression/],
    ["an arrow", { f: "(x) => x" }, "dV/dt = 0", "SYNTAX", /expected a number, a name or \(, found ">"/],
    [
      "a name from JavaScript",
      { constructor: "(x) = x.constructor" },
      "dV/dt = 0",
      "SYNTAX",
      /unexpected character "\."/,
    ],
  ])("with %s are refused", (_, functions, equations, code, message) => {
    const error = failure(() => checkModel(leak(functions, equations)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it("may be called constructor and are found by their own name only", () => {
    expect(() => checkModel(leak({ constructor: "(x) = x" }, "dV/dt = constructor(V)/tau"))).not.toThrow();
    expect(failure(() => checkModel(leak({ f: "(x) = x" }, "dV/dt = valueOf(V)/tau"))).code).toBe("NAME_UNKNOWN");
  });

  it("that double at each level, or nest a thousand deep, end in an error within a second", () => {
    const tower = (n: number, body: (k: number) => string) =>
      Object.fromEntries(
        Array.from({ length: n }, (_, k) => [`f${k}`, k === 0 ? "(x) = x*x/x" : `(x) = ${body(k - 1)}`]),
      );
    for (const [functions, equations] of [
      [tower(60, (k) => `f${k}(x + 1 mV) + f${k}(x - 1 mV)`), "dV/dt = f59(V)/tau"],
      [tower(3000, (k) => `f${k}(x + 1 mV)`), "dV/dt = f2999(V)/tau"],
      [tower(3000, (k) => `f${k}(${"(".repeat(60)}x${")".repeat(60)})`), "dV/dt = f2999(V)/tau"],
    ] as const) {
      const start = performance.now();
      try {
        buildProgram(leak(functions, equations));
      } catch (error) {
        expect(error).toBeInstanceOf(WbeError);
        expect((error as WbeError).code).toBe("LIMIT");
        expect((error as WbeError).message.length).toBeLessThan(1000);
      }
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });
});
