import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  celegans,
  communities,
  compareWithNull,
  degrees,
  type Graph,
  graphOf,
  type NullKind,
  nullKinds,
  randomise,
  richClub,
  richClubWithNull,
  smallWorldOmega,
  smallWorldPropensity,
  smallWorldSigma,
  strengths,
} from "wbe/connectome";
import { RandomStream } from "../../src/core/random.js";
import { drawGraph, graphOfText } from "./graphs.js";

const sorted = (values: ArrayLike<number>) => Float64Array.from(values).sort();
const edgesOf = (graph: Graph) => {
  const list: [number, number][] = [];
  for (let i = 0; i < graph.nNodes; i++) {
    for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) list.push([i, graph.neighbours[k]!]);
  }
  return list;
};

describe.each(nullKinds)("null model %s", (kind) => {
  const keepsDegrees = kind !== "density";
  test("keeps nodes, number of edges and weights, and makes no loops or parallel edges (random graphs)", () => {
    for (let number = 0; number < 40; number++) {
      const graph = drawGraph(number, number % 2 === 0, number % 3 ? "signed" : "none").simple;
      const positions = Float64Array.from({ length: 3 * graph.nNodes }, (_, k) => (k * 37) % 11);
      const drawn = randomise(graph, { kind, seed: 5, draw: number, positions });
      expect(drawn.nNodes).toBe(graph.nNodes);
      expect(drawn.directed).toBe(graph.directed);
      expect(drawn.neighbours).toHaveLength(graph.neighbours.length);
      expect(drawn.nLoops).toBe(0);
      if (graph.weights) expect(sorted(drawn.weights!)).toEqual(sorted(graph.weights));
      for (const direction of ["in", "out"] as const) {
        if (keepsDegrees) expect(degrees(drawn, { direction }).data).toEqual(degrees(graph, { direction }).data);
      }
    }
  });

  test("is the same from the same seed and draw, and another from another draw", () => {
    const graph = drawGraph(11, true, "positive").simple;
    const positions = new Float64Array(3 * graph.nNodes);
    const draw = (number: number) => randomise(graph, { kind, seed: 3, draw: number, positions });
    expect(draw(0)).toEqual(draw(0));
    const drawn = Array.from({ length: 8 }, (_, k) => JSON.stringify([draw(k).neighbours, draw(k).weights]));
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });
});

