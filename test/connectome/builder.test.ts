import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Connectome,
  ConnectomeBuilder,
  NeuronNode,
  partnerDegrees,
  synapseCountMatrix,
  synapseDegrees,
} from "wbe/connectome";
import { Coordinate3D } from "../../src/core/coordinates.js";
import { WbeError } from "../../src/core/errors.js";
import type { Morphology } from "../../src/core/morphology.js";
import { RandomStream } from "../../src/core/random.js";
import { Stream } from "../../src/core/streams.js";

function line(n: number, spacing = 10): NeuronNode[] {
  return Array.from({ length: n }, (_, i) => new NeuronNode({ position: [i * spacing, 0, 0] }));
}

const builder = (n: number, seed = 42) => new ConnectomeBuilder({ seed }).addNeurons(line(n));

function edges(connectome: Connectome): string[] {
  const { source, target } = connectome.synapses;
  return Array.from(source, (s, k) => `${s}>${target[k]}`);
}

function columns(connectome: Connectome): number[][] {
  const { source, target, weight, delay, type } = connectome.synapses;
  return [source, target, weight, delay, type].map((column) => Array.from(column));
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof WbeError) return error.code;
    throw error;
  }
  return "no error";
}

/** ln of the binomial probability of k successes, from sums of logarithms. */
function logBinomial(n: number, k: number, p: number): number {
  let value = 0;
  for (let i = 1; i <= k; i++) value += Math.log((n - k + i) / i);
  return value + k * Math.log(p) + (n - k) * Math.log1p(-p);
}

/** Exact two-sided binomial test: total probability of all outcomes no likelier than k. */
function binomialP(n: number, k: number, p: number): number {
  const limit = logBinomial(n, k, p) + 1e-9;
  let total = 0;
  for (let j = 0; j <= n; j++) {
    const value = logBinomial(n, j, p);
    if (value <= limit) total += Math.exp(value);
  }
  return total;
}

describe("random rule", () => {
  // Seeds are fixed, so these tests are deterministic; 10⁻³ on both sides is the bound for each.
  test.each([0.02, 0.1, 0.5, 0.9])("connects a binomial number of pairs at p = %f", (p) => {
    const n = 60;
    const connectome = builder(n).applyRandomRule(p).build();
    expect(binomialP(n * (n - 1), connectome.nSynapses, p)).toBeGreaterThan(1e-3);
  });

  test("draws every pair equally often over seeds (chi-square)", () => {
    const n = 6;
    const runs = 2000;
    const counts = new Map<string, number>();
    for (let seed = 0; seed < runs; seed++) {
      for (const edge of edges(builder(n, seed).applyRandomRule(0.3).build()))
        counts.set(edge, (counts.get(edge) ?? 0) + 1);
    }
    expect(counts.size).toBe(n * (n - 1));
    const chi2 = [...counts.values()].reduce((sum, k) => sum + (k - 0.3 * runs) ** 2 / (0.3 * 0.7 * runs), 0);
    // 30 independent cells: chi-square with 30 degrees of freedom, 0.1 % and 99.9 % points (Abramowitz & Stegun 26.8).
    expect(chi2).toBeGreaterThan(11.588);
    expect(chi2).toBeLessThan(59.703);
  });

  test("p = 0 connects nothing, p = 1 everything but a neuron to itself", () => {
    expect(builder(5).applyRandomRule(0).build().nSynapses).toBe(0);
    expect(builder(5).applyRandomRule(1).build().nSynapses).toBe(20);
    expect(builder(5).applyRandomRule(1, { allowAutapses: true }).build().nSynapses).toBe(25);
  });

  test("a pair's draw depends on seed, rule and pair only: more neurons or a selection change nothing else", () => {
    const small = edges(builder(20).applyRandomRule(0.3).build());
    const large = edges(builder(40).applyRandomRule(0.3).build());
    const inSmall = (edge: string) => edge.split(">").every((i) => Number(i) < 20);
    expect(large.filter(inSmall)).toEqual(small);
    const selected = builder(40).applyRandomRule(0.3, { from: (_node, i) => i % 2 === 0, to: [1, 3, 5] });
    const isSelected = (edge: string) => {
      const [s, t] = edge.split(">").map(Number);
      return s! % 2 === 0 && [1, 3, 5].includes(t!);
    };
    expect(edges(selected.build())).toEqual(large.filter(isSelected));
  });

  test("a pair's draw is block `rule` of the sequence (source, target) of the construction stream", () => {
    const found = new Set(edges(builder(12, 7).applyRandomRule(0.4, { stream: 5 }).build()));
    for (let s = 0; s < 12; s++) {
      for (let t = 0; t < 12; t++) {
        const random = new RandomStream(7, Stream.construction, s).at(t);
        for (let word = 0; word < 4 * 5; word++) random.uint32();
        expect(found.has(`${s}>${t}`)).toBe(s !== t && random.uniform() < 0.4);
      }
    }
  });
});

