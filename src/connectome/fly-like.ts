/**
 * A random wiring with the published statistics of the brain of an adult female fruit fly (FlyWire): neurons, connections,
 * synapses, their distribution over connections, degrees with heavy tails, reciprocal connections, inhibition. Who is who
 * is not in it: no cell types, no neuropils, no left and right.
 *
 * What it reproduces, and the source of each number, stands in `flyStatistics`; the tests measure them all.
 *
 * How: each neuron draws how strongly it sends and receives (two correlated lognormal numbers). Reciprocal pairs are drawn
 * first, with the smaller of the two as propensity. Then each neuron takes the rest of its inputs from senders in proportion
 * to theirs, every pair at most once. Synapses per connection are a lognormal number rounded up.
 *
 * @module
 */
import { requireInteger } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { exp, log } from "../core/math.js";
import { normalQuantile } from "../core/normal-quantile.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { AliasTable } from "./alias-table.js";
import type { SignedWiring } from "./signed-wiring.js";

/** Published numbers of the FlyWire brain. "≥ 5": connections with at least five synapses, the rest left out. */
export const flyStatistics = Object.freeze({
  /** Neurons of the computational model in snapshot 783 (Completeness_783.csv of Shiu et al. 2024, Nature 634:210). */
  neurons: 138_639,
  /** Pairs with at least one synapse, snapshot 783 (Connectivity_783.parquet of Shiu et al.; "15.1 million": Schlegel et al. 2024, Nature 634:139). */
  connections: 15_091_983,
  /** Synapses between them ("54.5 million": Dorkenwald et al. 2024, Nature 634:124). */
  synapses: 54_492_922,
  /** Connections ≥ 5 synapses, > 100 and > 1,000 (Dorkenwald et al. 2024). */
  connectionsOf5: 2_700_513,
  connectionsAbove100: 15_837,
  connectionsAbove1000: 27,
  /** Mean synapses of connections ≥ 5, and the most that one has; snapshot 630 (Lin et al. 2024, Nature 634:153). */
  meanOf5: 12.61,
  mostSynapses: 2358,
  /** Degrees of intrinsic neurons, ≥ 5: mean, medians (Dorkenwald et al. 2024), correlation of in- and out-degree (both papers). */
  meanDegree: 20.5,
  medianInDegree: 11,
  medianOutDegree: 13,
  degreeCorrelation: 0.76,
  /** Share of the connections ≥ 5 whose reverse is one, snapshot 630; "did not change much" with the threshold (Lin et al. 2024). */
  reciprocity: 0.138,
  /** Share of glutamate (0.24) and GABA (0.14), the transmitters taken as inhibitory (Shiu et al. 2024, Methods, from Eckstein et al. 2024). */
  inhibitory: 0.38,
});

export interface FlyLikeOptions {
  /** 138,639 by default. Fewer keep the number of connections of a neuron, so that chance alone joins more pairs both ways. */
  neurons?: number;
  seed?: number;
  /** Connections with fewer synapses are left out: 1 (default) is the published model, 5 the published graph analyses. */
  minSynapses?: number;
}

export interface FlyLikeWiring extends SignedWiring {
  /** 1 for the neurons whose connections inhibit. */
  readonly inhibitory: Uint8Array;
}

/** The connections that count in the published graph analyses. */
const strong = 5;

/**
 * Sources come target by target. The same options give the same wiring on every machine.
 *
 * @throws WbeError ARGUMENT for fewer than 10,000 neurons, too few to have the degrees.
 */
export function flyLikeWiring(options: FlyLikeOptions = {}): FlyLikeWiring {
  const { neurons = flyStatistics.neurons, seed = 1, minSynapses = 1 } = options;
  requireInteger(neurons, 10_000, 2 ** 24, "neurons");
  requireInteger(minSynapses, 1, flyStatistics.mostSynapses, "minSynapses");
  const n = Math.round((flyStatistics.connections / flyStatistics.neurons) * neurons);
  const { sends, receives } = drawPropensities(neurons, seed);
  const mutual = drawMutualPairs(sends, receives, n, seed);
  const { source, target, mutualCount } = connect(sends, receives, mutual, n, seed);
  const cells = new RandomStream(seed, Stream.cellTypes);
  const inhibitory = Uint8Array.from({ length: neurons }, () => (cells.uniform() < flyStatistics.inhibitory ? 1 : 0));
  const synapses = drawSynapses(source, target, mutualCount, seed);
  for (let e = 0; e < n; e++) if (inhibitory[source[e]!] === 1) synapses[e] = -synapses[e]!;
  const all = { nNeurons: neurons, source, target, synapses, inhibitory };
  return minSynapses === 1 ? all : keepStrong(all, minSynapses);
}

/** Draws of one purpose each: entities of the construction stream. */
const entity = { propensity: 0xf1a0, mutual: 0xf1a1, sources: 0xf1a2, synapses: 0xf1a3 };

