import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Connectome, type NodeColumns, type SynapseTable } from "wbe/connectome";
import { WbeError } from "../../src/core/errors.js";
import { formatNeuronID } from "../../src/core/ids.js";

function plainNodes(n: number): NodeColumns {
  const ids = Array.from({ length: n }, (_, i) => formatNeuronID("TST", i + 1));
  return {
    ids,
    labels: ids,
    types: ids.map(() => ""),
    regions: ids.map(() => "TST"),
    models: ids.map(() => "HodgkinHuxley"),
    positions: new Float32Array(3 * n).fill(Number.NaN),
    frame: "scanner",
    morphologies: ids.map(() => null),
  };
}

const metadata = { name: "test", source: "test", warnings: [] };

function connectomeOf(n: number, synapses: SynapseTable): Connectome {
  return new Connectome({ nodes: plainNodes(n), synapses, metadata });
}

const threeRows: SynapseTable = {
  source: [1, 0, 1],
  target: [0, 1, 0],
  weight: [1, 2, 3],
  delay: [1, 1, 1],
  type: [0, 1, 0],
};

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof WbeError) return error.code;
    throw error;
  }
  return "no error";
}

describe("columns", () => {
  test("synapses are sorted by source, then target, and equal pairs keep their order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }).chain((n) =>
          fc.record({
            n: fc.constant(n),
            pairs: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 60 }),
          }),
        ),
        ({ n, pairs }) => {
          const { synapses } = connectomeOf(n, {
            source: pairs.map(([s]) => s),
            target: pairs.map(([, t]) => t),
            weight: pairs.map((_, row) => row),
            delay: pairs.map(() => 1),
            type: pairs.map(() => 0),
          });
          const expected = pairs
            .map(([s, t], row) => [s, t, row] as const)
            .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
          expect(Array.from(synapses.weight, (row, k) => [synapses.source[k], synapses.target[k], row])).toEqual(
            expected,
          );
          for (let i = 0; i < n; i++) {
            const rows = synapses.source.subarray(synapses.offsets[i], synapses.offsets[i + 1]);
            expect(rows.every((s) => s === i)).toBe(true);
          }
          expect(synapses.offsets[n]).toBe(pairs.length);
        },
      ),
    );
  });

  test("a zero weight and several synapses per pair are kept", () => {
    const connectome = connectomeOf(2, { ...threeRows, weight: [0, 0, 0] });
    expect(connectome.nSynapses).toBe(3);
    expect(Array.from(connectome.synapses.source)).toEqual([0, 1, 1]);
  });

  test("ofTypes keeps the synapses of the named types only", () => {
    const connectome = connectomeOf(2, threeRows);
    expect(Array.from(connectome.ofTypes("excitatory").synapses.weight)).toEqual([1, 3]);
    expect(Array.from(connectome.ofTypes("inhibitory").synapses.weight)).toEqual([2]);
    expect(connectome.ofTypes("electrical").nSynapses).toBe(0);
    expect(codeOf(() => connectome.ofTypes("chemical"))).toBe("NAME_UNKNOWN");
  });

  test("neurons are found by id and label", () => {
    const nodes = { ...plainNodes(3), labels: ["a", "b", "a"] };
    const connectome = new Connectome({ nodes, synapses: { ...threeRows }, metadata });
    expect(connectome.indexOf("TST-00000003")).toBe(2);
    expect(connectome.indexOf("b")).toBe(1);
    expect(connectome.indexOf("a")).toBe(0);
    expect(codeOf(() => connectome.indexOf("c"))).toBe("NAME_UNKNOWN");
  });

  test.each<[string, Partial<SynapseTable>, string]>([
    ["a source outside the list", { source: [1, 0, 2] }, "ARGUMENT"],
    ["a target that is no whole number", { target: [0, 0.5, 0] }, "ARGUMENT"],
    ["a negative index", { source: [-1, 0, 1] }, "ARGUMENT"],
    ["columns of different lengths", { weight: [1, 2] }, "ARGUMENT"],
    ["a NaN weight", { weight: [1, Number.NaN, 3] }, "ARGUMENT"],
    ["a weight that overflows float32", { weight: [1, 1e39, 3] }, "ARGUMENT"],
    ["a type that is not listed", { type: [0, 3, 0] }, "ARGUMENT"],
    ["a zero delay of a chemical synapse", { delay: [1, 0, 1] }, "ARGUMENT"],
    ["a delay that is not finite", { delay: [1, Number.POSITIVE_INFINITY, 1] }, "ARGUMENT"],
  ])("%s is refused", (_what, change, code) => {
    expect(codeOf(() => connectomeOf(2, { ...threeRows, ...change }))).toBe(code);
  });

  test("an electrical synapse may have no delay", () => {
    expect(connectomeOf(2, { ...threeRows, type: [2, 2, 2], delay: [0, 0, 0] }).nSynapses).toBe(3);
  });

  test("bad nodes are refused: none, an id twice, half a position, a short column", () => {
    const nodes = plainNodes(2);
    const build = (change: Partial<NodeColumns>) =>
      codeOf(() => new Connectome({ nodes: { ...nodes, ...change }, synapses: threeRows, metadata }));
    expect(build({})).toBe("no error");
    expect(build({ ids: [] })).toBe("EMPTY_INPUT");
    expect(build({ ids: [nodes.ids[0]!, nodes.ids[0]!] })).toBe("NAME_CLASH");
    expect(build({ positions: Float32Array.of(0, 0, Number.NaN, 0, 0, 0) })).toBe("ARGUMENT");
    expect(build({ models: ["HodgkinHuxley"] })).toBe("ARGUMENT");
  });

  test("an error names the row", () => {
    expect(() => connectomeOf(2, { ...threeRows, source: [1, 0, 9] })).toThrow(
      /source from 0 to 1, found 9 \(at synapse 2\)/,
    );
  });
});
