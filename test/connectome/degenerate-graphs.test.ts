import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bettiNumbers,
  ConnectomeBuilder,
  communities,
  corePeriphery,
  directedSimplices,
  distanceDecay,
  findMeasure,
  Graph,
  graphMeasures,
  graphOf,
  motifs,
  NeuronNode,
  richClub,
  strongComponents,
  triadNames,
  weakComponents,
  wiringLength,
} from "wbe/connectome";
import { exp } from "../../src/core/math.js";
import { graphOfText } from "./graphs.js";

const degenerate: Record<string, Graph> = {
  "no nodes": Graph.fromEdges({ nNodes: 0, source: [], target: [] }),
  "no nodes, undirected": Graph.fromEdges({ nNodes: 0, source: [], target: [], directed: false }),
  "one node": graphOfText(1, "", true),
  "one node with a loop": graphOfText(1, "0-0", true),
  "two nodes without an edge": graphOfText(2, ""),
  "two nodes in one direction": graphOfText(2, "0-1", true),
  "loops only": graphOfText(3, "0-0 1-1 2-2", true),
  "two parts": graphOfText(6, "0-1 1-2 2-0 3-4 4-5"),
  "a hub and isolated nodes": graphOfText(8, "0-1 0-2 0-3 0-4"),
  "a chain": graphOfText(4, "0-1 1-2 2-3", true),
  "weights of 0": Graph.fromEdges({ nNodes: 4, source: [0, 1, 2], target: [1, 2, 0], weight: [0, 0, 0] }),
};

describe.each(Object.entries(degenerate))("%s", (_, graph) => {
  test.each(Object.entries(graphMeasures))(
    "%s is a finite number, or NaN with a warning that says why",
    (_, measure) => {
      for (const weighted of measure.weighted ? [false, true] : [false]) {
        if (measure.kind === "graph") {
          const { value, warnings } = measure.run(graph, { weighted });
          expect(Number.isFinite(value) || (Number.isNaN(value) && warnings.length > 0)).toBe(true);
        } else {
          const { data, warnings, schema } = measure.run(graph, { weighted });
          expect(schema.shape).toEqual([graph.nNodes]);
          expect(data.every(Number.isFinite) || (data.every(Number.isNaN) && warnings.length > 0)).toBe(true);
        }
      }
    },
  );

  test("rich club, motifs, communities, simplices and Betti numbers return", () => {
    expect(richClub(graph).phi.every((phi) => phi >= 0 && phi <= 1)).toBe(true);
    for (const size of [3, 4] as const) expect(motifs(graph, size).count.every((c) => c > 0)).toBe(true);
    for (const algorithm of ["louvain", "leiden"] as const) {
      expect(communities(graph, { algorithm }).community).toHaveLength(graph.nNodes);
    }
    expect(corePeriphery(graph).isCore).toHaveLength(graph.nNodes);
    // Euler–Poincaré: the alternating sums of simplices and of Betti numbers are one.
    const betti = bettiNumbers(graph, { maxDimension: 3 });
    const alternating = betti.reduce((sum, b, d) => sum + (d % 2 ? -b : b), 0);
    expect(alternating).toBe(directedSimplices(graph).eulerCharacteristic);
    expect(betti[0]).toBe(weakComponents(graph).sizes.length);
  });
});

test("every file of measures but conventions is in the registry or returns a table", () => {
  const folder = new URL("../../src/connectome/measures/", import.meta.url);
  const registry = readFileSync(new URL("registry.ts", folder), "utf8");
  const tables = ["conventions", "registry", "modularity", "motifs", "rich-club", "simplices", "wiring", "small-world"];
  for (const file of readdirSync(folder)) {
    const name = file.replace(".ts", "");
    expect(tables.includes(name) || registry.includes(`from "./${name}.js"`), file).toBe(true);
  }
});

test("an unknown measure is refused with the list of those that there are", () => {
  expect(() => findMeasure("pagerang")).toThrow(/no measure "pagerang"[\s\S]*pagerank/);
});

describe("rich club when hubs do not talk (CASES O10)", () => {
  test("two stars: φ falls to 0 and ends where fewer than two nodes are left", () => {
    const { k, phi } = richClub(graphOfText(8, "0-2 0-3 0-4 1-5 1-6 1-7"));
    expect(Array.from(k)).toEqual([0, 1, 2]);
    expect(phi[0]).toBeCloseTo(6 / 28, 15);
    expect(Array.from(phi.slice(1))).toEqual([0, 0]);
  });

  test("hubs that talk: 8/28, 4/6, 1, 1", () => {
    const { phi } = richClub(graphOfText(8, "0-1 0-2 0-3 0-4 1-5 1-6 1-7 2-3"));
    expect(Array.from(phi)).toEqual([8 / 28, 4 / 6, 1, 1]);
  });
});

