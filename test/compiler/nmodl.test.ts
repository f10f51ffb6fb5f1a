import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildMembrane, readNmodl } from "wbe/compiler";
import { WbeError } from "../../src/core/errors.js";

const folder = new URL("../../interop/golden/mechanisms/", import.meta.url);
const texts = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));

const mechanism = (
  changed: Partial<Record<"neuron" | "parameter" | "initial" | "breakpoint" | "derivative" | "more", string>>,
) => `
NEURON { SUFFIX test ${changed.neuron ?? "USEION k READ ek WRITE ik"} RANGE gbar }
PARAMETER { gbar = 0.01 (S/cm2) ${changed.parameter ?? ""} }
STATE { n }
ASSIGNED { v (mV) ek (mV) ik (mA/cm2) ninf x }
INITIAL { ${changed.initial ?? "n = 0.25"} }
BREAKPOINT { ${changed.breakpoint ?? "SOLVE states METHOD cnexp  ik = gbar*n*(v - ek)"} }
DERIVATIVE states { ${changed.derivative ?? "n' = (0.5 - n)/2"} }
${changed.more ?? ""}`;

const channel = (changed: Parameters<typeof mechanism>[0]) => {
  const model = readNmodl(mechanism(changed), "test.mod");
  if (model.kind !== "channel") throw new Error("expected a channel");
  return model.declaration;
};