describe("distance-dependent rule", () => {
  test("connects at each distance with the given probability (exact binomial test per distance)", () => {
    const n = 200;
    const connectome = builder(n, 1)
      .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))
      .build();
    const { source, target } = connectome.synapses;
    for (const steps of [1, 5, 10, 20]) {
      const hits = source.reduce((sum, s, k) => sum + (Math.abs(s - target[k]!) === steps ? 1 : 0), 0);
      expect(binomialP(2 * (n - steps), hits, 0.3 * Math.exp((-10 * steps) / 100))).toBeGreaterThan(1e-3);
    }
  });

  test("leaves out pairs beyond maxDistance without asking for their probability", () => {
    const asked: number[] = [];
    const probability = (d: number) => {
      asked.push(d);
      return 1;
    };
    const connectome = builder(6).applyDistanceDependentRule(probability, { maxDistance: 20 }).build();
    expect(Math.max(...asked)).toBe(20);
    expect(connectome.nSynapses).toBe(2 * (5 + 4));
  });

  test("a probability outside 0 … 1, NaN, or a neuron without position is refused at the call", () => {
    for (const p of [-0.1, 1.0001, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(codeOf(() => builder(3).applyDistanceDependentRule(() => p))).toBe("ARGUMENT");
    }
    const lost = builder(3).addNeurons([new NeuronNode()]);
    expect(() => lost.applyDistanceDependentRule(() => 0.5)).toThrow(/neuron 3 \(SYN-00000004\)/);
    expect(codeOf(() => lost.applyDistanceDependentRule(() => 0.5, { from: [0, 1], to: [1, 2] }))).toBe("no error");
    expect(codeOf(() => builder(3).applyDistanceDependentRule(() => 0.5, { maxDistance: -1 }))).toBe("ARGUMENT");
  });

  test("default delays are 0.5 ms plus the distance at 0.3 m/s, in float32", () => {
    const { source, target, delay } = builder(8).applyAllToAll().build().synapses;
    source.forEach((s, k) => {
      expect(delay[k]).toBe(Math.fround(0.5 + (10 * Math.abs(s - target[k]!)) / 300));
    });
  });
});

