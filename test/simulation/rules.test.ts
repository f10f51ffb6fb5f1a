/** Connection rules and distributions as the engine builds them. */
import { describe, expect, it } from "vitest";
import { log1p, RandomStream, Stream } from "wbe/core";
import { type Dist, type RuleSpec, SimulationEngine } from "wbe/simulation";
import { chiSquareRatio, kolmogorovSmirnovRatio } from "../core/goodness-of-fit.js";
import { network } from "./networks.js";

interface Built {
  readonly source: number[];
  readonly target: number[];
  readonly weights: number[];
}

/** Synapses between populations of the given sizes, or within one where `nTarget` is left out. */
async function build(rule: RuleSpec, nSource: number, nTarget?: number, weight: Dist = 1, seed = 1): Promise<Built> {
  const to = nTarget === undefined ? "from" : "to";
  const engine = await SimulationEngine.fromDescription(
    network({
      seed,
      populations: [
        { name: "from", model: "LIF", size: nSource },
        { name: "to", model: "LIF", size: nTarget ?? 1 },
      ],
      projections: [{ name: "p", from: "from", to, synapse: "ExpCurrent", rule, weight, delay: 1 }],
    }),
  );
  const { offsets, targets } = engine.view().projections[0]!;
  const source = Array.from({ length: nSource }, (_, i) => Array<number>(offsets[i + 1]! - offsets[i]!).fill(i)).flat();
  return { source, target: [...targets], weights: [...engine.weights("p").data] };
}

const countsOf = (indices: readonly number[], n: number): number[] => {
  const counts = Array<number>(n).fill(0);
  for (const i of indices) counts[i]!++;
  return counts;
};
const pairsOf = ({ source, target }: Built): string[] => source.map((s, e) => `${s} ${target[e]}`);

describe("rules", () => {
  it("one-to-one and all-to-all make the edges of their names; autapses only where allowed", async () => {
    expect(pairsOf(await build({ kind: "one-to-one" }, 3, 3))).toEqual(["0 0", "1 1", "2 2"]);
    expect(pairsOf(await build({ kind: "all-to-all" }, 2, 3))).toEqual(["0 0", "0 1", "0 2", "1 0", "1 1", "1 2"]);
    expect(pairsOf(await build({ kind: "all-to-all" }, 3))).toEqual(["0 1", "0 2", "1 0", "1 2", "2 0", "2 1"]);
    expect((await build({ kind: "all-to-all", autapses: true }, 3)).source).toHaveLength(9);
  });

  it("fixed degrees are met exactly, between unequal populations, with chosen partners uniform", async () => {
    const into = await build({ kind: "fixed-in-degree", k: 40 }, 50, 300);
    expect(countsOf(into.target, 300)).toEqual(Array(300).fill(40));
    expect(chiSquareRatio(countsOf(into.source, 50), Array(50).fill(1 / 50))).toBeLessThan(1);
    const out = await build({ kind: "fixed-out-degree", k: 40 }, 300, 50);
    expect(countsOf(out.source, 300)).toEqual(Array(300).fill(40));
    expect(chiSquareRatio(countsOf(out.target, 50), Array(50).fill(1 / 50))).toBeLessThan(1);
  });

  it.each(["fixed-in-degree", "fixed-out-degree"] as const)(
    "%s without multapses gives distinct partners, without autapses never oneself",
    async (kind) => {
      const apart = await build({ kind, k: 19, multapses: false }, 20);
      expect(new Set(pairsOf(apart)).size).toBe(380);
      expect(apart.source.some((s, e) => s === apart.target[e])).toBe(false);
      const full = await build({ kind, k: 20, multapses: false, autapses: true }, 20);
      expect(new Set(pairsOf(full)).size).toBe(400);
      const many = await build({ kind, k: 200 }, 20);
      expect(new Set(pairsOf(many)).size).toBe(380);
      expect(many.source.some((s, e) => s === many.target[e])).toBe(false);
    },
  );

  it("bernoulli takes each pair once with its probability", async () => {
    const p = 0.07;
    const found = await build({ kind: "bernoulli", p, autapses: true }, 300);
    const n = 90000;
    expect(new Set(pairsOf(found)).size).toBe(found.source.length);
    expect(Math.abs(found.source.length - p * n)).toBeLessThan(3.72 * Math.sqrt(n * p * (1 - p)));
    for (const side of [found.source, found.target]) {
      expect(chiSquareRatio(countsOf(side, 300), Array(300).fill(1 / 300))).toBeLessThan(1);
    }
    const own = found.source.filter((s, e) => s === found.target[e]).length;
    expect(Math.abs(own - 21)).toBeLessThan(3.72 * Math.sqrt(21));
    expect((await build({ kind: "bernoulli", p: 0 }, 30)).source).toHaveLength(0);
    expect((await build({ kind: "bernoulli", p: 1 }, 30)).source).toHaveLength(870);
  });

  it("edges keep every synapse, also several of one pair, with its own weight", async () => {
    const rule: RuleSpec = { kind: "edges", source: [2, 0, 2, 0, 2], target: [1, 1, 1, 1, 0] };
    const found = await build(rule, 3, 2, { values: [1, 2, 3, 4, 5] });
    expect(pairsOf(found)).toEqual(["0 1", "0 1", "2 0", "2 1", "2 1"]);
    expect(found.weights).toEqual([2, 4, 5, 1, 3]);
  });

  it("draw other edges for another seed", async () => {
    const rule: RuleSpec = { kind: "fixed-in-degree", k: 3 };
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => build(rule, 30, 30, 1, seed)));
    expect(b).toEqual(a);
    expect(c!.source).not.toEqual(a!.source);
  });
});

