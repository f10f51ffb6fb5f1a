import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdTable } from "../../src/core/id-table.js";
import {
  formatNeuronID,
  formatSynapseID,
  isNeuronID,
  neuronID,
  parseNeuronID,
  parseSynapseID,
  regionCode,
  synapseID,
} from "../../src/core/ids.js";

const failure = (code: string) => expect.objectContaining({ name: "WbeError", code });

describe("ids", () => {
  it("CTX-00142857 is region CTX, number 142857", () => {
    expect(parseNeuronID("CTX-00142857")).toEqual({ region: "CTX", number: 142857 });
    expect(formatNeuronID("CTX", 142857)).toBe("CTX-00142857");
    expect(neuronID("CTX-00142857")).toBe("CTX-00142857");
    expect(synapseID("CA3-00000000")).toBe("CA3-00000000");
  });

  it("format and parse undo each other for every region and number", () => {
    const region = fc.stringMatching(/^[A-Z0-9]{2,6}$/);
    fc.assert(
      fc.property(region, fc.integer({ min: 0, max: 99_999_999 }), (code, number) => {
        expect(parseNeuronID(formatNeuronID(code, number))).toEqual({ region: code, number });
        expect(parseSynapseID(formatSynapseID(code, number))).toEqual({ region: code, number });
      }),
    );
  });

  for (const bad of [
    "",
    "CTX",
    "CTX-142857",
    "ctx-00142857",
    "C-00142857",
    "CORTEXX-00142857",
    "CTX_00142857",
    "CTX-0014285a",
    "CTX-001428570",
    " CTX-00142857",
    "CTX-00142857\n",
    "CTX-٠٠١٤٢٨٥٧",
  ]) {
    it(`${JSON.stringify(bad)} is no id`, () => {
      expect(isNeuronID(bad)).toBe(false);
      expect(() => neuronID(bad)).toThrow(failure("ARGUMENT"));
      expect(() => synapseID(bad)).toThrow(failure("ARGUMENT"));
    });
  }

  it("numbers beyond eight digits, broken and negative ones are refused", () => {
    for (const number of [100_000_000, -1, 1.5, Number.NaN]) {
      expect(() => formatNeuronID("CTX", number)).toThrow(failure("ARGUMENT"));
    }
    expect(() => neuronID(7 as unknown as string)).toThrow(failure("ARGUMENT"));
    expect(() => regionCode("cortex")).toThrow(failure("ARGUMENT"));
  });
});

describe("IdTable", () => {
  it("maps a million consecutive ids both ways", () => {
    const table = IdTable.consecutive("CTX", 1_000_000, 5);
    expect(table.length).toBe(1_000_000);
    expect(table.id(0)).toBe("CTX-00000005");
    expect(table.id(999_999)).toBe("CTX-01000004");
    for (const i of [0, 1, 499_999, 999_999]) expect(table.index(table.id(i))).toBe(i);
    expect(table.has("CTX-00000004")).toBe(false);
    expect(table.has("CTX-01000005")).toBe(false);
  });

  it("keeps the given order and finds every id, for any set of ids", () => {
    const id = fc
      .tuple(fc.constantFrom("CTX", "V1", "CA3", "9Z"), fc.integer({ min: 0, max: 300 }))
      .map(([region, number]) => formatNeuronID(region, number));
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 60 }), (ids) => {
        const table = IdTable.from(ids);
        expect([...table]).toEqual(ids);
        ids.forEach((text, i) => {
          expect(table.index(text)).toBe(i);
        });
        const inRegion = ids.flatMap((text, i) => (text.startsWith("V1-") ? [i] : []));
        expect([...table.indicesOf("V1")]).toEqual(inRegion);
        expect(new IdTable(table.columns).length).toBe(ids.length);
      }),
    );
  });

  it("refuses an id given twice, naming both places", () => {
    expect(() => IdTable.from(["CTX-00000002", "V1-00000001", "CTX-00000002"])).toThrow(
      /CTX-00000002 at indices 0 and 2/,
    );
    expect(() => IdTable.from(["CTX-00000002", "CTX-00000002"])).toThrow(failure("NAME_CLASH"));
  });

  it("says which id is unknown and which index is outside", () => {
    const table = IdTable.from(["CTX-00000002"]);
    expect(() => table.index("CTX-00000003")).toThrow(failure("NAME_UNKNOWN"));
    expect(() => table.index("V1-00000002")).toThrow(failure("NAME_UNKNOWN"));
    expect(() => table.index("nonsense")).toThrow(failure("ARGUMENT"));
    for (const index of [-1, 1, 0.5]) expect(() => table.id(index)).toThrow(failure("ARGUMENT"));
    expect(() => IdTable.from([]).id(0)).toThrow(failure("ARGUMENT"));
  });

  it("refuses columns that do not fit together", () => {
    const regions = [regionCode("CTX")];
    const columns = (region: number[], number: number[]) => ({
      regions,
      region: Uint16Array.from(region),
      number: Uint32Array.from(number),
    });
    expect(() => new IdTable(columns([0, 0], [1]))).toThrow(failure("ARGUMENT"));
    expect(() => new IdTable(columns([1], [1]))).toThrow(failure("ARGUMENT"));
    expect(() => new IdTable(columns([0], [100_000_000]))).toThrow(failure("ARGUMENT"));
    expect(() => new IdTable({ ...columns([0], [1]), regions: [...regions, ...regions] })).toThrow(
      failure("NAME_CLASH"),
    );
  });
});
