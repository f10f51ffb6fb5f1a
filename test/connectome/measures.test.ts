import { describe, expect, test } from "vitest";
import {
  averageControllability,
  bettiNumbers,
  betweenness,
  celegans,
  characteristicPathLength,
  closeness,
  clustering,
  communicability,
  communities,
  connectionDensity,
  coreNumbers,
  corePeriphery,
  degreeAssortativity,
  degrees,
  directedSimplices,
  eccentricity,
  eigenvectorCentrality,
  type Graph,
  globalEfficiency,
  graphOf,
  localEfficiency,
  modalControllability,
  modularity,
  motifs,
  pageRank,
  reciprocity,
  richClub,
  signedClustering,
  spectralRadius,
  strengths,
  strongComponents,
  transitivity,
  weakComponents,
} from "wbe/connectome";
import golden from "../golden/graph-measures.json" with { type: "json" };
import { drawGraph, type Weights } from "./graphs.js";

const folded = (values: ArrayLike<number>) => {
  let [sum, ranked] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    ranked += (i + 1) * values[i]!;
  }
  return [sum, ranked];
};
const thirds = (graph: Graph) => Uint32Array.from({ length: graph.nNodes }, (_, i) => i % 3);

/** What each entry of the golden file is in wbe. */
const ofBinary: Record<string, (graph: Graph) => unknown> = {
  "in degree": (g) => folded(degrees(g, { direction: "in" }).data),
  "out degree": (g) => folded(degrees(g, { direction: "out" }).data),
  density: (g) => connectionDensity(g).value,
  reciprocity: (g) => reciprocity(g).value,
  clustering: (g) => folded(clustering(g).data),
  transitivity: (g) => transitivity(g).value,
  "path length": (g) => characteristicPathLength(g).value,
  diameter: (g) => characteristicPathLength(g).parameters.diameter,
  eccentricity: (g) => folded(eccentricity(g).data),
  "global efficiency": (g) => globalEfficiency(g).value,
  "local efficiency": (g) => folded(localEfficiency(g).data),
  betweenness: (g) => folded(betweenness(g).data),
  closeness: (g) => folded(closeness(g).data),
  "harmonic closeness": (g) => folded(closeness(g, { harmonic: true }).data),
  PageRank: (g) => folded(pageRank(g).data),
  "core number": (g) => folded(coreNumbers(g).data),
  "core number, total": (g) => folded(coreNumbers(g, { degree: "total" }).data),
  "weak components": (g) => weakComponents(g).sizes.length,
  "strong components": (g) => strongComponents(g).sizes.length,
  assortativity: (g) => degreeAssortativity(g).value,
  modularity: (g) => modularity(g.simple, thirds(g)).value,
  "modularity 1.3": (g) => modularity(g.simple, thirds(g), { resolution: 1.3 }).value,
  "core-periphery": (g) => corePeriphery(g).coreness.value,
  communicability: (g) => folded(communicability(g).data),
  "spectral radius": (g) => spectralRadius(g).value,
  "average controllability": (g) => folded(averageControllability(g, { weighted: false }).data),
  "modal controllability": (g) => folded(modalControllability(g, { weighted: false }).data),
  "motifs 3": (g) => {
    const { names, count } = motifs(g, 3);
    return Object.fromEntries(names.map((name, k) => [name, count[k]]));
  },
  "motifs 4": (g) => {
    const { pattern, count } = motifs(g, 4);
    return [pattern.length, count.reduce((a, b) => a + b, 0), count.reduce((sum, c, k) => sum + c * pattern[k]!, 0)];
  },
  "simplices and Betti": (g) => [
    Array.from(directedSimplices(g).count),
    Array.from(bettiNumbers(g, { maxDimension: 3 })),
  ],
  "rich club": (g) => Array.from(richClub(g).phi),
  eigenvector: (g) => folded(eigenvectorCentrality(g).data),
};
const weighted = { weighted: true };
const ofWeighted: Record<string, (graph: Graph) => unknown> = {
  clustering: (g) => folded(clustering(g, weighted).data),
  "path length": (g) => characteristicPathLength(g, weighted).value,
  diameter: (g) => characteristicPathLength(g, weighted).parameters.diameter,
  eccentricity: (g) => folded(eccentricity(g, weighted).data),
  "global efficiency": (g) => globalEfficiency(g, weighted).value,
  betweenness: (g) => folded(betweenness(g, weighted).data),
  closeness: (g) => folded(closeness(g, weighted).data),
  PageRank: (g) => folded(pageRank(g, weighted).data),
  assortativity: (g) => degreeAssortativity(g, weighted).value,
  modularity: (g) => modularity(g.simple, thirds(g), weighted).value,
  "core-periphery": (g) => corePeriphery(g, weighted).coreness.value,
  "spectral radius": (g) => spectralRadius(g, weighted).value,
  "rich club": (g) => Array.from(richClub(g, weighted).phi),
  "average controllability": (g) => folded(averageControllability(g).data),
  "modal controllability": (g) => folded(modalControllability(g).data),
  eigenvector: (g) => folded(eigenvectorCentrality(g, weighted).data),
  communicability: (g) => folded(communicability(g, weighted).data),
};
const ofSigned: Record<string, (graph: Graph) => unknown> = {
  "positive strength": (g) => folded(strengths(g, { direction: "out", sign: "positive" }).data),
  "negative strength": (g) => folded(strengths(g, { direction: "out", sign: "negative" }).data),
  "spectral radius": (g) => spectralRadius(g, weighted).value,
  clustering: (g) => folded(signedClustering(g).data),
  modularity: (g) => modularity(g.simple, thirds(g), weighted).value,
  "modularity 0.7": (g) => modularity(g.simple, thirds(g), { weighted: true, resolution: 0.7 }).value,
};