describe("rows", () => {
  /** hashName of the projection "p". */
  const entity = Math.imul(0x811c9dc5 ^ "p".charCodeAt(0), 0x01000193) >>> 0;

  /** Sources of each target as RandomStream draws them. */
  function drawSources(rule: RuleSpec, nSource: number, nTarget: number): number[][] {
    const stream = new RandomStream(1, Stream.construction, entity);
    const incoming = Array.from({ length: nTarget }, (): number[] => []);
    if (rule.kind === "fixed-total") {
      const random = stream.at(0);
      for (let e = 0; e < rule.n; e++) {
        const source = random.integer(nSource);
        incoming[random.integer(nTarget)]!.push(source);
      }
    } else if (rule.kind === "fixed-out-degree") {
      for (let i = 0; i < nSource; i++) {
        const random = stream.at(i);
        for (let e = 0; e < rule.k; e++) incoming[random.integer(nTarget)]!.push(i);
      }
    } else if (rule.kind === "fixed-in-degree") {
      incoming.forEach((sources, t) => {
        const random = stream.at(t);
        for (let e = 0; e < rule.k; e++) sources.push(random.integer(nSource));
      });
    } else if (rule.kind === "bernoulli") {
      incoming.forEach((sources, t) => {
        const random = stream.at(t);
        let source = -1;
        for (;;) {
          source += 1 + Math.floor(log1p(-random.uniform()) / log1p(-rule.p));
          if (source >= nSource) break;
          sources.push(source);
        }
      });
    } else {
      for (const sources of incoming) for (let i = 0; i < nSource; i++) sources.push(i);
    }
    return incoming;
  }

  it.each([
    ["fixed-in-degree, 40,000 targets", { kind: "fixed-in-degree", k: 5 } as const, 300, 40000],
    ["fixed-in-degree, more inputs than a chunk", { kind: "fixed-in-degree", k: 70000 } as const, 9, 3],
    ["fixed-out-degree, more outputs than a chunk", { kind: "fixed-out-degree", k: 70000 } as const, 3, 9],
    ["fixed-total", { kind: "fixed-total", n: 200000 } as const, 50, 60],
    ["fixed-total, more inputs than a chunk", { kind: "fixed-total", n: 200000 } as const, 40, 2],
    ["bernoulli, more sources than a chunk", { kind: "bernoulli", p: 0.01 } as const, 100000, 40],
    ["all-to-all, more sources than a chunk", { kind: "all-to-all" } as const, 70000, 3],
    ["all-to-all, targets that need 32 bits", { kind: "all-to-all" } as const, 2, 70000],
  ])("%s: sources, and weights by target, are those of the random streams", async (_, rule, nSource, nTarget) => {
    const found = await build(rule, nSource, nTarget, { uniform: [1, 2] });
    const random = new RandomStream(1, Stream.weights, entity);
    const expected: [number, number, number][] = drawSources(rule, nSource, nTarget).flatMap((sources, t) => {
      random.moveTo(entity, t);
      return sources.map((s): [number, number, number] => [s, t, Math.fround(1 + random.uniform())]);
    });
    // Stable, so that synapses of one pair stay in the order in which they were drawn.
    expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(found.weights.length).toBe(expected.length);
    const differs = expected.findIndex(
      ([s, t, w], e) => found.source[e] !== s || found.target[e] !== t || found.weights[e] !== w,
    );
    expect(differs).toBe(-1);
  });

  it("lists of values follow the rows, and must be as long as the rule makes synapses", async () => {
    const rule: RuleSpec = { kind: "fixed-in-degree", k: 2 };
    const values = Array.from({ length: 10 }, (_, e) => e + 0.5);
    expect((await build(rule, 4, 5, { values })).weights).toEqual(values);
    await expect(build(rule, 4, 5, { values: values.slice(1) })).rejects.toThrow(/expected 10 values, found 9/);
    await expect(build({ kind: "bernoulli", p: 0.5 }, 4, 5, { values: [] })).rejects.toThrow(/expected \d+ values/);
  });
});