describe("fixed degrees", () => {
  test("every target gets exactly k different sources, never itself", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 25 }),
        fc.nat(1000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, seed, share) => {
          const k = Math.floor(share * (n - 1));
          const connectome = builder(n, seed).applyFixedInDegree(k).build();
          expect(Array.from(partnerDegrees(connectome).in)).toEqual(new Array(n).fill(k));
          expect(Array.from(synapseDegrees(connectome).in)).toEqual(new Array(n).fill(k));
          expect(edges(connectome).some((edge) => edge.split(">")[0] === edge.split(">")[1])).toBe(false);
        },
      ),
    );
  });

  test("every source gets exactly k synapses within the selections", () => {
    const connectome = builder(30)
      .applyFixedOutDegree(4, { from: [0, 1, 2], to: [2, 10, 11, 12, 13, 14] })
      .build();
    expect(Array.from(partnerDegrees(connectome).out.subarray(0, 3))).toEqual([4, 4, 4]);
    expect(connectome.nSynapses).toBe(12);
    expect(connectome.synapses.target.every((t) => t === 2 || (t >= 10 && t <= 14))).toBe(true);
  });

  test("sources are drawn uniformly (chi-square)", () => {
    const n = 11;
    const counts = new Array<number>(n).fill(0);
    const runs = 3000;
    for (let seed = 0; seed < runs; seed++) {
      for (const s of builder(n, seed)
        .applyFixedInDegree(1, { to: [0] })
        .build().synapses.source)
        counts[s]!++;
    }
    expect(counts[0]).toBe(0);
    const expected = runs / (n - 1);
    const chi2 = counts.slice(1).reduce((sum, k) => sum + (k - expected) ** 2 / expected, 0);
    // 9 degrees of freedom, 0.1 % and 99.9 % points (Abramowitz & Stegun 26.8).
    expect(chi2).toBeGreaterThan(1.152);
    expect(chi2).toBeLessThan(27.877);
  });

  test("with multapses k may exceed the number of candidates", () => {
    const connectome = builder(3).applyFixedInDegree(50, { allowMultapses: true }).build();
    expect(Array.from(synapseDegrees(connectome).in)).toEqual([50, 50, 50]);
    expect(Array.from(partnerDegrees(connectome).in)).toEqual([2, 2, 2]);
    const drawn = synapseCountMatrix(connectome).values;
    for (const k of drawn) expect(binomialP(50, k, 0.5)).toBeGreaterThan(1e-3);
  });

  test("more than there are candidates is refused with the numbers", () => {
    expect(() => builder(5).applyFixedInDegree(5)).toThrow(/k ≤ 4 candidates, found k = 5/);
    expect(codeOf(() => builder(5).applyFixedInDegree(5, { allowAutapses: true }))).toBe("no error");
    expect(codeOf(() => builder(5).applyFixedOutDegree(1, { from: [2], to: [2], allowMultapses: true }))).toBe(
      "ARGUMENT",
    );
    for (const k of [-1, 1.5, Number.NaN]) expect(codeOf(() => builder(5).applyFixedOutDegree(k))).toBe("ARGUMENT");
  });
});

describe("one-to-one, all-to-all, single connections", () => {
  test("one-to-one pairs the selections in their order", () => {
    expect(
      edges(
        builder(6)
          .applyOneToOne({ from: [2, 0, 1], to: [3, 4, 5] })
          .build(),
      ),
    ).toEqual(["0>4", "1>5", "2>3"]);
    expect(codeOf(() => builder(6).applyOneToOne({ from: [0, 1], to: [3] }))).toBe("ARGUMENT");
    expect(codeOf(() => builder(6).applyOneToOne())).toBe("ARGUMENT");
    expect(builder(6).applyOneToOne({ allowAutapses: true }).build().nSynapses).toBe(6);
  });

  test("all-to-all connects every ordered pair once", () => {
    expect(edges(builder(3).applyAllToAll().build())).toEqual(["0>1", "0>2", "1>0", "1>2", "2>0", "2>1"]);
  });

  test("connect takes indices, ids and labels, and keeps several synapses per pair", () => {
    const connectome = new ConnectomeBuilder({ seed: 1 })
      .addNeurons([new NeuronNode({ id: "CTX-00000007" }), new NeuronNode({ label: "AVM", region: "CEL" })])
      .connect(0, "AVM", { weight: "2 nS", delay: "1500 us" })
      .connect("CTX-00000007", 1, { weight: 3, delay: 2 })
      .build();
    expect(columns(connectome)).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
      [1.5, 2],
      [0, 0],
    ]);
    expect(connectome.nodes.ids).toEqual(["CTX-00000007", "CEL-00000001"]);
    expect(codeOf(() => builder(2).connect(0, "AVM"))).toBe("NAME_UNKNOWN");
    expect(codeOf(() => builder(2).connect(0, 2))).toBe("ARGUMENT");
    expect(codeOf(() => builder(2).connect(0, 1, { weight: "2 mV" }))).toBe("DIMENSION");
  });

  test("gap junctions are symmetric, drawn once per unordered pair, and need a weight", () => {
    const connectome = builder(40)
      .applyRandomRule(0.3, { synapse: "electrical", weight: { uniform: [1, 2] } })
      .build();
    const { source, target, weight, delay } = connectome.synapses;
    const weightOf = new Map(Array.from(source, (s, k) => [`${s}>${target[k]}`, weight[k]!]));
    source.forEach((s, k) => {
      expect(weightOf.get(`${target[k]}>${s}`)).toBe(weight[k]);
    });
    expect(delay.every((d) => d === 0)).toBe(true);
    expect(weightOf.size).toBe(connectome.nSynapses);
    expect(binomialP((40 * 39) / 2, connectome.nSynapses / 2, 0.3)).toBeGreaterThan(1e-3);
    expect(codeOf(() => builder(4).applyRandomRule(0.3, { synapse: "electrical" }))).toBe("PARAMETER_MISSING");
    expect(codeOf(() => builder(4).applyFixedInDegree(1, { synapse: "electrical", weight: 1 }))).toBe("UNSUPPORTED");
  });

  test("synapses without positions get the default delay and the result says so", () => {
    const connectome = new ConnectomeBuilder({ seed: 1 })
      .addNeurons([new NeuronNode(), new NeuronNode()])
      .applyAllToAll()
      .build();
    expect(Array.from(connectome.synapses.delay)).toEqual([1, 1]);
    expect(connectome.metadata.warnings).toEqual([
      "2 synapses between neurons without positions got the default delay of 1 ms",
    ]);
  });
});

