/**
 * Declarations from anywhere (a file, a request): whatever stands in them, nothing of it runs as JavaScript, and every
 * attempt ends in a kernel or in one WbeError, soon.
 */
import { afterEach, describe, expect, it } from "vitest";
import { compileModel, createReferenceKernel, emitJs } from "../../src/compiler/index.js";
import { WbeError } from "../../src/core/errors.js";
import type { NeuronDeclaration } from "../../src/neuron-models/index.js";
import type { SynapseDeclaration } from "../../src/synapse-models/index.js";

const marker = "__wbeHostile";
const globals = globalThis as unknown as Record<string, unknown>;
const call = `globalThis.${marker} = 1`;

/** Ways out of a language that is turned into code by joining strings. */
const code = [
  call,
  `(() => { ${call} })()`,
  `import("data:text/javascript,${call}")`,
  `eval("${call}")`,
  `Function("${call}")()`,
  `constructor.constructor("${call}")()`,
  `V.constructor.constructor("${call}")()`,
  `this["constructor"]`,
  `[].filter.constructor("${call}")()`,
  `\${${call}}`,
  `\`\${${call}}\``,
  `V; ${call}`,
  `V\n${call}`,
  `V\u2028${call}`,
  `V /* */ ; ${call} //`,
  `*/ ${call} /*`,
  `V // */ ${call}`,
  `V # \n ${call}`,
  `"; ${call}; "`,
  `'); ${call}; ('`,
  `V}; ${call}; {`,
  `V]; ${call}; [`,
  `<script>${call}</script>`,
  `<!-- ${call} -->`,
  `\\u0067lobalThis.${marker}`,
  `\\x67lobalThis`,
  `ｇｌｏｂａｌＴｈｉｓ`,
  `globalThis`,
  `process`,
  `require("fs")`,
  `require`,
  `arguments`,
  `arrays`,
  `states[0]`,
  `onSpike`,
  `exp.constructor`,
  `__proto__`,
  `constructor`,
  `prototype`,
  `__defineGetter__(V)`,
  `hasOwnProperty(V)`,
  `toString()`,
  `valueOf`,
  `async`,
  `await V`,
  `yield V`,
  `new V`,
  `delete V`,
  `typeof V`,
  `void 0`,
  `V++`,
  `V = 1`,
  `V => V`,
  `V ?? 1`,
  `V?.x`,
  `...V`,
  `V, V`,
  `V ? V`,
  `V ? V : `,
  `1n`,
  `0x10`,
  `1_000`,
  `1e`,
  `.`,
  `..`,
  `1.2.3`,
  `NaN`,
  `Infinity`,
  `undefined`,
  `null`,
  `(module (func))`,
  `) (global.set 0 (i32.const 1)`,
  `(local.get $slots)`,
  `;; V`,
  `\u0000`,
  `V\u0000`,
  `V\u200b`,
  `\u202eV`,
  `\ud800`,
  `İ`,
  `😀`,
  `١`,
  `²`,
  `V²`,
  `µ`,
];

const long = 1_000_000;
/** Texts that are large, deep, or out of balance. */
const large: Record<string, string> = {
  "a megabyte of brackets": "(".repeat(long),
  "a megabyte of closed brackets": "(".repeat(long / 2) + ")".repeat(long / 2),
  "ninety thousand brackets": "(".repeat(90_000),
  "a megabyte of minus": "-".repeat(long),
  "ninety thousand minus": `${"-".repeat(90_000)}V`,
  "ninety thousand not": "!".repeat(90_000),
  "ninety thousand powers": "V^".repeat(45_000),
  "a megabyte of blanks": `V${" ".repeat(long)}V`,
  "ninety thousand blanks": `V${" ".repeat(90_000)}V`,
  "ninety thousand line ends": `V${"\n".repeat(90_000)}V`,
  "a name of ninety thousand letters": "a".repeat(90_000),
  "a number of ninety thousand digits": "9".repeat(90_000),
  "a fraction of ninety thousand digits": `0.${"1".repeat(90_000)}`,
  "ninety thousand commas": `max(${",".repeat(90_000)})`,
  "calls nested deep": `${"exp(".repeat(20_000)}V`,
  "choices nested deep": `${"if(V > V, ".repeat(9000)}V`,
  "unbalanced to the right": `V${")".repeat(50_000)}`,
  "a long sum of the same": `V${" + V".repeat(20_000)}`,
};