describe("distributions of weights", () => {
  const all: RuleSpec = { kind: "all-to-all" };
  const draw = async (weight: Dist) => Float64Array.from((await build(all, 100, 100, weight)).weights);
  /** Abramowitz & Stegun 7.1.26, good to 1.5e-7. */
  const erf = (x: number): number => {
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.sign(x) * (1 - poly * Math.exp(-x * x));
  };
  const normal = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

  it.each([
    ["uniform", { uniform: [2, "5 pA"] } as Dist, (x: number) => Math.min(1, Math.max(0, (x - 2) / 3))],
    ["normal", { normal: [3, 2] } as Dist, (x: number) => normal((x - 3) / 2)],
    ["lognormal", { lognormal: ["3 pA", 0.5] } as Dist, (x: number) => normal(Math.log(x / 3) / 0.5)],
  ])("%s has its distribution function", async (_, dist, cdf) => {
    expect(kolmogorovSmirnovRatio(await draw(dist), cdf)).toBeLessThan(1);
  });

  it("clips at the bounds, in the unit of the weight", async () => {
    const values = await draw({ normal: [0, 10], clip: ["-5 pA", "0.01 nA"] });
    expect([Math.min(...values), Math.max(...values)]).toEqual([-5, 10]);
    const low = values.filter((v) => v === -5).length / values.length;
    expect(Math.abs(low - normal(-0.5))).toBeLessThan(0.02);
  });

  it("drawn again until within the bounds they have the truncated distribution", async () => {
    const [low, high] = [normal(-0.75), normal(0.5)];
    const values = await draw({ normal: [1, 2], redraw: ["-0.5 pA", 2] });
    expect(Math.min(...values)).toBeGreaterThan(-0.5);
    expect(Math.max(...values)).toBeLessThan(2);
    const cdf = (x: number) => Math.min(1, Math.max(0, (normal((x - 1) / 2) - low) / (high - low)));
    expect(kolmogorovSmirnovRatio(values, cdf)).toBeLessThan(1);
  });

  it("bounds that cannot be met, or both kinds of bounds, are errors that name the weight", async () => {
    await expect(draw({ normal: [0, 1], redraw: [9, 10] })).rejects.toThrow(/1000 draws .* 9 and 10.*"p", weight/s);
    await expect(draw({ normal: [0, 1], redraw: [1, 0] })).rejects.toThrow(/expected lower ≤ upper bound/);
    await expect(draw({ normal: [0, 1], redraw: [0, 1], clip: [0, 1] })).rejects.toThrow(/clip or redraw, found both/);
  });
});