describe("a graph", () => {
  const edges = fc.record({
    nNodes: fc.integer({ min: 1, max: 9 }),
    ends: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: -4, max: 4 })), { maxLength: 40 }),
    directed: fc.boolean(),
  });

  test("sums parallel edges and turns round as the dense matrix does (random edges)", () => {
    fc.assert(
      fc.property(edges, ({ nNodes: n, ends, directed }) => {
        const source = ends.map(([i]) => i % n);
        const target = ends.map(([, j]) => j % n);
        const weight = ends.map(([, , w]) => w);
        const graph = Graph.fromEdges({ nNodes: n, source, target, weight, directed });
        const dense = new Float64Array(n * n);
        const connected = new Uint8Array(n * n);
        source.forEach((i, e) => {
          const j = target[e]!;
          dense[i * n + j]! += weight[e];
          connected[i * n + j] = 1;
          if (directed || i === j) return;
          dense[j * n + i]! += weight[e];
          connected[j * n + i] = 1;
        });
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            const [there, back] = [dense[i * n + j]!, dense[j * n + i]!];
            expect(graph.weightOf(i, j)).toBe(there);
            expect(graph.entryOf(i, j) >= 0).toBe(connected[i * n + j] === 1);
            expect(graph.reversed.weightOf(j, i)).toBe(there);
            expect(graph.undirected.weightOf(i, j)).toBe(directed ? (there + back) / 2 : there);
            expect(graph.simple.weightOf(i, j)).toBe(i === j ? 0 : there);
          }
        }
        expect(graph.reversed.reversed).toBe(graph);
      }),
    );
  });

  test("takes 4 bytes per edge, 8 with weights of single precision", () => {
    const nNodes = 10;
    const ends = Array.from({ length: 9 }, (_, i) => i);
    const plain = Graph.fromEdges({ nNodes, source: ends, target: ends.map((i) => i + 1) });
    expect(plain.byteLength).toBe(4 * 9 + 4 * 11);
    const heavy = Graph.fromEdges({ nNodes, source: ends, target: ends.map((i) => i + 1), weight: ends });
    expect(heavy.byteLength).toBe(8 * 9 + 4 * 11);
  });

  test.each<[string, () => unknown]>([
    ["an end outside", () => Graph.fromEdges({ nNodes: 2, source: [0], target: [2] })],
    ["an end that is not whole", () => Graph.fromEdges({ nNodes: 2, source: [0.5], target: [1] })],
    [
      "a weight that is not finite",
      () => Graph.fromEdges({ nNodes: 2, source: [0], target: [1], weight: [Number.NaN] }),
    ],
    ["columns of different lengths", () => Graph.fromEdges({ nNodes: 2, source: [0, 1], target: [1] })],
  ])("refuses %s", (_, make) => {
    expect(make).toThrow(/expected/);
  });
});

test("strong components are those of mutual reachability (random graphs)", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 16 }),
      (nNodes, ends) => {
        const graph = Graph.fromEdges({
          nNodes,
          source: ends.map(([i]) => i % nNodes),
          target: ends.map(([, j]) => j % nNodes),
        });
        const reach = Array.from({ length: nNodes }, (_, i) => {
          const seen = new Set([i]);
          for (const a of seen) {
            for (let k = graph.offsets[a]!; k < graph.offsets[a + 1]!; k++) seen.add(graph.neighbours[k]!);
          }
          return seen;
        });
        const { component } = strongComponents(graph);
        for (let i = 0; i < nNodes; i++) {
          for (let j = 0; j < nNodes; j++) {
            expect(component[i] === component[j]).toBe(reach[i]!.has(j) && reach[j]!.has(i));
          }
        }
      },
    ),
  );
});

test("each of the 13 triads is counted as itself", () => {
  expect(triadNames).toHaveLength(13);
  const complete = motifs(graphOfText(4, "0-1 1-0 0-2 2-0 0-3 3-0 1-2 2-1 1-3 3-1 2-3 3-2", true), 3);
  expect([complete.names, Array.from(complete.count)]).toEqual([["300"], [4]]);
});

test("Leiden's communities are connected, and both algorithms find two cliques joined by one edge", () => {
  const cliques = graphOfText(8, "0-1 0-2 0-3 1-2 1-3 2-3 4-5 4-6 4-7 5-6 5-7 6-7 3-4");
  for (const algorithm of ["louvain", "leiden"] as const) {
    const found = communities(cliques, { algorithm });
    expect(Array.from(found.community)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    // Each clique has 6 of 13 edges inside and 13 of 26 ends: Q = 2·(6/13 − 1/4).
    expect(found.modularity.value).toBeCloseTo(2 * (6 / 13 - 1 / 4), 14);
  }
});

test("wiring length and distance decay find what a distance-dependent rule was given", () => {
  const side = 9;
  const nodes = Array.from(
    { length: side ** 3 },
    (_, i) =>
      new NeuronNode({
        region: "CTX",
        position: [30 * (i % side), 30 * (Math.floor(i / side) % side), 30 * Math.floor(i / side ** 2)],
      }),
  );
  const connectome = new ConnectomeBuilder({ seed: 7 })
    .addNeurons(nodes)
    .applyDistanceDependentRule((d) => 0.4 * exp(-d / 60))
    .build();
  const { lengthConstant, pairs, connected } = distanceDecay(connectome);
  // 20,000 connections: the length constant is drawn within 1 %; three times that, and the width of a bin.
  expect(Math.abs(lengthConstant.value - 60)).toBeLessThan(2.5);
  expect(lengthConstant.parameters.p0).toBeCloseTo(0.4, 1);
  expect(pairs.reduce((a, b) => a + b, 0)).toBe(nodes.length * (nodes.length - 1));
  expect(connected.reduce((a, b) => a + b, 0)).toBe(graphOf(connectome).nEdges);
  const wiring = wiringLength(connectome);
  const { source, target } = connectome.synapses;
  let sum = 0;
  for (let s = 0; s < source.length; s++) {
    const [a, b] = [nodes[source[s]!]!.position!, nodes[target[s]!]!.position!];
    sum += Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
  }
  expect(wiring.value).toBeCloseTo(sum, 4);
});