afterEach(() => {
  expect(globals[marker]).toBeUndefined();
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

const declaration: NeuronDeclaration = {
  id: "Leaky",
  source: "made up",
  params: { tau: [10, "ms"], EL: [-70, "mV"] },
  states: { V: ["EL", "mV"] },
  functions: { f: "(x) = x" },
  equations: "dV/dt = (EL - f(V))/tau + I/(10 pF)",
  spike: "V > -50 mV",
  reset: "V = EL",
  refractory: "2 ms",
  constraints: ["EL < 0 mV"],
  method: "euler",
};
const synapse: SynapseDeclaration = {
  id: "Syn",
  source: "made up",
  weightUnit: "pA",
  params: { tauS: [5, "ms"] },
  states: { i: [0, "pA"] },
  equations: "di/dt = -i/tauS",
  onSpike: "i = i + weight",
  current: "i",
};

type Attempt = (text: string) => { neuron: unknown; synapse?: unknown };
const neuron = (part: Record<string, unknown>) => ({ neuron: { ...declaration, ...part } });
const withSynapse = (part: Record<string, unknown>) => ({ neuron: declaration, synapse: { ...synapse, ...part } });

const places: Record<string, Attempt> = {
  "a right-hand side": (text) => neuron({ equations: `dV/dt = ${text}` }),
  "a factor": (text) => neuron({ equations: `dV/dt = V/tau*(${text})` }),
  "the equations": (text) => neuron({ equations: text }),
  "an intermediate value": (text) => neuron({ equations: `a = ${text}\ndV/dt = 0` }),
  "a function": (text) => neuron({ functions: { f: text } }),
  "a function's body": (text) => neuron({ functions: { f: `(x) = ${text}` } }),
  "a function's parameters": (text) => neuron({ functions: { f: `(${text}) = 1` } }),
  "a function's name": (text) => neuron({ functions: JSON.parse(`{${JSON.stringify(text)}: "(x) = x"}`) }),
  "a parameter's name": (text) =>
    neuron({ params: JSON.parse(`{"tau": [10, "ms"], "EL": [-70, "mV"], ${JSON.stringify(text)}: [1, "1"]}`) }),
  "a state's name": (text) => neuron({ states: JSON.parse(`{"V": ["EL", "mV"], ${JSON.stringify(text)}: [1, "1"]}`) }),
  "a unit": (text) => neuron({ params: { tau: [10, "ms"], EL: [-70, text] } }),
  "an initial value": (text) => neuron({ states: { V: [text, "mV"] } }),
  "an input's name": (text) => neuron({ inputs: JSON.parse(`{"I": "pA", ${JSON.stringify(text)}: "pA"}`) }),
  "an input's unit": (text) => neuron({ inputs: { I: text } }),
  "the spike condition": (text) => neuron({ spike: text }),
  "the reset": (text) => neuron({ reset: text }),
  "a reset value": (text) => neuron({ reset: `V = ${text}` }),
  "the refractory period": (text) => neuron({ refractory: text }),
  "a constraint": (text) => neuron({ constraints: [text] }),
  "a held state": (text) => neuron({ hold: [text] }),
  "the id": (text) => neuron({ id: text }),
  "the method": (text) => neuron({ method: text }),
  "a synapse's equations": (text) => withSynapse({ equations: text }),
  onSpike: (text) => withSynapse({ onSpike: text }),
  "the current": (text) => withSynapse({ current: text }),
  "the weight's unit": (text) => withSynapse({ weightUnit: text }),
  "a synapse's id": (text) => withSynapse({ id: text }),
};

async function attempt(make: Attempt, text: string): Promise<void> {
  const { neuron: model, synapse: receptor } = make(text);
  const ports = receptor === undefined ? [] : [{ name: "p", synapse: receptor as SynapseDeclaration }];
  try {
    const { program, wat } = await compileModel(model as NeuronDeclaration, { ports });
    // It means something in the language of equations: then its code is code of that language alone.
    expect(emitJs(program) + wat).not.toContain(marker);
    createReferenceKernel(program)(
      {
        n: 1,
        states: program.stateNames.map(() => Float64Array.of(0)),
        inputs: program.inputNames.map(() => Float64Array.of(0)),
        columns: program.columns.map(() => Float64Array.of(0)),
        slots: new Float64Array(program.slots.length),
        ring: new Float64Array(0) as unknown as Float32Array,
        ringMask: 0,
        firstNeuron: 0,
        seed: 0,
      },
      0,
      1,
      () => {},
    );
  } catch (error) {
    if (!(error instanceof WbeError)) throw error;
    expect(error.code).not.toBe("INTERNAL");
    expect(error.message.length).toBeLessThan(3100);
  }
}

describe("hostile text", () => {
  it.each(Object.entries(places))("as %s never runs and ends in one error", async (_, make) => {
    for (const text of code) await attempt(make, text);
  });

  it.each(Object.entries(places))("large, deep or out of balance as %s ends soon", async (_, make) => {
    for (const [name, text] of Object.entries(large)) {
      const start = performance.now();
      await attempt(make, text);
      expect(performance.now() - start, name).toBeLessThan(8000);
    }
  });

  it("that grows while it is read ends soon: products of products, powers of powers, sums of sums", async () => {
    const tower = (first: string, next: (k: number) => string, n: number, last: string) =>
      `a0 = ${first}\n${Array.from({ length: n }, (_, k) => `a${k + 1} = ${next(k)}`).join("\n")}\n${last.replace("$", `a${n}`)}`;
    const texts = [
      tower("V/(1 mV)", (k) => `a${k}*a${k}`, 40, "dV/dt = $*V/tau"),
      tower("V/(1 mV)", (k) => `a${k}^32`, 40, "dV/dt = $*V/tau"),
      tower("V/(1 mV)", (k) => `a${k} + a${k}`, 40, "dV/dt = $*V/tau"),
      tower("V/(1 mV)", (k) => `exp(a${k})*a${k}`, 40, "dV/dt = $*V/tau"),
      tower("V/(1 mV)", (k) => `a${k}/exprel(a${k})`, 40, "dV/dt = $*V/tau"),
      tower("V/(1 mV)", (k) => `-(a${k} - (a${k} - a${k}*2))`, 40, "dV/dt = $*V/tau"),
      tower("V/(1 mV)", (k) => `if(a${k} > 0, a${k}, -a${k})`, 40, "dV/dt = $*V/tau"),
      tower("EL/(1 mV)", (k) => `a${k}*a${k}`, 40, "dV/dt = $*V/tau"),
      tower("xi*sqrt(tau)", (k) => `a${k} + a${k}`, 40, "dV/dt = $*V/tau"),
    ];
    for (const equations of texts) {
      for (const method of ["euler", "heun", "exponential-euler", "exact", "rk4"]) {
        const start = performance.now();
        await attempt(() => neuron({ equations, method }), "");
        expect(performance.now() - start, `${equations.slice(0, 40)} ${method}`).toBeLessThan(8000);
      }
    }
  });

  it.each([
    ["thousands of exponentials", (k: number) => `exp(V/(${k + 1} mV))*1 mV/tau`, 3000],
    ["thousands of intermediate values", (k: number) => `b${k}`, 2000],
  ])("that makes a kernel of %s is refused before it is made", async (_, term, n) => {
    const terms = Array.from({ length: n }, (__, k) => term(k));
    let sum = "0";
    const lines: string[] = [];
    terms.forEach((text, k) => {
      if (k % 500 === 499) lines.push(`part${k} = ${sum}`);
      sum = k % 500 === 499 ? `part${k} + ${text}` : `${sum} + ${text}`;
      if (text.startsWith("b")) lines.push(`b${k} = log(V/(${k + 1} mV))*V/tau`);
    });
    const equations = `${lines.join("\n")}\ndV/dt = ${sum}`;
    expect(equations.length).toBeLessThan(100_000);
    const start = performance.now();
    await expect(compileModel({ ...declaration, equations, method: "rk4" })).rejects.toMatchObject({ code: "LIMIT" });
    expect(performance.now() - start).toBeLessThan(8000);
  });

  it("with hundreds of states is refused, or integrated exactly, soon", async () => {
    for (const n of [40, 200, 1000]) {
      const names = Array.from({ length: n }, (_, k) => `x${k}`);
      const states = Object.fromEntries(["V", ...names].map((name) => [name, [0, "mV"]]));
      const chain = names.map((name, k) => `d${name}/dt = (${k === 0 ? "V" : names[k - 1]} - ${name})/tau`).join("\n");
      const equations = `dV/dt = (x${n - 1} - V)/tau\n${chain}`;
      const start = performance.now();
      await attempt(() => neuron({ states, equations, method: "exact" }), "");
      expect(performance.now() - start).toBeLessThan(8000);
    }
  });

  it("in the keys of a declaration does not reach the prototype of objects", async () => {
    const polluted = JSON.parse(`{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}`);
    await attempt(() => ({ neuron: { ...declaration, ...polluted } }), "");
    await attempt(() => neuron({ params: polluted }), "");
    await attempt(() => neuron({ functions: polluted }), "");
    await attempt(() => neuron({ inputs: polluted }), "");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
