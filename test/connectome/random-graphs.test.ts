import { describe, expect, test } from "vitest";
import {
  barabasiAlbert,
  blockModel,
  ConnectomeBuilder,
  configurationModel,
  degrees,
  type Graph,
  geometricGraph,
  graphOf,
  NeuronNode,
  wattsStrogatz,
} from "wbe/connectome";
import { RandomStream } from "../../src/core/random.js";
import { graphOfText } from "./graphs.js";

/** Chance, exact, that a binomial count is as far from its mean as k or farther on that side. */
function binomialTail(n: number, p: number, k: number): number {
  let logTerm = n * Math.log1p(-p);
  const terms: number[] = [];
  for (let i = 0; i <= n; i++) {
    terms.push(Math.exp(logTerm));
    logTerm += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
  return k >= n * p ? sum(terms.slice(k)) : sum(terms.slice(0, k + 1));
}

const nodes = (n: number) => Array.from({ length: n }, () => new NeuronNode({ region: "TST" }));

describe("small worlds (Watts & Strogatz)", () => {
  test("p = 0 is the ring, every p keeps n·k/2 edges, and every node starts at least k/2 edges", () => {
    const ring = wattsStrogatz(20, 4, 0, { seed: 1 });
    for (let i = 0; i < 20; i++) {
      for (const apart of [1, 2]) expect(ring.entryOf(i, (i + apart) % 20)).toBeGreaterThanOrEqual(0);
    }
    for (const p of [0, 0.2, 1]) {
      const graph = wattsStrogatz(50, 6, p, { seed: 2 });
      expect(graph.nEdges).toBe(150);
      expect(graph.nLoops).toBe(0);
      expect(degrees(graph).data.every((d) => d >= 3)).toBe(true);
    }
  });

  test("the share of edges that moved is p (exact binomial bound 1e-6)", () => {
    const [n, k, p] = [2000, 4, 0.1];
    const graph = wattsStrogatz(n, k, p, { seed: 3 });
    let left = 0;
    for (let i = 0; i < n; i++) for (const a of [1, 2]) if (graph.entryOf(i, (i + a) % n) >= 0) left++;
    // A moved edge lands on a place of the ring now and then: 4 of 2,000 places.
    expect(binomialTail((n * k) / 2, 1 - p * (1 - k / n), left)).toBeGreaterThan(1e-6);
  });
});

describe("scale-free graphs (Barabási & Albert)", () => {
  test("m·(n − m) edges, each node at least m of them, no loops", () => {
    const graph = barabasiAlbert(300, 3, { seed: 1 });
    expect(graph.nEdges).toBe(3 * 297);
    expect(graph.nLoops).toBe(0);
    const { data } = degrees(graph);
    // The leaves of the first star may stay with one edge.
    expect(
      Array.from(data)
        .slice(4)
        .every((d) => d >= 3),
    ).toBe(true);
  });

  test("m = 1: the share of nodes of degree k is 4/(k(k+1)(k+2)) (binomial bounds 1e-6; Krapivsky et al. 2000)", () => {
    const n = 20_000;
    const { data } = degrees(barabasiAlbert(n, 1, { seed: 5 }));
    for (const k of [1, 2, 3, 4]) {
      const found = data.filter((d) => d === k).length;
      const p = 4 / (k * (k + 1) * (k + 2));
      // Counts of a growing graph vary less than binomial ones; 5 standard deviations.
      expect(Math.abs(found - n * p)).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)));
    }
  });
});

describe("the configuration model", () => {
  test("keeps every degree, with parallel edges as weights", () => {
    const random = new RandomStream(1, 12);
    const out = Array.from({ length: 200 }, () => random.integer(9));
    const into = random.shuffle(out.slice());
    const graph = configurationModel(out, into, { seed: 4 });
    const sums = (of: Graph) =>
      Array.from({ length: 200 }, (_, i) => {
        let sum = 0;
        for (let k = of.offsets[i]!; k < of.offsets[i + 1]!; k++) sum += of.weights ? of.weights[k]! : 1;
        return sum;
      });
    expect(sums(graph)).toEqual(out);
    expect(sums(graph.reversed)).toEqual(into);
  });

  test("joins ends uniformly: a loop has the chance 1/2 where two nodes have one end each", () => {
    let loops = 0;
    for (let seed = 0; seed < 400; seed++) if (configurationModel([1, 1], [1, 1], { seed }).nLoops > 0) loops++;
    expect(binomialTail(400, 0.5, loops)).toBeGreaterThan(1e-6);
  });
});