describe("weights and delays", () => {
  test("drawn weights follow their distribution", () => {
    const { weight } = builder(100)
      .applyAllToAll({ weight: { normal: ["5 nS", 1] } })
      .build().synapses;
    const mean = weight.reduce((a, b) => a + b) / weight.length;
    const variance = weight.reduce((sum, w) => sum + (w - mean) ** 2, 0) / (weight.length - 1);
    // 9,900 normal draws: the mean within 3.3 standard errors (0.1 %), the variance within 3.3·√(2/n).
    expect(Math.abs(mean - 5)).toBeLessThan(3.3 / Math.sqrt(weight.length));
    expect(Math.abs(variance - 1)).toBeLessThan(3.3 * Math.sqrt(2 / weight.length));
    const log = builder(100)
      .applyAllToAll({ weight: { lognormal: [4, 0.5], clip: [1, 10] } })
      .build().synapses.weight;
    const median = Array.from(log).sort((a, b) => a - b)[log.length / 2]!;
    expect(Math.abs(Math.log(median / 4))).toBeLessThan(3.3 * 0.5 * Math.sqrt(Math.PI / 2 / log.length));
    expect(Math.min(...log)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...log)).toBe(10);
  });

  test("a source's weights do not depend on the other sources", () => {
    const options = { weight: { normal: [5, 1] } } as const;
    const all = builder(6).applyAllToAll(options).build();
    const one = builder(6)
      .applyAllToAll({ ...options, from: [3] })
      .build();
    const { weight, offsets } = all.synapses;
    expect(Array.from(one.synapses.weight)).toEqual(Array.from(weight.subarray(offsets[3], offsets[4])));
  });

  test("weights and delays may depend on distance", () => {
    const { weight, delay } = builder(3)
      .applyAllToAll({ from: [0], weight: (d) => d / 10, delay: (d) => 1 + d })
      .build().synapses;
    expect([Array.from(weight), Array.from(delay)]).toEqual([
      [1, 2],
      [11, 21],
    ]);
  });

  test("negative or non-finite weights and delays are refused, naming the pair", () => {
    const make = (weight: number, delay: number) => () => builder(2).connect(0, 1, { weight, delay });
    expect(make(-1, 1)).toThrow(/weight ≥ 0 nS, found -1 \(at connect, SYN-00000001 → SYN-00000002\)/);
    expect(codeOf(make(1, 0))).toBe("ARGUMENT");
    expect(codeOf(make(Number.NaN, 1))).toBe("ARGUMENT");
    expect(codeOf(() => builder(2).applyAllToAll({ weight: () => Number.NaN }))).toBe("ARGUMENT");
    expect(codeOf(() => builder(2).applyAllToAll({ weight: { normal: [0, -1] } }))).toBe("ARGUMENT");
  });
});