/**
 * Lognormal numbers of mean 1, one pair for each neuron. Spread from mean over median of the published degrees; the
 * correlation ρ of the logs from that of the degrees: R = (e^(ρ·σ₁·σ₂) − 1)/√((e^σ₁² − 1)(e^σ₂² − 1)).
 */
function drawPropensities(neurons: number, seed: number): { sends: Float64Array; receives: Float64Array } {
  const { meanDegree, medianInDegree, medianOutDegree, degreeCorrelation } = flyStatistics;
  const variance = { in: 2 * log(meanDegree / medianInDegree), out: 2 * log(meanDegree / medianOutDegree) };
  const [sdIn, sdOut] = [Math.sqrt(variance.in), Math.sqrt(variance.out)];
  const covariance = log(1 + degreeCorrelation * Math.sqrt((exp(variance.in) - 1) * (exp(variance.out) - 1)));
  const rho = covariance / (sdIn * sdOut);
  const rest = Math.sqrt(1 - rho * rho);
  const random = new RandomStream(seed, Stream.construction, entity.propensity);
  const sends = new Float64Array(neurons);
  const receives = new Float64Array(neurons);
  for (let i = 0; i < neurons; i++) {
    const common = random.normal();
    receives[i] = exp(sdIn * common - variance.in / 2);
    sends[i] = exp(sdOut * (rho * common + rest * random.normal()) - variance.out / 2);
  }
  return { sends, receives };
}

/** Partners of each neuron that it is joined with both ways: those of i stand at offsets[i] … offsets[i+1]−1. */
interface MutualPairs {
  readonly offsets: Uint32Array;
  readonly partners: Uint32Array;
}

function drawMutualPairs(sends: Float64Array, receives: Float64Array, n: number, seed: number): MutualPairs {
  const neurons = sends.length;
  // Connections drawn one by one find their reverse by chance, E·(Σ sᵢ·rᵢ/N²)² of them: 0.005 in the whole brain, and of
  // those of at least five synapses 0.001.
  let product = 0;
  for (let i = 0; i < neurons; i++) product += sends[i]! * receives[i]!;
  const byChance =
    (flyStatistics.connectionsOf5 / flyStatistics.connections) * n * (product / (neurons * neurons)) ** 2;
  const share = Math.max(0, (flyStatistics.reciprocity - byChance) / (1 - byChance));
  const count = Math.round((share * n) / 2);
  const table = new AliasTable(Float64Array.from(sends, (s, i) => Math.min(s, receives[i]!)));
  const random = new RandomStream(seed, Stream.construction, entity.mutual);
  const taken = new PairSet(count);
  const pairs = new Uint32Array(2 * count);
  for (let k = 0; k < count; ) {
    const a = table.draw(random.uint32() / 2 ** 32);
    const b = table.draw(random.uint32() / 2 ** 32);
    if (a === b || !taken.add(Math.min(a, b) * neurons + Math.max(a, b))) continue;
    pairs[2 * k] = a;
    pairs[2 * k + 1] = b;
    k++;
  }
  const offsets = new Uint32Array(neurons + 1);
  for (const i of pairs) offsets[i + 1]!++;
  for (let i = 0; i < neurons; i++) offsets[i + 1]! += offsets[i];
  const next = offsets.slice(0, neurons);
  const partners = new Uint32Array(2 * count);
  for (let k = 0; k < pairs.length; k++) partners[next[pairs[k]!]!++] = pairs[k ^ 1]!;
  return { offsets, partners };
}

function connect(
  sends: Float64Array,
  receives: Float64Array,
  mutual: MutualPairs,
  n: number,
  seed: number,
): { source: Uint32Array; target: Uint32Array; mutualCount: Uint32Array } {
  const neurons = sends.length;
  const degreeOf = (i: number): number => mutual.offsets[i + 1]! - mutual.offsets[i]!;
  const mean = n / neurons;
  const rest = (i: number, propensity: number): number => Math.max(0, mean * propensity - degreeOf(i));
  const table = new AliasTable(Float64Array.from(sends, (s, i) => rest(i, s)));
  // Whole numbers of further inputs that add up: the running sum is rounded, not each.
  const wanted = Float64Array.from(receives, (r, i) => rest(i, r));
  const scale = (n - mutual.partners.length) / wanted.reduce((sum, value) => sum + value, 0);
  const source = new Uint32Array(n);
  const target = new Uint32Array(n);
  const mutualCount = new Uint32Array(neurons);
  const lastTarget = new Int32Array(neurons).fill(-1);
  const random = new RandomStream(seed, Stream.construction, entity.sources);
  let [at, sum, drawn] = [0, 0, 0];
  for (let t = 0; t < neurons; t++) {
    lastTarget[t] = t;
    for (let k = mutual.offsets[t]!; k < mutual.offsets[t + 1]!; k++) {
      const partner = mutual.partners[k]!;
      lastTarget[partner] = t;
      source[at] = partner;
      target[at++] = t;
    }
    mutualCount[t] = degreeOf(t);
    sum += scale * wanted[t]!;
    const end = t === neurons - 1 ? n - mutual.partners.length : Math.round(sum);
    random.moveTo(entity.sources, t);
    for (let misses = 0; drawn < end; ) {
      const s = table.draw(random.uint32() / 2 ** 32);
      if (lastTarget[s] === t) {
        if (++misses > 1000 * neurons) throw tooFew(neurons);
        continue;
      }
      lastTarget[s] = t;
      source[at] = s;
      target[at++] = t;
      drawn++;
    }
  }
  return { source, target, mutualCount };
}

