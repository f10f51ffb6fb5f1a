import { describe, expect, test } from "vitest";
import { ConnectomeBuilder, graphOf, NeuronNode } from "wbe/connectome";

/** A line of neurons 10 um apart. */
const line = (n: number) =>
  Array.from({ length: n }, (_, i) => new NeuronNode({ region: "TST", position: [10 * i, 0, 0] }));
const near = (d: number) => Number(d <= 10);

describe("periodic space", () => {
  test("joins the ends of a line, and delays go the shorter way round", () => {
    const connectome = new ConnectomeBuilder({ seed: 1, period: [80, Number.POSITIVE_INFINITY, 100] })
      .addNeurons(line(8))
      .applyDistanceDependentRule(near)
      .build();
    const graph = graphOf(connectome);
    expect(graph.nEdges).toBe(16);
    expect(graph.entryOf(0, 7)).toBeGreaterThanOrEqual(0);
    expect(graph.entryOf(7, 0)).toBeGreaterThanOrEqual(0);
    // All distances are 10 um: one delay.
    expect(new Set(connectome.synapses.delay).size).toBe(1);
    const open = new ConnectomeBuilder({ seed: 1 }).addNeurons(line(8)).applyDistanceDependentRule(near).build();
    expect(graphOf(open).nEdges).toBe(14);
  });

  test("a period that is not above 0 is refused", () => {
    expect(() => new ConnectomeBuilder({ seed: 1, period: [0, 1, 1] })).toThrow(/periods > 0/);
  });
});

test("a mask sees where the target lies, round the border too", () => {
  const build = (period?: readonly [number, number, number]) =>
    graphOf(
      new ConnectomeBuilder({ seed: 1, ...(period && { period }) })
        .addNeurons(line(8))
        .applyDistanceDependentRule(() => 1, { mask: (dx) => dx > 0 && dx <= 20 })
        .build(),
    );
  const open = build();
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) expect(open.entryOf(i, j) >= 0).toBe(j > i && j <= i + 2);
  }
  const closed = build([80, 80, 80]);
  expect(closed.nEdges).toBe(16);
  expect(closed.entryOf(7, 1)).toBeGreaterThanOrEqual(0);
});

describe("a fixed total", () => {
  const build = (n: number, options = {}, seed = 1) =>
    new ConnectomeBuilder({ seed }).addNeurons(line(12)).applyFixedTotal(n, options).build();

  test.each([0, 1, 40, 100, 132])("makes exactly %i synapses of as many pairs, without autapses", (n) => {
    const graph = graphOf(build(n));
    expect([build(n).nSynapses, graph.nEdges, graph.nLoops]).toEqual([n, n, 0]);
  });

  test("autapses and multapses come when they are allowed, and only then", () => {
    expect(graphOf(build(144, { allowAutapses: true })).nLoops).toBe(12);
    const many = build(600, { allowMultapses: true });
    expect([many.nSynapses, graphOf(many).nLoops]).toEqual([600, 0]);
    expect(graphOf(many).nEdges).toBeLessThanOrEqual(132);
  });

  test.each([20, 100])("draws every pair alike, %i of 132 (chi-square at 1e-6)", (n) => {
    const counts = new Float64Array(144);
    const trials = 300;
    for (let seed = 0; seed < trials; seed++) {
      const { source, target } = build(n, {}, seed).synapses;
      source.forEach((i, s) => {
        counts[12 * i + target[s]!]!++;
      });
    }
    const expected = (trials * n) / 132;
    // Drawing without replacement narrows the counts by (1 − n/132)·132/131; 131 degrees of freedom: 1e-6 is at 220.
    const spread = expected * (1 - n / 132) * (132 / 131);
    let chiSquare = 0;
    counts.forEach((count, pair) => {
      if (Math.floor(pair / 12) !== pair % 12) chiSquare += (count - expected) ** 2 / spread;
    });
    expect(chiSquare).toBeLessThan(220);
    expect(chiSquare).toBeGreaterThan(70);
  });

  test.each<[string, () => unknown]>([
    ["more than all pairs", () => build(133)],
    ["a number that is not whole", () => build(1.5)],
    ["gap junctions", () => build(3, { synapse: "electrical", weight: 1 })],
  ])("%s is refused", (_, call) => {
    expect(call).toThrow(/expected|no direction/);
  });
});