function measureOf(name: string): (graph: Graph) => unknown {
  const [base, kind] = name.split(/, (?=weighted$|signed$)/) as [string, string | undefined];
  const table = kind === "weighted" ? ofWeighted : kind === "signed" ? ofSigned : ofBinary;
  const found = table[base];
  if (!found) throw new Error(`no measure for "${name}"`);
  return found;
}

/** Relative to 1 or the value, whichever is larger; null in the file is NaN here. */
function expectClose(got: unknown, expected: unknown, what: string): void {
  if (Array.isArray(expected)) {
    expect(Array.isArray(got) && got.length, what).toBe(expected.length);
    expected.forEach((value, k) => {
      expectClose((got as unknown[])[k], value, what);
    });
  } else if (expected !== null && typeof expected === "object") {
    expect(got, what).toEqual(expected);
  } else if (expected === null) {
    expect(got, what).toBeNaN();
  } else {
    const error = Math.abs((got as number) - (expected as number)) / Math.max(1, Math.abs(expected as number));
    expect(error <= 1e-9, `${what}: expected ${expected}, found ${got}`).toBe(true);
  }
}

// 1e-9 is the tolerance; the file keeps 12 digits.
describe.each(Object.keys(golden.graphs))("50 random graphs, %s", (kind) => {
  const [direction, weights] = kind.split(", ") as [string, Weights];
  const table = golden.graphs[kind as keyof typeof golden.graphs] as unknown as Record<string, unknown[]>;
  const graphs = Array.from({ length: golden.parameters.graphs }, (_, k) =>
    drawGraph(k, direction === "directed", weights),
  );
  test.each(Object.keys(table))("%s is that of networkx, bctpy or NumPy", (name) => {
    const measure = measureOf(name);
    table[name]!.forEach((expected, k) => {
      if (expected !== "absent") expectClose(measure(graphs[k]!), expected, `${name} of graph ${k}`);
    });
  });
});

describe("the chemical network of C. elegans (Varshney 2011)", async () => {
  const worm = await celegans();
  const graph = graphOf(worm.ofTypes("excitatory", "inhibitory"));
  const expected = golden.celegans;
  const contacts = graph.mapWeights((w) => Math.round(w / 0.1));
  const ava = worm.indexOf("AVAL");
  const moments = ({ data }: { data: Float64Array }) => [
    data.reduce((sum, x) => sum + x, 0),
    data.reduce((sum, x) => sum + x * x, 0),
    data[ava],
  ];
  test.each<[string, unknown, unknown]>([
    ["nodes", graph.nNodes, expected.nodes],
    ["connected pairs", graph.simple.nEdges, expected.pairs],
    ["density", connectionDensity(graph).value, expected.density],
    ["reciprocity", reciprocity(graph).value, expected.reciprocity],
    ["clustering", moments(clustering(graph)), expected.clustering],
    ["weighted clustering", moments(clustering(contacts, weighted)), expected["clustering, weighted"]],
    ["transitivity", transitivity(graph).value, expected.transitivity],
    ["path length", characteristicPathLength(graph).value, expected["path length"]],
    ["diameter", characteristicPathLength(graph).parameters.diameter, expected.diameter],
    ["efficiency", globalEfficiency(graph).value, expected["global efficiency"]],
    ["betweenness", moments(betweenness(graph)), expected.betweenness],
    ["closeness", moments(closeness(graph)), expected.closeness],
    ["PageRank", moments(pageRank(contacts, weighted)), expected["PageRank, weighted"]],
    ["core numbers", moments(coreNumbers(graph)), expected["core number"]],
    ["strong components", strongComponents(graph).sizes.length, expected["strong components"]],
    ["assortativity", degreeAssortativity(graph).value, expected.assortativity],
    ["rich club", Array.from(richClub(graph).phi), expected["rich club"]],
    ["spectral radius", spectralRadius(graph.simple).value, expected["spectral radius"]],
  ])("%s is that of networkx or bctpy", (what, got, want) => {
    expectClose(got, want, what);
  });

  test("its census of triads is that of networkx", () => {
    const { names, count } = motifs(graph, 3);
    expect(Object.fromEntries(names.map((name, k) => [name, count[k]]))).toEqual(expected["motifs 3"]);
  });

  test("modularity of a given partition is that of networkx", () => {
    const byLetter = worm.nodes.labels.map((name) => name.charCodeAt(0));
    expectClose(modularity(graph.simple, byLetter).value, expected["modularity by first letter"], "modularity");
  });

  test.each(["louvain", "leiden"] as const)(
    "%s finds communities as good as 20 runs of networkx' Louvain",
    (algorithm) => {
      const found = communities(graph.binary.simple.undirected, { algorithm, runs: 20 });
      // Both are heuristics whose best of 20 runs differs in the third digit.
      expect(found.modularity.value).toBeGreaterThan(expected["best Louvain modularity, undirected"] - 0.003);
      expect(found.modularity.value).toBeCloseTo(modularity(graph.binary.simple.undirected, found.community).value, 12);
    },
  );
});