describe("readNmodl", () => {
  it("makes a channel with parameters in their own units, a gate and a current by ion", () => {
    expect(channel({})).toEqual({
      id: "test",
      source: "NMODL file test.mod",
      params: { gbar: [0.01, "S/cm2"] },
      states: { n: [0.25, "1"] },
      equations: "ik_2 = (((gbar/((1 S)/(1 cm2))) * n) * ((V/(1 mV)) - (ek/(1 mV))))\ndn/dt = ((0.5 - n) / 2)/(1 ms)",
      method: "gates",
      currents: { k: "ik_2*(1 mA/cm2)" },
    });
  });

  it("ignores TABLE, comments, units of numbers and UNITSOFF", () => {
    const derivative =
      "TABLE ninf DEPEND celsius FROM -100 TO 100 WITH 200 n' = (0.5 (1) - n)/2 (ms) : a remark\n ? another\n";
    expect(channel({ derivative: `UNITSOFF ${derivative}` }).equations).toBe(channel({}).equations);
  });

  it("keeps what INITIAL computes of parameters and the temperature", () => {
    const { equations } = channel({ initial: "n = 0 x = 3^((celsius - 20)/10)", derivative: "n' = x*(0.5 - n)/2" });
    expect(equations).toContain("x = (3 ^ (((celsius/(1 degC)) - 20) / 10))");
  });

  it("chooses by a condition what IF sets differently, in chains too", () => {
    const derivative =
      "IF (v < -50) { ninf = 0 } else if (v < 0 && !(v > -20)) { ninf = 0.5 } else { ninf = 1 } n' = (ninf - n)/2";
    const declaration = channel({ derivative });
    const { graph, plain } = buildMembrane([declaration]);
    expect(graph).toBeDefined();
    expect(plain.advance.length).toBe(3);
    expect(declaration.equations).toMatch(/if\(\(\(V.* < \(-50\)\), 0, ninf\)/);
  });

  it("reads every mechanism of the reference runs", () => {
    expect(texts.length).toBeGreaterThan(6);
    for (const { name, text } of texts) expect(readNmodl(text, name).declaration.source).toContain(name);
  });

  it.each<[string, string, string, RegExp]>([
    [
      "C code",
      mechanism({ more: "\nVERBATIM\n#include <math.h>\nENDVERBATIM" }),
      "UNSUPPORTED",
      /VERBATIM.*test\.mod, line 10/,
    ],
    ["a LINEAR block", mechanism({ more: "LINEAR start { ~ n = 1 }" }), "UNSUPPORTED", /LINEAR.*line 9/],
    ["a pointer", mechanism({ neuron: "POINTER p" }), "UNSUPPORTED", /POINTER .*line 2/],
    ["an electrode", mechanism({ neuron: "ELECTRODE_CURRENT i" }), "UNSUPPORTED", /ELECTRODE_CURRENT .*line 2/],
    [
      "another ion",
      mechanism({ neuron: "USEION cl READ ecl WRITE icl VALENCE -1" }),
      "UNSUPPORTED",
      /ion "cl".*na, k, ca/,
    ],
    [
      "a method",
      mechanism({ breakpoint: "SOLVE states METHOD euler ik = 0" }),
      "UNSUPPORTED",
      /METHOD euler .*line 8.*cnexp/,
    ],
    [
      "a solved procedure",
      mechanism({ breakpoint: "SOLVE p ik = 0", more: "PROCEDURE p() { n = 1 }" }),
      "UNSUPPORTED",
      /SOLVE p: it is a PROCEDURE.*line 7/,
    ],
    ["a loop without bounds", mechanism({ derivative: "WHILE (n < 1) { n = 1 }" }), "UNSUPPORTED", /WHILE .*line 8/],
    ["the time", mechanism({ derivative: "n' = t" }), "UNSUPPORTED", /the time "t" .*line 8/],
    [
      "a value that is never set",
      mechanism({ derivative: "n' = x - n" }),
      "UNSUPPORTED",
      /"x" is used before it is set.*line 8/,
    ],
    [
      "a value set on one path",
      mechanism({ derivative: "if (v > 0) { x = 1 } n' = x - n" }),
      "UNSUPPORTED",
      /"x" is used before .*some paths/,
    ],
    [
      "an old potential",
      mechanism({ initial: "x = v n = 0", derivative: "n' = x - n" }),
      "UNSUPPORTED",
      /"x" keeps a value of the potential/,
    ],
    [
      "a function of its own time",
      mechanism({ derivative: "n' = f(n)", more: "FUNCTION f(x) { f = f(x) }" }),
      "UNSUPPORTED",
      /"f" calls itself/,
    ],
    ["an unknown name", mechanism({ derivative: "n' = nosuch - n" }), "NAME_UNKNOWN", /unknown name "nosuch" .*line 8/],
    [
      "an unknown function",
      mechanism({ derivative: "n' = sinh(n)" }),
      "UNSUPPORTED",
      /unknown function "sinh".*line 8/,
    ],
    [
      "a current that is not set",
      mechanism({ breakpoint: "SOLVE states METHOD cnexp" }),
      "SYNTAX",
      /current "ik" is not set/,
    ],
    [
      "a point process without events",
      "NEURON { POINT_PROCESS p NONSPECIFIC_CURRENT i }\nBREAKPOINT { i = 1 }",
      "UNSUPPORTED",
      /POINT_PROCESS without NET_RECEIVE/,
    ],
    ["no NEURON block", "PARAMETER { a = 1 }", "SYNTAX", /NEURON block/],
    ["an open block", "NEURON { SUFFIX x", "SYNTAX", /line 1/],
    ["another text", '{"a": 1}', "SYNTAX", /line 1/],
    ["deep nesting", mechanism({ derivative: `n' = ${"(".repeat(5000)}n${")".repeat(5000)}` }), "LIMIT", /nested/],
  ])("names %s and its line", (_, text, code, message) => {
    expect(() => readNmodl(text, "test.mod")).toThrow(message);
    expect(() => readNmodl(text, "test.mod")).toThrow(expect.objectContaining({ code }));
  });

  it("reads a damaged file or says why not, whatever is damaged", () => {
    let state = 1;
    const random = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % n;
    };
    const pieces = [
      "{",
      "}",
      "(",
      ")",
      "=",
      "'",
      "~",
      "<->",
      "1e999",
      "IF",
      "SOLVE",
      "[",
      "]",
      "^",
      "\n",
      "n",
      "TABLE",
      "-",
      ":",
    ];
    let read = 0;
    for (let k = 0; k < 600; k++) {
      const { text, name } = texts[k % texts.length]!;
      const at = random(text.length);
      const damaged = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(12));
      try {
        readNmodl(damaged, name);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(WbeError);
        expect((error as WbeError).code).not.toBe("INTERNAL");
      }
    }
    expect(read).toBeGreaterThan(20);
  });
});