describe("Dale's law", () => {
  test("all chemical synapses of a neuron get one type, and the inhibitory share is exact", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(100),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, seed, share) => {
          const connectome = builder(n, seed)
            .applyRandomRule(0.3, { synapse: "inhibitory" })
            .applyDalesLaw({ inhibitoryFraction: share })
            .applyRandomRule(0.3)
            .build();
          const { source, type, weight } = connectome.synapses;
          const inhibitory = connectome.nodes.types.map((t) => t === "inhibitory");
          expect(inhibitory.filter(Boolean).length).toBe(Math.round(share * n));
          source.forEach((s, k) => {
            expect(type[k]).toBe(inhibitory[s] ? 1 : 0);
            expect(weight[k]).toBe(inhibitory[s] ? 67 : 6);
          });
        },
      ),
    );
  });

  test("given types hold, a class of the source is kept, gap junctions are left alone", () => {
    const connectome = new ConnectomeBuilder({ seed: 3 })
      .addNeurons([new NeuronNode({ type: "basket" }), new NeuronNode({ type: "pyramidal" })])
      .applyAllToAll()
      .connect(0, 1, { synapse: "electrical", weight: 1 })
      .applyDalesLaw({ types: (node) => (node.type === "basket" ? "inhibitory" : "excitatory") })
      .build();
    expect(connectome.nodes.types).toEqual(["basket", "pyramidal"]);
    expect(Array.from(connectome.synapses.type)).toEqual([1, 2, 0, 2]);
  });

  test("bad fractions, lists and second calls are refused", () => {
    for (const f of [-0.1, 1.1, Number.NaN]) {
      expect(codeOf(() => builder(3).applyDalesLaw({ inhibitoryFraction: f }))).toBe("ARGUMENT");
    }
    expect(codeOf(() => builder(3).applyDalesLaw({ types: ["excitatory"] }))).toBe("ARGUMENT");
    expect(codeOf(() => builder(3).applyDalesLaw().applyDalesLaw())).toBe("ARGUMENT");
    expect(codeOf(() => new ConnectomeBuilder({ seed: 1 }).applyDalesLaw())).toBe("EMPTY_INPUT");
  });
});

describe("builder", () => {
  const readme = (seed: number) =>
    builder(50, seed)
      .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))
      .applyDalesLaw()
      .build();

  test("equal seeds give equal columns, another seed others", () => {
    expect(columns(readme(42))).toEqual(columns(readme(42)));
    expect(columns(readme(43))).not.toEqual(columns(readme(42)));
  });

  test("rules with named streams give the same synapses in any order", () => {
    const rules = [
      (b: ConnectomeBuilder) =>
        b.applyRandomRule(0.2, { stream: 10, from: [0, 1, 2, 3, 4], weight: { normal: [5, 0.1] } }),
      (b: ConnectomeBuilder) => b.applyFixedInDegree(3, { stream: 11, from: [5, 6, 7, 8, 9] }),
      (b: ConnectomeBuilder) => b.applyDalesLaw(),
    ];
    const forward = rules.reduce((b, rule) => rule(b), builder(10)).build();
    const backward = rules.reduceRight((b, rule) => rule(b), builder(10)).build();
    expect(columns(backward)).toEqual(columns(forward));
    expect(codeOf(() => rules[0]!(rules[0]!(builder(10))))).toBe("NAME_CLASH");
  });

  test("two rules with one probability make independent draws", () => {
    const connectome = builder(60).applyRandomRule(0.5).applyRandomRule(0.5).build();
    const twice = synapseCountMatrix(connectome).values.filter((k) => k === 2).length;
    expect(binomialP(60 * 59, twice, 0.25)).toBeGreaterThan(1e-3);
  });

  test("neurons without id get the next free number of their region", () => {
    const connectome = new ConnectomeBuilder({ seed: 1 })
      .addNeurons([
        new NeuronNode({ id: "SYN-00000002" }),
        new NeuronNode(),
        new NeuronNode(),
        new NeuronNode({ region: "CA3" }),
      ])
      .addNeurons([new NeuronNode()])
      .build();
    expect(connectome.nodes.ids).toEqual([
      "SYN-00000002",
      "SYN-00000001",
      "SYN-00000003",
      "CA3-00000001",
      "SYN-00000004",
    ]);
  });

  test("no neurons, an id twice, mixed frames, bad seeds and bad selections are refused at the call", () => {
    expect(codeOf(() => new ConnectomeBuilder({ seed: 1 }).build())).toBe("EMPTY_INPUT");
    expect(codeOf(() => new ConnectomeBuilder({ seed: 1 }).addNeurons([]))).toBe("EMPTY_INPUT");
    expect(codeOf(() => new ConnectomeBuilder({ seed: 1 }).applyRandomRule(0.1))).toBe("EMPTY_INPUT");
    const twin = new NeuronNode({ id: "CTX-00000001" });
    expect(codeOf(() => new ConnectomeBuilder({ seed: 1 }).addNeurons([twin, twin]))).toBe("NAME_CLASH");
    const atlas = new NeuronNode({ position: new Coordinate3D(0, 0, 0, "atlas:CCFv3") });
    expect(codeOf(() => builder(2).addNeurons([atlas]))).toBe("FRAME_MISMATCH");
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN])
      expect(codeOf(() => new ConnectomeBuilder({ seed }))).toBe("ARGUMENT");
    for (const p of [-0.1, 1.1, Number.NaN]) expect(codeOf(() => builder(2).applyRandomRule(p))).toBe("ARGUMENT");
    expect(codeOf(() => builder(2).applyRandomRule(0.5, { from: [] }))).toBe("EMPTY_INPUT");
    expect(codeOf(() => builder(2).applyRandomRule(0.5, { from: [0, 0] }))).toBe("ARGUMENT");
    expect(codeOf(() => builder(2).applyRandomRule(0.5, { to: ["nobody"] }))).toBe("NAME_UNKNOWN");
    expect(codeOf(() => builder(20000).applyAllToAll())).toBe("LIMIT");
  });
});