test("block models have the number of edges of each block's probability (exact binomial bounds 1e-6) and no loops", () => {
  const sizes = [40, 60, 1];
  const p = [
    [0.5, 0.05, 1],
    [0.2, 0.02, 0],
    [0.3, 1, 1],
  ];
  const graph = blockModel(sizes, p, { seed: 8 });
  const first = [0, 40, 100, 101];
  sizes.forEach((rows, a) => {
    sizes.forEach((columns, b) => {
      let found = 0;
      for (let i = first[a]!; i < first[a + 1]!; i++) {
        for (let j = first[b]!; j < first[b + 1]!; j++) if (graph.entryOf(i, j) >= 0) found++;
      }
      const pairs = rows * columns - (a === b ? rows : 0);
      const chance = p[a]![b]!;
      if (chance === 0 || chance === 1) expect(found).toBe(pairs * chance);
      else expect(binomialTail(pairs, chance, found)).toBeGreaterThan(1e-6);
    });
  });
  expect(graph.nLoops).toBe(0);
});

test.each([undefined, [10, 10, 10] as const])(
  "geometric graphs join exactly the near pairs, with period %j",
  (period) => {
    const random = new RandomStream(2, 13);
    const n = 150;
    const positions = Float64Array.from({ length: 3 * n }, () => 25 * random.uniform() - 5);
    const graph = geometricGraph(positions, 2.4, { period });
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const squares = [0, 1, 2].map((axis) => {
          const apart = Math.abs(positions[3 * i + axis]! - positions[3 * j + axis]!);
          const wrapped = period ? Math.abs(apart - 10 * Math.round(apart / 10)) : apart;
          return wrapped * wrapped;
        });
        const near = i !== j && Math.sqrt(squares.reduce((a, b) => a + b, 0)) < 2.4;
        expect(graph.entryOf(i, j) >= 0).toBe(near);
      }
    }
  },
);

test("equal seeds give equal graphs, others others", () => {
  const all = (seed: number) => [
    wattsStrogatz(60, 4, 0.3, { seed }),
    barabasiAlbert(60, 2, { seed }),
    configurationModel(new Uint32Array(60).fill(3), new Uint32Array(60).fill(3), { seed }),
    blockModel(
      [30, 30],
      [
        [0.2, 0.1],
        [0.1, 0.3],
      ],
      { seed },
    ),
  ];
  expect(all(1)).toEqual(all(1));
  const [one, two] = [all(1), all(2)];
  one.forEach((graph, k) => {
    expect(graph.neighbours).not.toEqual(two[k]!.neighbours);
  });
});

describe("synapses by graph", () => {
  test("each directed edge is one synapse, an undirected one two, of gap junctions one pair", () => {
    const directed = graphOfText(3, "0>1 1>2 2>0", true);
    const build = (graph: Graph, synapse: "excitatory" | "electrical" = "excitatory") =>
      new ConnectomeBuilder({ seed: 1 })
        .addNeurons(nodes(graph.nNodes))
        .applyGraph(graph, { synapse, weight: 2 })
        .build();
    expect(graphOf(build(directed)).binary).toEqual(directed);
    const undirected = graphOfText(3, "0-1 1-2");
    expect(build(undirected).nSynapses).toBe(4);
    expect(build(undirected, "electrical").nSynapses).toBe(4);
    expect(build(directed, "electrical").nSynapses).toBe(6);
  });

  test("a graph joins the chosen neurons only, in their order", () => {
    const connectome = new ConnectomeBuilder({ seed: 1 })
      .addNeurons(nodes(6))
      .applyGraph(graphOfText(2, "0>1", true), { neurons: [4, 2] })
      .build();
    expect([Array.from(connectome.synapses.source), Array.from(connectome.synapses.target)]).toEqual([[4], [2]]);
  });

  test.each<[string, () => unknown]>([
    [
      "a graph of another size",
      () => new ConnectomeBuilder({ seed: 1 }).addNeurons(nodes(3)).applyGraph(graphOfText(2, "0-1")),
    ],
    ["a loop", () => new ConnectomeBuilder({ seed: 1 }).addNeurons(nodes(2)).applyGraph(graphOfText(2, "0-0"))],
    ["an odd k", () => wattsStrogatz(10, 3, 0, { seed: 1 })],
    ["k of all nodes", () => wattsStrogatz(10, 10, 0, { seed: 1 })],
    ["m of all nodes", () => barabasiAlbert(3, 3, { seed: 1 })],
    ["degrees of other sums", () => configurationModel([1, 2], [1, 1], { seed: 1 })],
    ["a probability above 1", () => blockModel([2], [[1.5]], { seed: 1 })],
    ["a table of another size", () => blockModel([2, 2], [[0.5]], { seed: 1 })],
    ["a radius of 0", () => geometricGraph([0, 0, 0], 0)],
    ["a period below two radii", () => geometricGraph([0, 0, 0], 6, { period: [10, 20, 20] })],
  ])("%s is refused", (_, call) => {
    expect(call).toThrow(/expected|join a node to itself/);
  });
});