function tooFew(neurons: number): WbeError {
  return new WbeError("ARGUMENT", `${neurons} neurons are too few for the degrees of the fly`, {
    remedy: "Take more neurons.",
  });
}

/**
 * Synapses of a connection: ⌈X⌉ of a lognormal X with the two numbers that give the published share of connections with at
 * least 5 synapses and the published mean. The mean of those with at least 5, and how many have more than 100 and more than
 * 1,000, follow: 12.60, 14,100 and 22.
 */
const lognormal = { mu: 0.03497705445185928, sigma: 1.4697433624676712 };

/** counts[k] synapses or fewer have cumulative probability cumulative[k]. */
function cumulativeSynapses(): Float64Array {
  const cumulative = new Float64Array(flyStatistics.mostSynapses + 1);
  for (let k = 1; k < flyStatistics.mostSynapses; k++)
    cumulative[k] = normalCdf((log(k) - lognormal.mu) / lognormal.sigma);
  cumulative[flyStatistics.mostSynapses] = 1;
  return cumulative;
}

/** By bisection of its inverse: a table is made once, and one function of ours less has to be right. */
function normalCdf(z: number): number {
  let [low, high] = [0, 1];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (middle > 0 && middle < 1 && normalQuantile(middle) > z) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Both connections of a mutual pair have at least five synapses, or neither: only so can the share of mutual connections be
 * the same above the threshold and without it. Within these bounds the two are independent.
 */
function drawSynapses(source: Uint32Array, target: Uint32Array, mutualCount: Uint32Array, seed: number): Int32Array {
  const cumulative = cumulativeSynapses();
  const weak = cumulative[strong - 1]!;
  const guideSize = 4096;
  const guide = new Uint16Array(guideSize + 1);
  for (let g = 0, k = 1; g <= guideSize; g++) {
    while (cumulative[k]! < g / guideSize) k++;
    guide[g] = k;
  }
  const count = (u: number): number => {
    let k = guide[Math.floor(u * guideSize)]!;
    while (cumulative[k]! <= u) k++;
    return k;
  };
  const random = new RandomStream(seed, Stream.weights, entity.synapses);
  const pair = new RandomStream(seed, Stream.weights, entity.synapses + 1);
  const synapses = new Int32Array(source.length);
  let [previous, first] = [-1, 0];
  for (let e = 0; e < source.length; e++) {
    const t = target[e]!;
    if (t !== previous) {
      previous = t;
      first = e;
      random.moveTo(entity.synapses, t);
    }
    let u = random.uint32() / 2 ** 32;
    if (e - first < mutualCount[t]!) {
      const s = source[e]!;
      const isStrong = pair.moveTo(Math.min(s, t), Math.max(s, t)).uniform() >= weak;
      u = isStrong ? weak + u * (1 - weak) : u * weak;
      if (u >= 1) u = 1 - 2 ** -32; // rounding
    }
    synapses[e] = count(u);
  }
  return synapses;
}

function keepStrong(wiring: FlyLikeWiring, least: number): FlyLikeWiring {
  const kept = wiring.synapses.reduce((sum, value) => sum + (Math.abs(value) >= least ? 1 : 0), 0);
  const source = new Uint32Array(kept);
  const target = new Uint32Array(kept);
  const synapses = new Int32Array(kept);
  let at = 0;
  for (let e = 0; e < wiring.synapses.length; e++) {
    if (Math.abs(wiring.synapses[e]!) < least) continue;
    source[at] = wiring.source[e]!;
    target[at] = wiring.target[e]!;
    synapses[at++] = wiring.synapses[e]!;
  }
  return { ...wiring, source, target, synapses };
}

/** Open addressing over whole numbers below 2⁵³; never full. */
class PairSet {
  private readonly slots: Float64Array;
  private readonly mask: number;

  constructor(size: number) {
    let slots = 16;
    while (slots < 2 * size) slots *= 2;
    this.slots = new Float64Array(slots).fill(-1);
    this.mask = slots - 1;
  }

  /** False when it was there. */
  add(key: number): boolean {
    const hash = Math.imul(
      ((key % 0x100000000) | 0) ^ Math.imul(Math.floor(key / 0x100000000), 0x85ebca6b),
      0x9e3779b1,
    );
    for (let slot = (hash >>> 8) & this.mask; ; slot = (slot + 1) & this.mask) {
      if (this.slots[slot] === key) return false;
      if (this.slots[slot] === -1) {
        this.slots[slot] = key;
        return true;
      }
    }
  }
}
