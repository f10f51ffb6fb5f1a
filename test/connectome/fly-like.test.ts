/** The random wiring of the fly beside the published numbers that it is to reproduce. */
import { describe, expect, it } from "vitest";
import { type FlyLikeWiring, flyLikeWiring, flyStatistics as published } from "wbe/connectome";

interface Measures {
  connections: number;
  synapses: number;
  above: (least: number) => number;
  inDegree: Uint32Array;
  outDegree: Uint32Array;
}

function measure({ nNeurons, source, target, synapses }: FlyLikeWiring, least: number): Measures {
  const inDegree = new Uint32Array(nNeurons);
  const outDegree = new Uint32Array(nNeurons);
  const counts = synapses.map(Math.abs).filter((count) => count >= least);
  source.forEach((s, e) => {
    if (Math.abs(synapses[e]!) < least) return;
    outDegree[s]!++;
    inDegree[target[e]!]!++;
  });
  return {
    connections: counts.length,
    synapses: counts.reduce((sum, count) => sum + count, 0),
    above: (limit) => counts.filter((count) => count > limit).length,
    inDegree,
    outDegree,
  };
}

const median = (values: Uint32Array): number => values.slice().sort()[values.length >> 1]!;

function correlation(a: Uint32Array, b: Uint32Array): number {
  const mean = (x: Uint32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((x, i) => {
    ab += (x - meanA) * (b[i]! - meanB);
    aa += (x - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

/** Share of the connections of at least so many synapses whose reverse is one too. Connections stand target by target. */
function reciprocity({ nNeurons, source, target, synapses }: FlyLikeWiring, least: number): number {
  const kept = source.map((_, e) => e).filter((e) => Math.abs(synapses[e]!) >= least);
  const offsets = new Uint32Array(nNeurons + 1);
  for (const e of kept) offsets[source[e]! + 1]!++;
  for (let i = 0; i < nNeurons; i++) offsets[i + 1]! += offsets[i];
  const targets = new Uint32Array(kept.length);
  const next = offsets.slice();
  for (const e of kept) targets[next[source[e]!]!++] = target[e]!;
  const mark = new Int32Array(nNeurons).fill(-1);
  let mutual = 0;
  for (let k = 0, i = 0; i < nNeurons; i++) {
    for (let j = offsets[i]!; j < offsets[i + 1]!; j++) mark[targets[j]!] = i;
    for (; k < kept.length && target[kept[k]!] === i; k++) if (mark[source[kept[k]!]!] === i) mutual++;
  }
  return mutual / kept.length;
}

const within = (got: number, expected: number, relative: number): void => {
  expect(Math.abs(got / expected - 1), `${got} beside ${expected}`).toBeLessThan(relative);
};

describe("the fly-like wiring at full size", () => {
  const wiring = flyLikeWiring();
  const [all, strong] = [measure(wiring, 1), measure(wiring, 5)];

  it("has the neurons and connections of snapshot 783, and its synapses to 0.1 %", () => {
    expect(wiring.nNeurons).toBe(138_639);
    expect(all.connections).toBe(15_091_983);
    // The standard error of the sum is 0.05 %.
    within(all.synapses, published.synapses, 2e-3);
  });

  it("has as many connections of at least 5, more than 100 and more than 1,000 synapses", () => {
    within(strong.connections, published.connectionsOf5, 2e-3); // standard error 0.06 %
    within(strong.synapses / strong.connections, published.meanOf5, 0.01);
    // One lognormal number, fitted to neither.
    within(strong.above(100), published.connectionsAbove100, 0.15);
    within(strong.above(1000), published.connectionsAbove1000, 0.6);
    expect(strong.above(published.mostSynapses)).toBe(0);
  });

  it("has the medians and the correlation of the degrees", () => {
    // Published for intrinsic neurons, whose mean degree is 20.5; over all neurons it is 19.5.
    const scale = published.connectionsOf5 / published.neurons / published.meanDegree;
    expect(Math.abs(median(strong.inDegree) - scale * published.medianInDegree)).toBeLessThan(1);
    expect(Math.abs(median(strong.outDegree) - scale * published.medianOutDegree)).toBeLessThan(1);
    // The tail makes the correlation of one draw uncertain.
    expect(Math.abs(correlation(strong.inDegree, strong.outDegree) - published.degreeCorrelation)).toBeLessThan(0.05);
  });

  it("has the share of mutual connections, with the threshold and without", () => {
    expect(Math.abs(reciprocity(wiring, 5) - published.reciprocity)).toBeLessThan(0.003);
    expect(Math.abs(reciprocity(wiring, 1) - published.reciprocity)).toBeLessThan(0.01);
  });

  it("has the share of inhibitory neurons, each with one sign", () => {
    const share = wiring.inhibitory.reduce((sum, value) => sum + value, 0) / wiring.nNeurons;
    expect(Math.abs(share - published.inhibitory)).toBeLessThan(4 * Math.sqrt((0.38 * 0.62) / wiring.nNeurons));
    expect(wiring.source.every((s, e) => wiring.synapses[e]! < 0 === (wiring.inhibitory[s] === 1))).toBe(true);
  });
});

describe("a smaller fly-like wiring", () => {
  const options = { neurons: 10_000, seed: 4 };
  const wiring = flyLikeWiring(options);

  it("joins every pair at most once and no neuron with itself", () => {
    const pairs = new Set(Array.from(wiring.source, (s, e) => s * 10_000 + wiring.target[e]!));
    expect(pairs.size).toBe(wiring.source.length);
    expect(wiring.source.some((s, e) => s === wiring.target[e])).toBe(false);
  });

  it("is the same from the same seed and another from another", () => {
    // toEqual looks at a million numbers one by one.
    const bytes = ({ source, synapses }: FlyLikeWiring) =>
      Buffer.concat([source, synapses].map((a) => Buffer.from(a.buffer)));
    expect(bytes(flyLikeWiring(options)).equals(bytes(wiring))).toBe(true);
    expect(bytes(flyLikeWiring({ ...options, seed: 5 })).equals(bytes(wiring))).toBe(false);
  });

  it("with a least number of synapses is the same wiring less the weaker connections", () => {
    const strong = flyLikeWiring({ ...options, minSynapses: 5 });
    const kept = [...wiring.synapses.keys()].filter((e) => Math.abs(wiring.synapses[e]!) >= 5);
    expect([...strong.source]).toEqual(kept.map((e) => wiring.source[e]));
    expect([...strong.target]).toEqual(kept.map((e) => wiring.target[e]));
    expect([...strong.synapses]).toEqual(kept.map((e) => wiring.synapses[e]));
  });

  it("refuses sizes that cannot have the degrees", () => {
    expect(() => flyLikeWiring({ neurons: 9999 })).toThrow(/neurons/);
    expect(() => flyLikeWiring({ minSynapses: 0 })).toThrow(/minSynapses/);
  });
});
