import { describe, expect, it } from "vitest";
import { buildAllenCell } from "wbe/cells";

const swc = "1 1 0 0 0 5 -1\n2 3 5 0 0 1 1\n3 3 90 0 0 1 2\n4 2 0 5 0 1 1\n5 2 0 200 0 1 4\n";
const kinds = ["soma", "axon", "dend"];
const gene = (section: string, name: string, value: number, mechanism = "") => ({ section, name, value, mechanism });
const fitted = () => ({
  passive: [{ ra: 100, cm: kinds.map((section) => ({ section, cm: 1 })), e_pas: -80 }],
  conditions: [{ celsius: 34, erev: [{ section: "soma", ena: 53, ek: -107 }], v_init: -80 }],
  genome: [gene("soma", "gbar_NaTs", 0.1, "NaTs"), ...kinds.map((kind) => gene(kind, "g_pas", 1e-4))],
});
const build = (changed: object) => buildAllenCell({ fit: { ...fitted(), ...changed }, swc, fitFile: "a_fit.json" });

describe("a perisomatic Allen model", () => {
  it("has two stubs of 30 um in place of its axon", () => {
    const { cell, vInit, kind } = build({});
    const axon = cell.tree.sections.filter(({ type }) => type === 2);
    expect(axon.map(({ length }) => length)).toEqual([30, 30]);
    expect([kind, vInit]).toEqual(["perisomatic", -80]);
  });

  it.each([
    [{ passive: [{ ra: 100, cm: [] }] }, /passive\[0\]\.e_pas is missing.*a_fit\.json/],
    [{ genome: fitted().genome.slice(0, 3) }, /no g_pas for section "dend".*a_fit\.json/],
    [
      { genome: [gene("soma", "gbar_NaX", 1, "NaX")].concat(fitted().genome) },
      /"NaX".*a_fit\.json, genome\[0\]\.mechanism/,
    ],
    [
      { genome: [gene("soma", "odd_NaTs", 1, "NaTs")].concat(fitted().genome) },
      /no parameter "odd".*genome\[0\]\.name/,
    ],
    [{ genome: [gene("soma", "g_pas", Number.NaN)] }, /finite number as genome\[0\]\.value/],
  ])("with a missing or unknown parameter is an error with file and key (%#)", (changed, message) => {
    expect(() => build(changed)).toThrow(message);
  });
});