describe("NeuronNode", () => {
  const morphology = (type: number[], x: number[], parent: number[]): Morphology => ({
    name: "cell 7",
    id: Int32Array.from(type, (_, i) => i + 1),
    type: Uint8Array.from(type),
    x: Float64Array.from(x),
    y: new Float64Array(x.length),
    z: new Float64Array(x.length).fill(3),
    radius: new Float64Array(x.length).fill(1),
    parent: Int32Array.from(parent),
    comments: [],
    warnings: [],
  });

  test("fromMorphology puts the neuron at the centre of its soma", () => {
    const node = NeuronNode.fromMorphology(morphology([1, 1, 1, 3], [10, 14, 12, 90], [-1, 0, 0, 0]));
    expect(node.position?.toArray()).toEqual([12, 0, 3]);
    expect([node.id, node.label, node.region, node.model]).toEqual([null, "cell 7", "SYN", "HodgkinHuxley"]);
  });

  test("a tree without soma counts from its first root", () => {
    const node = NeuronNode.fromMorphology(morphology([3, 3], [5, 90], [-1, 0]), { id: "CTX-00000009", model: "AdEx" });
    expect(node.position?.toArray()).toEqual([5, 0, 3]);
    expect([node.id, node.region, node.model]).toEqual(["CTX-00000009", "CTX", "AdEx"]);
    expect(codeOf(() => NeuronNode.fromMorphology(morphology([], [], [])))).toBe("EMPTY_INPUT");
  });

  test("nodes are immutable and refuse bad fields", () => {
    const node = new NeuronNode({ id: "CTX-00000001" });
    expect(() => Object.assign(node, { type: "x" })).toThrow(TypeError);
    expect(node.with({ type: "x" }).type).toBe("x");
    expect(codeOf(() => new NeuronNode({ id: "CTX-1" }))).toBe("ARGUMENT");
    expect(codeOf(() => new NeuronNode({ id: "CTX-00000001", region: "CA3" }))).toBe("ARGUMENT");
    expect(codeOf(() => new NeuronNode({ position: [0, Number.NaN, 0] }))).toBe("ARGUMENT");
    expect(codeOf(() => new NeuronNode({ position: new Coordinate3D(0, 0, 0, "voxel") }))).toBe("FRAME_MISMATCH");
  });
});
