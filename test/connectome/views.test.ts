import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Connectome,
  connectionDensity,
  degreeDistribution,
  denseBlock,
  listNodes,
  partnerDegrees,
  reciprocity,
  synapseCountMatrix,
  synapseDegrees,
  toGraphology,
  weightMatrix,
} from "wbe/connectome";
import { formatNeuronID } from "../../src/core/ids.js";

function connectomeOf(n: number, source: number[], target: number[], weight: number[]): Connectome {
  const ids = Array.from({ length: n }, (_, i) => formatNeuronID("TST", i + 1));
  return new Connectome({
    nodes: {
      ids,
      labels: ids,
      types: ids.map(() => "cell"),
      regions: ids.map(() => "TST"),
      models: ids.map(() => "HodgkinHuxley"),
      positions: Float32Array.from({ length: 3 * n }, (_, i) => (i < 3 ? Number.NaN : i)),
      frame: "scanner",
      morphologies: ids.map(() => null),
    },
    synapses: { source, target, weight, delay: source.map(() => 1), type: source.map(() => 0) },
    metadata: { name: "test", source: "by hand", warnings: [] },
  });
}

/** CASES O09. */
const source = [0, 0, 0, 1, 2];
const target = [1, 1, 2, 2, 0];
const weight = [0.5, 0.25, 1.0, 2.0, -1.5];
const case09 = connectomeOf(3, source, target, weight);

describe("several synapses between one pair (CASES O09)", () => {
  test("weights of a pair are summed in the canonical sparse matrix", () => {
    const matrix = weightMatrix(case09);
    expect(Array.from(matrix.rowOffsets)).toEqual([0, 2, 3, 4]);
    expect(Array.from(matrix.columns)).toEqual([1, 2, 2, 0]);
    expect(Array.from(matrix.values)).toEqual([0.75, 1, 2, -1.5]);
  });

  test("the dense block is the adjacency matrix with row = source", () => {
    expect(Array.from(denseBlock(case09).data)).toEqual([0, 0.75, 1, 0, 0, 2, -1.5, 0, 0]);
    expect(Array.from(denseBlock(case09, { of: "count" }).data)).toEqual([0, 2, 1, 0, 0, 1, 1, 0, 0]);
  });

  test("the synapse count matrix counts synapses, five in all", () => {
    const matrix = synapseCountMatrix(case09);
    expect(Array.from(matrix.values)).toEqual([2, 1, 1, 1]);
    expect(matrix.values.reduce((a, b) => a + b)).toBe(5);
  });

  test("degrees count partners, not synapses", () => {
    expect(Array.from(partnerDegrees(case09).out)).toEqual([2, 1, 1]);
    expect(Array.from(partnerDegrees(case09).in)).toEqual([1, 1, 2]);
    expect(Array.from(synapseDegrees(case09).out)).toEqual([3, 1, 1]);
    expect(Array.from(synapseDegrees(case09).in)).toEqual([1, 2, 2]);
  });

  test("a pair whose weights cancel is still connected, with two synapses", () => {
    const cancelled = connectomeOf(3, [...source, 2], [...target, 0], [...weight, 1.5]);
    const matrix = weightMatrix(cancelled);
    expect(Array.from(matrix.columns)).toEqual([1, 2, 2, 0]);
    expect(matrix.values[3]).toBe(0);
    expect(synapseCountMatrix(cancelled).values[3]).toBe(2);
    expect(Array.from(partnerDegrees(cancelled).out)).toEqual([2, 1, 1]);
  });
});

describe("views", () => {
  test("sparse and dense sums agree with a plain loop over the synapses", () => {
    const graphs = fc
      .integer({ min: 1, max: 9 })
      .chain((n) =>
        fc.tuple(
          fc.constant(n),
          fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: -8, max: 8 })), { maxLength: 40 }),
        ),
      );
    fc.assert(
      fc.property(graphs, ([n, rows]) => {
        const connectome = connectomeOf(
          n,
          rows.map((r) => r[0]),
          rows.map((r) => r[1]),
          rows.map((r) => r[2] / 4), // exact in binary, so sums are exact in any order
        );
        const expected = new Array<number>(n * n).fill(0);
        for (const [s, t, w] of rows) expected[s * n + t]! += w / 4;
        expect(Array.from(denseBlock(connectome).data)).toEqual(expected);
        const { columns, rowOffsets } = weightMatrix(connectome);
        expect(columns.length).toBe(new Set(rows.map(([s, t]) => s * n + t)).size);
        for (let row = 0; row < n; row++) {
          for (let e = rowOffsets[row]! + 1; e < rowOffsets[row + 1]!; e++)
            expect(columns[e]!).toBeGreaterThan(columns[e - 1]!);
        }
      }),
    );
  });

  test("a dense block takes rows and columns in the given order, repeats included", () => {
    const block = denseBlock(case09, { rows: [2, 0], columns: [2, 0, 2] });
    expect(block.shape).toEqual([2, 3]);
    expect(Array.from(block.data)).toEqual([0, -1.5, 0, 1, 0, 1]);
    expect(() => denseBlock(case09, { rows: [3] })).toThrow(/row index from 0 to 2, found 3/);
  });

  test("a dense block too large for memory is refused with its size", () => {
    const large = connectomeOf(6000, [], [], []);
    expect(() => denseBlock(large)).toThrow(/6000 × 6000 = 36000000 \(275 MiB\)/);
  });

  test("the node list has null for an unknown position", () => {
    const nodes = listNodes(case09);
    expect(nodes[0]!.position).toBeNull();
    expect(nodes[1]!.position).toEqual([3, 4, 5]);
    expect(nodes.map((node) => node.index)).toEqual([0, 1, 2]);
  });

  test("the graphology graph has one edge per synapse", async () => {
    const graph = await toGraphology(case09);
    expect([graph.order, graph.size, graph.multi, graph.type]).toEqual([3, 5, true, "directed"]);
    const [a, b, c] = case09.nodes.ids as readonly string[];
    expect(
      graph
        .edges(a, b)
        .map((edge) => graph.getEdgeAttribute(edge, "weight"))
        .sort(),
    ).toEqual([0.25, 0.5]);
    expect(graph.outNeighbors(a)).toEqual([b, c]);
    expect(graph.getNodeAttribute(b, "x")).toBe(3);
    expect(graph.hasNodeAttribute(a, "x")).toBe(false);
  });
});

describe("measures", () => {
  test("density and reciprocity of a hand-worked graph: 3 of 6 pairs, one of them mutual", () => {
    const graph = connectomeOf(3, [0, 0, 1, 2, 2], [1, 1, 0, 2, 0], [1, 1, 1, 1, 1]);
    expect(connectionDensity(graph).value).toBe(3 / 6);
    expect(reciprocity(graph).value).toBe(2 / 3);
  });

  test("a graph without pairs has no density or reciprocity, and says so", () => {
    const single = connectomeOf(1, [0], [0], [1]);
    for (const measure of [connectionDensity(single), reciprocity(single)]) {
      expect(measure.value).toBeNaN();
      expect(measure.warnings).toHaveLength(1);
    }
  });

  test("the degree distribution counts every neuron once", () => {
    const distribution = degreeDistribution(case09, "out");
    expect(Array.from(distribution.degree)).toEqual([1, 2]);
    expect(Array.from(distribution.count)).toEqual([2, 1]);
    expect(distribution.mean).toBeCloseTo(4 / 3, 15);
    expect(degreeDistribution(case09, "total", "synapses").max).toBe(4);
  });
});