test("swaps reach every graph of the degrees alike (chi-square at 1e-6)", () => {
  // A ring of six in one direction: the graphs with one edge out of and into each node are the 265 derangements.
  const ring = graphOfText(6, "0-1 1-2 2-3 3-4 4-5 5-0", true);
  const counts = new Map<string, number>();
  const draws = 265 * 40;
  for (let draw = 0; draw < draws; draw++) {
    const key = randomise(ring, { seed: 1, draw, swaps: 10 }).neighbours.join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(265);
  const chiSquare = [...counts.values()].reduce((sum, c) => sum + (c - 40) ** 2 / 40, 0);
  // 264 degrees of freedom: mean 264, sd 23; the upper 1e-6 quantile is 386.
  expect(chiSquare).toBeLessThan(386);
});

test("random graphs of a density are uniform over all of them (chi-square at 1e-6)", () => {
  const graph = graphOfText(4, "0-1 1-2");
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 15 * 200; draw++) {
    const key = edgesOf(randomise(graph, { kind: "density", seed: 2, draw })).join(";");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(15);
  // 14 degrees of freedom: the upper 1e-6 quantile is 53.
  expect([...counts.values()].reduce((sum, c) => sum + (c - 200) ** 2 / 200, 0)).toBeLessThan(53);
});

test("lengths: the number of edges in each bin of length stays", async () => {
  const worm = await celegans();
  const graph = graphOf(worm).simple;
  const { positions } = worm.nodes;
  const bins = 20;
  const lengthsOf = (of: Graph) =>
    edgesOf(of).map(([i, j]) => Math.hypot(...[0, 1, 2].map((a) => positions[3 * i + a]! - positions[3 * j + a]!)));
  const given = lengthsOf(graph);
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const histogram = (lengths: number[]) => {
    const counts = new Array<number>(bins).fill(0);
    for (const d of lengths) counts[Math.min(bins - 1, Math.floor(((d - low) / (high - low)) * bins))]!++;
    return counts;
  };
  const drawn = randomise(graph, { kind: "lengths", seed: 1, positions, lengthBins: bins });
  const moved = edgesOf(drawn).filter(([i, j]) => graph.entryOf(i, j) < 0).length;
  expect(moved).toBeGreaterThan(0.3 * graph.nEdges);
  // The two square roots may put a length on the border of a bin on different sides.
  histogram(lengthsOf(drawn)).forEach((count, b) => {
    expect(Math.abs(count - histogram(given)[b]!)).toBeLessThanOrEqual(2);
  });
  expect(() => randomise(graph, { kind: "lengths", seed: 1 })).toThrow(/positions/);
});

test("strengths: in- and out-strengths of C. elegans stay within a few percent, unlike those of plain swaps", async () => {
  const graph = graphOf((await celegans()).ofTypes("excitatory", "inhibitory")).simple;
  const error = (kind: NullKind) => {
    const drawn = randomise(graph, { kind, seed: 1 });
    let [off, all] = [0, 0];
    for (const direction of ["in", "out"] as const) {
      const [a, b] = [strengths(graph, { direction }).data, strengths(drawn, { direction }).data];
      a.forEach((s, i) => {
        off += Math.abs(s - b[i]!);
        all += s;
      });
    }
    return off / all;
  };
  expect(error("strengths")).toBeLessThan(0.05);
  expect(error("degrees")).toBeGreaterThan(0.1);
});

test("a lattice has its edges nearer the diagonal than before", () => {
  const graph = drawGraph(11, false, "none").simple;
  const spread = (of: Graph) =>
    edgesOf(of).reduce((sum, [i, j]) => sum + Math.min(Math.abs(i - j), graph.nNodes - Math.abs(i - j)), 0);
  expect(spread(randomise(graph, { kind: "lattice", seed: 1 }))).toBeLessThan(spread(graph));
});

describe("the report", () => {
  test("finds the reciprocity and clustering of C. elegans above those of its degrees", async () => {
    const graph = graphOf((await celegans()).ofTypes("excitatory", "inhibitory"));
    const report = compareWithNull(graph, ["reciprocity", "mean-clustering", "density"], { seed: 4, surrogates: 60 });
    const [reciprocal, clustered, dense] = report.comparisons as [
      (typeof report.comparisons)[0],
      (typeof report.comparisons)[0],
      (typeof report.comparisons)[0],
    ];
    expect(reciprocal.z).toBeGreaterThan(5);
    expect(clustered.z).toBeGreaterThan(5);
    // Density does not vary: no z, and no difference.
    expect(dense.z).toBeNaN();
    expect(dense.p).toBe(1);
    expect(reciprocal.p).toBeCloseTo(2 / 61, 12);
    // Holm: the smallest of three is tripled.
    expect(reciprocal.pHolm).toBeCloseTo((3 * 2) / 61, 12);
    expect(report.note).toMatch(/3 measures.*Holm/);
  });

  test("p of a graph drawn from its own null model is uniform (binomial bound at 1e-6)", () => {
    const given = drawGraph(7, true, "none").simple;
    let small = 0;
    const trials = 200;
    for (let t = 0; t < trials; t++) {
      const graph = randomise(given, { seed: 100 + t, swaps: 30 });
      const { comparisons } = compareWithNull(graph, ["transitivity"], { seed: 9000 + t, surrogates: 39 });
      if (comparisons[0]!.p <= 0.1) small++;
    }
    // p ≤ 0.1 has a chance of at most 0.1, less where values are equal; 20 ± 4.2 of 200.
    expect(small).toBeLessThan(20 + 4.8 * 4.3);
  });

  test.each<[string, () => unknown]>([
    ["an unknown measure", () => compareWithNull(drawGraph(1, true, "none"), ["Q"], { seed: 1 })],
    ["no measures", () => compareWithNull(drawGraph(1, true, "none"), [], { seed: 1 })],
    ["an unknown null model", () => randomise(drawGraph(1, true, "none"), { kind: "x" as NullKind, seed: 1 })],
    ["a seed out of range", () => randomise(drawGraph(1, true, "none"), { seed: -1 })],
  ])("%s is refused", (_, call) => {
    expect(call).toThrow(/no measure|expected/);
  });
});

describe("normalised rich club (CASES O10)", () => {
  test("where random graphs have no edge in the club the ratio is NaN, with a warning, never Infinity", () => {
    // Two hubs that share an edge; every swap parts them or leaves the pair of leaves apart.
    const graph = graphOfText(8, "0-2 0-3 0-4 1-5 1-6 1-7");
    const { phi, normalised, nullMean, warnings } = richClubWithNull(graph, { seed: 1, surrogates: 20 });
    expect(Array.from(phi)).toEqual(Array.from(richClub(graph).phi));
    normalised.forEach((ratio, k) => {
      expect(Number.isFinite(ratio)).toBe(nullMean[k]! > 0);
    });
    expect(normalised[0]).toBeCloseTo(1, 12);
    const chain = richClubWithNull(graphOfText(4, "0-1 2-3"), { seed: 1, surrogates: 5 });
    expect(chain.normalised.every((r) => !Number.isFinite(r) || r === 1)).toBe(true);
    const star = richClubWithNull(graphOfText(5, "0-1 0-2 0-3 0-4"), { seed: 1, surrogates: 5 });
    expect(star.normalised).toEqual(Float64Array.of(1));
    expect(warnings.length).toBeGreaterThan(0);
  });

  test("C. elegans has a rich club: eleven hubs, tied more than in 100 random graphs (Towlson et al. 2013, J Neurosci 33:6380)", async () => {
    const worm = graphOf((await celegans()).ofTypes("excitatory", "inhibitory"));
    const { normalised, p, nodes } = richClubWithNull(worm, { seed: 2 });
    // At k = 44 eleven neurons are left, the number of the paper's rich club.
    expect(nodes[44]).toBe(11);
    expect(normalised[44]).toBeGreaterThan(1.4);
    expect(p[44]).toBe(1 / 101);
  });
});

describe("small worlds", () => {
  /** A ring of n nodes, each tied to the k nearest on both sides, each edge redirected with probability p (Watts & Strogatz). */
  const wattsStrogatz = (n: number, k: number, p: number) => {
    const random = new RandomStream(1, 12);
    const present = new Set<string>();
    const name = (i: number, j: number) => `${Math.min(i, j)}-${Math.max(i, j)}`;
    for (let i = 0; i < n; i++) for (let apart = 1; apart <= k; apart++) present.add(name(i, (i + apart) % n));
    for (const edge of [...present]) {
      if (random.uniform() >= p) continue;
      const i = Number(edge.split("-")[0]);
      const j = random.integer(n);
      if (i === j || present.has(name(i, j))) continue;
      present.delete(edge);
      present.add(name(i, j));
    }
    return graphOfText(n, [...present].join(" "));
  };
  const options = { seed: 1, surrogates: 5 };

  test("σ is well above 1, ω near 0 and the propensity high for a ring with a few shortcuts", () => {
    const graph = wattsStrogatz(200, 5, 0.05);
    expect(smallWorldSigma(graph, options).value).toBeGreaterThan(4);
    expect(Math.abs(smallWorldOmega(graph, options).value)).toBeLessThan(0.4);
    expect(smallWorldPropensity(graph, options).value).toBeGreaterThan(0.75);
  });

  test("a ring has propensity 1 − √½, ω below −0.5; a random graph ω above 0.5", () => {
    const ring = wattsStrogatz(200, 5, 0);
    // Clustering is that of the lattice, paths are its own: Δ_C = 0, Δ_L = 1.
    expect(smallWorldPropensity(ring, options).value).toBeCloseTo(1 - Math.SQRT1_2, 12);
    expect(smallWorldOmega(ring, options).value).toBeLessThan(-0.5);
    expect(smallWorldOmega(wattsStrogatz(200, 5, 1), options).value).toBeGreaterThan(0.5);
  });
});

test("Leiden's partitions are never worse than each node alone, and connected (random graphs)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.boolean(), (number, directed) => {
      const graph = drawGraph(number, directed, "positive");
      const { community, nCommunities } = communities(graph, { weighted: true, runs: 2 });
      const links = graph.undirected.simple;
      for (let c = 0; c < nCommunities; c++) {
        const members = Array.from(community.keys()).filter((i) => community[i] === c);
        const reached = new Set([members[0]!]);
        for (const i of reached) {
          for (let k = links.offsets[i]!; k < links.offsets[i + 1]!; k++) {
            if (community[links.neighbours[k]!] === c) reached.add(links.neighbours[k]!);
          }
        }
        expect(reached.size).toBe(members.length);
      }
    }),
    { numRuns: 200 },
  );
});
