/** Every kind of fault of a declaration: one WbeError with its code, naming the place. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildProgram,
  checkModel,
  compileModel,
  emitJs,
  emitWat,
  evaluateNodes,
  type Port,
} from "../../src/compiler/index.js";
import { type ErrorCode, WbeError } from "../../src/core/errors.js";
import type { NeuronDeclaration } from "../../src/neuron-models/index.js";
import { neuronModels } from "../../src/neuron-models/index.js";
import type { SynapseDeclaration } from "../../src/synapse-models/index.js";

const good: NeuronDeclaration = {
  id: "Leaky",
  source: "made up",
  params: { C: [100, "pF", { above: 0 }], gL: [10, "nS"], EL: [-70, "mV"], Vreset: [-60, "mV"], tauW: [100, "ms"] },
  states: { V: ["EL", "mV"], w: [0, "pA"] },
  equations: "dV/dt = (gL*(EL - V) - w + I)/C\ndw/dt = -w/tauW",
  spike: "V > -50 mV",
  reset: "V = Vreset; w = w + 10 pA",
  refractory: "2 ms",
  constraints: ["Vreset < -50 mV"],
  method: "euler",
};

const goodSynapse: SynapseDeclaration = {
  id: "Syn",
  source: "made up",
  weightUnit: "nS",
  params: { tau: [5, "ms"], Erev: [0, "mV"] },
  states: { g: [0, "nS"] },
  equations: "dg/dt = -g/tau",
  onSpike: "g = g + weight",
  current: "g*(Erev - V)",
};

function failure(run: () => unknown): WbeError {
  try {
    run();
  } catch (error) {
    if (error instanceof WbeError) return error;
    throw error;
  }
  throw new Error("expected a WbeError");
}

const change = (part: Record<string, unknown>) => ({ ...good, ...part }) as unknown as NeuronDeclaration;
const withEquations = (equations: string) => change({ equations });
const port = (part: Record<string, unknown>): Port[] => [
  { name: "syn", synapse: { ...goodSynapse, ...part } as unknown as SynapseDeclaration },
];

const rest = "\ndw/dt = -w/tauW";

describe("a fault in an equation", () => {
  it.each<[string, string, ErrorCode, RegExp, string | RegExp]>([
    ["unknown name", `dV/dt = gL*(EL - U)/C${rest}`, "NAME_UNKNOWN", /unknown name "U"/, "line 1, column 18"],
    ["near a known name", `dV/dt = gl*(EL - V)/C${rest}`, "NAME_UNKNOWN", /Did you mean "gL"\?/, "line 1, column 9"],
    ["letter left out", `dV/dt = 0\ndw/dt = -w/tau`, "NAME_UNKNOWN", /Did you mean "tauW"\?/, "line 2, column 12"],
    ["unknown function", `dV/dt = Exp(1)*V/tauW${rest}`, "NAME_UNKNOWN", /Did you mean "exp"\?/, "line 1, column 9"],
    ["a JavaScript name", `dV/dt = process.exit()${rest}`, "SYNTAX", /unexpected character "\."/, "line 1, column 16"],
    [
      "an inherited name",
      `dV/dt = constructor${rest}`,
      "NAME_UNKNOWN",
      /unknown name "constructor"/,
      "line 1, column 9",
    ],
    ["an inherited function", `dV/dt = toString()${rest}`, "NAME_UNKNOWN", /unknown function "toString"/, "column 9"],
    ["prototype", `dV/dt = __proto__(1)${rest}`, "NAME_UNKNOWN", /unknown function "__proto__"/, "line 1, column 9"],
    ["backticks", `dV/dt = \`\${alert(1)}\`${rest}`, "SYNTAX", /unexpected character "`"/, "line 1, column 9"],
    ["an emoji", `dV/dt = 😀${rest}`, "SYNTAX", /unexpected character "😀"/, "line 1, column 9"],
    ["unknown unit", `dV/dt = 3 mVV/tauW${rest}`, "UNIT_UNKNOWN", /unknown unit "mVV"/, "line 1, column 11"],
    [
      "wrong dimension",
      `dV/dt = gL*(EL - V)${rest}`,
      "DIMENSION",
      /expected voltage per time for dV\/dt \(mV\/ms\), found current/,
      "line 1, column 11",
    ],
    [
      "sum of two dimensions",
      `dV/dt = (gL*V + V)/C${rest}`,
      "DIMENSION",
      /two sides of "\+" differ: current and voltage/,
      "line 1, column 15",
    ],
    [
      "exp of a voltage",
      `dV/dt = V*exp(V)/tauW${rest}`,
      "DIMENSION",
      /argument of exp must be dimensionless, found voltage/,
      "line 1, column 15",
    ],
    ["power of a unit", `dV/dt = V^0.3/tauW${rest}`, "DIMENSION", /voltage has no power 0.3/, "line 1, column 10"],
    [
      "exponent with a unit",
      `dV/dt = 2^V/tauW*V${rest}`,
      "DIMENSION",
      /an exponent must be dimensionless/,
      "line 1, column 11",
    ],
    [
      "condition as value",
      `dV/dt = (V > EL)/tauW${rest}`,
      "DIMENSION",
      /expected a value, found a condition/,
      "line 1, column 12",
    ],
    [
      "value as condition",
      `dV/dt = if(V, 1, 2)*V/tauW${rest}`,
      "DIMENSION",
      /expected a condition such as/,
      "line 1, column 12",
    ],
    ["too few arguments", `dV/dt = max(V)/tauW${rest}`, "SYNTAX", /max takes 2 arguments, found 1/, "line 1, column 9"],
    [
      "too many arguments",
      `dV/dt = V*exp(1, 2)/tauW${rest}`,
      "SYNTAX",
      /exp takes 1 argument, found 2/,
      "line 1, column 11",
    ],
    [
      "derivative of no state",
      `dU/dt = 1/tauW${rest}`,
      "NAME_UNKNOWN",
      /dU\/dt is given, but "U" is no state/,
      "line 1, column 1",
    ],
    ["derivative of a parameter", `dgL/dt = 1 nS/tauW${rest}`, "NAME_UNKNOWN", /"gL" is no state/, "line 1, column 1"],
    ["derivative twice", `dV/dt = 0\ndV/dt = 0`, "NAME_CLASH", /dV\/dt is given twice/, "line 2, column 1"],
    [
      "a circle",
      `a = b\nb = 2*c\nc = a\ndV/dt = a*V/tauW`,
      "MODEL_INVALID",
      /circle a → b → c → a/,
      'line 1, column 1: "a = b"',
    ],
    [
      "a circle nobody needs",
      `a = a\ndV/dt = 0`,
      "MODEL_INVALID",
      /"a" is defined by itself/,
      'line 1, column 1: "a = a"',
    ],
    [
      "a state assigned",
      `dV/dt = 0\nV = EL`,
      "NAME_CLASH",
      /"V" is both state and intermediate value/,
      "line 2, column 1",
    ],
    [
      "a value twice",
      `a = 1\na = 2\ndV/dt = 0`,
      "NAME_CLASH",
      /"a" is both intermediate value and intermediate/,
      "line 2, column 1",
    ],
    ["a unit as name", `mV = 1\ndV/dt = 0`, "NAME_CLASH", /"mV" has the name of a unit/, "line 1, column 1"],
    [
      "a function as name",
      `exp = 1\ndV/dt = 0`,
      "NAME_CLASH",
      /"exp" has the name of a word of the model language/,
      "line 1, column 1",
    ],
    ["half an expression", `dV/dt = gL*(EL - V${rest}`, "SYNTAX", /expected "\)"/, /line 2, column 1/],
    ["two operators", "dV/dt = gL */ C", "SYNTAX", /expected a number, a name or \(, found "\/"/, "line 1, column 13"],
    ["nothing after =", "dV/dt = ", "SYNTAX", /found the end/, "line 1"],
    ["no statement", "gL*(EL - V)", "SYNTAX", /expected "=", found "\*"/, "line 1, column 3"],
    [
      "two values in a row",
      "dV/dt = V EL",
      "SYNTAX",
      /expected an operator or the end of the line, found "EL"/,
      "column 11",
    ],
    ["a number out of range", "dV/dt = 1e999*V", "SYNTAX", /a number within double precision/, "line 1, column 9"],
    ["deep nesting", `dV/dt = ${"(".repeat(5000)}V`, "SYNTAX", /at most 200 nested parts/, "line 1, column 209"],
    ["many signs", `dV/dt = ${"-".repeat(5000)}V`, "SYNTAX", /at most 200 nested parts/, "line 1, column 209"],
    ["deep choice", `dV/dt = ${"V > EL ? 0 : ".repeat(5000)} 0`, "SYNTAX", /at most 200 nested parts/, "line 1"],
    ["a long sum", `dV/dt = V/tauW${" + V/tauW".repeat(5000)}`, "SYNTAX", /at most 1000 operators in a row/, "line 1"],
    [
      "a long text",
      `dV/dt = ${" ".repeat(200_000)}V`,
      "LIMIT",
      /at most 100000 characters, found 200009/,
      "equations of model",
    ],
  ])("%s", (_, equations, code, message, place) => {
    const error = failure(() => checkModel(withEquations(equations)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.where).toContain('equations of model "Leaky"');
    expect(error.where).toMatch(place);
    expect(error.message.length).toBeLessThan(1000);
  });

  it("shows the line, and of a long line what is near", () => {
    expect(failure(() => checkModel(withEquations("dV/dt = gL*(EL - U)/C"))).where).toContain(
      '"dV/dt = gL*(EL - U)/C"',
    );
    const long = `dV/dt = V/tauW${" + V/tauW".repeat(400)} + U/tauW${" + V/tauW".repeat(400)}`;
    const { where } = failure(() => checkModel(withEquations(long)));
    expect(where).toMatch(/"…[^…]* \+ U\/tauW [^…]*…"$/);
    expect(where!.length).toBeLessThan(250);
  });

  it("in a long chain of intermediate values is an error or a kernel, never a crash", () => {
    const chain = (order: (k: number) => number): string => {
      const lines = Array.from({ length: 4000 }, (_, k) => `a${order(k) + 1} = a${order(k)} + w`);
      return `a0 = w\n${lines.join("\n")}\ndV/dt = V/tauW\ndw/dt = a4000/tauW`;
    };
    for (const order of [(k: number) => k, (k: number) => 3999 - k]) {
      try {
        buildProgram(withEquations(chain(order)));
      } catch (error) {
        expect(error).toBeInstanceOf(WbeError);
        expect((error as WbeError).code).toBe("LIMIT");
      }
    }
  });
});

describe("a fault in another part of a declaration", () => {
  it.each<[string, Record<string, unknown>, ErrorCode, RegExp, string]>([
    [
      "spike is a value",
      { spike: "V" },
      "DIMENSION",
      /expected a condition/,
      'spike condition of model "Leaky", line 1, column 1',
    ],
    ["spike is empty", { spike: "" }, "SYNTAX", /found the end/, "spike condition"],
    [
      "reset of a parameter",
      { reset: "gL = 1 nS" },
      "NAME_UNKNOWN",
      /may only assign states, found "gL"/,
      "reset of model",
    ],
    [
      "reset in the wrong unit",
      { reset: "V = w" },
      "DIMENSION",
      /expected voltage for V \(mV\), found current/,
      "reset of model",
    ],
    ["refractory without unit", { refractory: "2" }, "DIMENSION", /expected time/, "refractory period of model"],
    [
      "refractory that varies",
      { refractory: "V*1 ms/(1 mV)" },
      "MODEL_INVALID",
      /parameters only, found the state "V"/,
      "refractory",
    ],
    [
      "constraint on a state",
      { constraints: ["V < EL"] },
      "MODEL_INVALID",
      /parameters only, found the state "V"/,
      '"V < EL"',
    ],
    ["constraint that is a value", { constraints: ["EL"] }, "DIMENSION", /expected a condition/, "constraint of model"],
    ["hold of no state", { hold: ["U"] }, "NAME_UNKNOWN", /hold names "U"/, 'model "Leaky"'],
    [
      "unknown unit",
      { params: { ...good.params, C: [1, "pFF"] } },
      "UNIT_UNKNOWN",
      /unknown unit "pFF"/,
      "parameter C of model",
    ],
    [
      "unit of another case",
      { params: { ...good.params, C: [1, "PF"] } },
      "UNIT_UNKNOWN",
      /Did you mean "pF"/,
      "parameter C",
    ],
    [
      "a unit for synapses only",
      { params: { ...good.params, C: [1, "input"] } },
      "UNIT_UNKNOWN",
      /unknown unit "input"/,
      "C",
    ],
    [
      "initial value in the wrong unit",
      { states: { V: ["gL", "mV"], w: [0, "pA"] } },
      "DIMENSION",
      /expected voltage/,
      "initial value of V",
    ],
    [
      "parameter and state",
      { params: { ...good.params, V: [1, "mV"] } },
      "NAME_CLASH",
      /"V" is both parameter and state/,
      "Leaky",
    ],
    [
      "parameter and input",
      { params: { ...good.params, I: [1, "pA"] } },
      "NAME_CLASH",
      /"I" is both parameter and input/,
      "Leaky",
    ],
    [
      "parameter named like a unit",
      { params: { ...good.params, ms: [1, "ms"] } },
      "NAME_CLASH",
      /"ms" has the name of a unit/,
      "Leaky",
    ],
    [
      "parameter named like a function",
      { params: { ...good.params, tanh: [1, "1"] } },
      "NAME_CLASH",
      /the name of a word/,
      "Leaky",
    ],
    ["parameter named dt", { params: { ...good.params, dt: [1, "ms"] } }, "NAME_CLASH", /"dt"/, "Leaky"],
    [
      "parameter __proto__",
      { params: JSON.parse('{"__proto__": [1, "1"]}') },
      "MODEL_INVALID",
      /cannot be a name/,
      "Leaky",
    ],
    ["parameter with a space", { params: { "a b": [1, "1"] } }, "MODEL_INVALID", /"a b" cannot be a name/, "Leaky"],
    [
      "no equations",
      { equations: undefined },
      "MODEL_INVALID",
      /expected text for equations, found nothing/,
      'neuron model "Leaky"',
    ],
    ["equations as a list", { equations: [] }, "MODEL_INVALID", /expected text for equations, found a list/, "Leaky"],
    [
      "parameter without unit",
      { params: { C: 3 } },
      "MODEL_INVALID",
      /expected \[value, unit\].* for params.C, found 3/,
      "Leaky",
    ],
    ["parameter as text", { params: { C: ["3", "pF"] } }, "MODEL_INVALID", /the value of params.C, found "3"/, "Leaky"],
    [
      "parameter that is NaN",
      { params: { C: [Number.NaN, "pF"] } },
      "MODEL_INVALID",
      /finite number .* found NaN/,
      "Leaky",
    ],
    [
      "default outside its range",
      { params: { C: [0, "pF", { above: 0 }] } },
      "MODEL_INVALID",
      /within its own range/,
      "Leaky",
    ],
    ["unknown bound", { params: { C: [1, "pF", { below: 0 }] } }, "MODEL_INVALID", /unknown field "below"/, "Leaky"],
    ["no states", { states: null }, "MODEL_INVALID", /expected an object for states, found null/, "Leaky"],
    ["misspelt field", { refractry: "2 ms" }, "MODEL_INVALID", /unknown field "refractry"/, "Leaky"],
    ["an id with a line break", { id: "x\nthrow 1" }, "MODEL_INVALID", /expected a name for id/, "neuron model"],
    ["no id", { id: undefined }, "MODEL_INVALID", /expected a name for id, found nothing/, "neuron model"],
  ])("%s", (_, part, code, message, place) => {
    const error = failure(() => checkModel(change(part)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.where).toContain(place);
  });

  it.each([null, undefined, 3, "HH", [], () => 1])("%j is no declaration", (thing) => {
    expect(failure(() => checkModel(thing as unknown as NeuronDeclaration)).code).toBe("MODEL_INVALID");
  });

  it("names that JavaScript knows are names like others", async () => {
    const model = withEquations(`dV/dt = -V/constructor${rest}`);
    const params = { ...good.params, constructor: [5, "ms"], toString: [1, "1"], process: [1, "1"] };
    const { program } = await compileModel({ ...model, params } as unknown as NeuronDeclaration);
    expect(program.stateNames).toContain("V");
  });

  it("an unknown method, even an inherited name, is refused with the list of methods", () => {
    for (const method of ["rk5", "constructor", "__proto__", ""]) {
      const error = failure(() => buildProgram(good, { method }));
      expect(error.code).toBe("NAME_UNKNOWN");
      expect(error.message).toContain("euler, exponential-euler, exact, heun, rk4");
    }
  });
});

describe("a fault in a synapse", () => {
  it.each<[string, Record<string, unknown>, ErrorCode, RegExp, string]>([
    ["weight as a parameter", { params: { weight: [1, "nS"] } }, "NAME_CLASH", /"weight"/, 'synapse "Syn"'],
    [
      "current of the wrong kind",
      { current: "g" },
      "DIMENSION",
      /expected current .* found conductance/,
      'current of synapse "Syn"',
    ],
    [
      "weight of another kind",
      { weightUnit: "pA" },
      "DIMENSION",
      /conductance and current/,
      'onSpike of synapse "Syn"',
    ],
    [
      "unknown state on a spike",
      { onSpike: "h = 1" },
      "NAME_UNKNOWN",
      /found "h"/,
      'onSpike of synapse "Syn", line 1, column 1',
    ],
    [
      "a neuron without that variable",
      { current: "g*(Erev - U)" },
      "NAME_UNKNOWN",
      /unknown name "U"/,
      "current of synapse",
    ],
    ["no onSpike", { onSpike: undefined }, "MODEL_INVALID", /expected text for onSpike/, 'synapse model "Syn"'],
    ["misspelt field", { onspike: "" }, "MODEL_INVALID", /unknown field "onspike"/, "Syn"],
  ])("%s", (_, part, code, message, place) => {
    const error = failure(() => checkModel(good, port(part)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.where).toContain(place);
  });

  it("a neuron without an input current cannot take a synaptic current", () => {
    const error = failure(() => checkModel(change({ inputs: {}, equations: `dV/dt = 0${rest}` }), port({})));
    expect(error.message).toMatch(/no input current for synapse "Syn"/);
  });

  it("port names and ids cannot carry code into what is generated", () => {
    for (const name of ["x\nprocess.exit()//", "x;; )", "a.b", "", "`"]) {
      expect(failure(() => checkModel(good, [{ name, synapse: goodSynapse }])).code).toBe("MODEL_INVALID");
    }
    const twice = [...port({}), ...port({})];
    expect(failure(() => checkModel(good, twice)).code).toBe("NAME_CLASH");
  });
});

describe("methods that do not apply", () => {
  const jump = withEquations(`dV/dt = (EL - V)/tauW + if(V > EL, 1 mV/(1 ms), 0)${rest}`);
  const steps = withEquations(`dV/dt = (EL - V)/tauW + floor(V/EL)*1 mV/(1 ms)${rest}`);

  it("exact and exponential Euler refuse equations that jump with the state: no slope shows a jump", () => {
    for (const model of [jump, steps]) {
      for (const method of ["exact", "exponential-euler"]) {
        const error = failure(() => buildProgram(model, { method }));
        expect(error.code).toBe("MODEL_INVALID");
        expect(error.message).toContain("dV/dt is not linear");
        expect(error.message).toContain('"rk4"');
      }
      for (const method of ["euler", "heun", "rk4"]) expect(buildProgram(model, { method }).notes).toEqual([]);
    }
  });

  it("a declared exact method gives way to exponential Euler for conductances, and says so; an asked-for one does not", () => {
    const model = change({ method: "exact" });
    const { program, notes } = buildProgram(model, { ports: port({}) });
    expect(program.method).toBe("exponential-euler");
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain("Leaky with Syn is not linear");
    expect(failure(() => buildProgram(model, { ports: port({}), method: "exact" })).message).toContain("method exact");
  });

  it("proving a slope negative takes no longer for many terms", () => {
    const names = Array.from({ length: 60 }, (_, k) => `g${k}`);
    const params = Object.fromEntries(names.map((name) => [name, [1, "1/ms", { above: 0 }]]));
    const model = {
      ...withEquations(`dV/dt = -(free + ${names.join(" + ")})*V + 1 mV/(1 ms)${rest}`),
      params: { ...good.params, ...params, free: [1, "1/ms"] },
    } as unknown as NeuronDeclaration;
    const start = performance.now();
    buildProgram(model, { method: "exponential-euler" });
    expect(performance.now() - start).toBeLessThan(2000); // 2^60 questions otherwise
  });

  it("coefficients that overflow give NaN, which a run reports, not an endless loop", () => {
    const { program } = buildProgram(withEquations(`dV/dt = (EL - V)/tauW + w/C${rest}`), { method: "exact" });
    const values = evaluateNodes(program.slots, (leaf) => (leaf.name === "tauW" ? 1e-310 : 1));
    expect(values.some(Number.isNaN)).toBe(true);
  });
});

describe("any text at all", () => {
  const words = [
    "V",
    "w",
    "I",
    "dV",
    "/",
    "dt",
    "=",
    "(",
    ")",
    "+",
    "-",
    "*",
    "^",
    "<",
    "?",
    ":",
    "mV",
    "3",
    "exp",
    ",",
    "\n",
    ";",
  ];
  const tokens = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((list) => list.join(" "));

  it("gives a model or a WbeError that is no fault of ours", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          tokens,
          tokens.map((t) => `dV/dt = ${t}`),
        ),
        (equations) => {
          try {
            const { program } = buildProgram(withEquations(equations));
            expect(emitWat(program).length + emitJs(program).length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(WbeError);
            expect((error as WbeError).code).not.toBe("INTERNAL");
          }
        },
      ),
      { numRuns: 3000, seed: 3 },
    );
  });

  it("in place of any value of a declaration, gives a model or a WbeError", () => {
    const json = fc.jsonValue({ maxDepth: 2 });
    const fields = [
      "id",
      "source",
      "params",
      "states",
      "equations",
      "spike",
      "reset",
      "refractory",
      "hold",
      "inputs",
      "method",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...neuronModels),
        fc.constantFrom(...fields, "constraints"),
        json,
        (model, field, junk) => {
          try {
            buildProgram({ ...model, [field]: junk } as unknown as NeuronDeclaration);
          } catch (error) {
            expect(error).toBeInstanceOf(WbeError);
            expect((error as WbeError).code).not.toBe("INTERNAL");
          }
        },
      ),
      { numRuns: 2000, seed: 4 },
    );
  });
});
