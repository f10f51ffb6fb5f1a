import { describe, expect, it } from "vitest";
import { WbeError } from "../../src/core/errors.js";
import { philox4x32, RandomStream } from "../../src/core/random.js";
import { Stream } from "../../src/core/streams.js";
import golden from "../golden/philox4x32-10.json" with { type: "json" };
import { chiSquareRatio, kolmogorovSmirnovRatio, meanAndVariance } from "./goodness-of-fit.js";

function block(counter: [number, number, number, number], key: [number, number]): number[] {
  const out = new Uint32Array(4);
  philox4x32(...counter, ...key, out);
  return [...out];
}

function errorCode(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof WbeError) return error.code;
    throw error;
  }
  return "none";
}

/** Φ(x) by its Taylor series, and erfc's continued fraction is not needed for |x| < 6. */
function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 400; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

describe("philox4x32", () => {
  it("gives the known answers published with Random123 (tests/kat_vectors, philox4x32 10)", () => {
    expect(block([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    const ones = 0xffffffff;
    expect(block([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });
});

describe("philox4x32 against randomgen and big integers", () => {
  it("gives every vector of test/golden/philox4x32-10.json", () => {
    expect(golden.vectors.length).toBeGreaterThan(10);
    for (const { counter, key, result } of golden.vectors) {
      expect(block(counter as [number, number, number, number], key as [number, number])).toEqual(result);
    }
  });
});

describe("RandomStream", () => {
  // Words made with randomgen 2.x, Philox(number=4, width=32), at these counters and keys.
  it("is Philox with key (seed, stream) and counter (entity, step, draw, 0), as an independent implementation has it", () => {
    const random = new RandomStream(42, 3, 7).at(1000);
    const words = Array.from({ length: 8 }, () => random.uint32());
    expect(words).toEqual([
      1575424256, 1044851257, 781815896, 4033261456, 3408698646, 1775812411, 3128015973, 869808658,
    ]);
    const last = new RandomStream(4294967295, 11).moveTo(4294967295, 5);
    for (let i = 0; i < 8; i++) last.uint32();
    expect(Array.from({ length: 4 }, () => last.uint32())).toEqual([3259159901, 3615400296, 875166982, 2011663296]);
  });

  it("gives the same numbers for an entity and step in whatever order they are asked for", () => {
    const forwards: number[] = [];
    const random = new RandomStream(5, Stream.noise);
    for (let e = 0; e < 4; e++) for (let s = 0; s < 4; s++) forwards.push(random.moveTo(e, s).normal());
    for (let i = 15; i >= 0; i--) {
      const alone = new RandomStream(5, Stream.noise).for(i >> 2).at(i & 3);
      expect(alone.normal()).toBe(forwards[i]);
    }
  });

  it("leaves a sequence as it is when others are made from it", () => {
    const a = new RandomStream(9, 1);
    const b = new RandomStream(9, 1);
    a.uint32();
    b.uint32();
    a.at(3).uint32();
    a.for(4).uint32();
    expect(a.uint32()).toBe(b.uint32());
  });

  it("continues to the bit from a saved state, at every place within a block", () => {
    for (let used = 0; used < 9; used++) {
      const random = new RandomStream(3, 2, 1).at(8);
      for (let i = 0; i < used; i++) random.uint32();
      const copy = RandomStream.resume(random.state);
      for (let i = 0; i < 6; i++) expect(copy.uint32()).toBe(random.uint32());
    }
  });

  it("differs when any of seed, stream, entity or step differs", () => {
    const first = (r: RandomStream) => r.uniform();
    const all = [
      first(new RandomStream(1, 1)),
      first(new RandomStream(2, 1)),
      first(new RandomStream(1, 2)),
      first(new RandomStream(1, 1, 1)),
      first(new RandomStream(1, 1).at(1)),
    ];
    expect(new Set(all).size).toBe(5);
  });

  it("refuses a seed, entity or step that is not a whole 32-bit number", () => {
    for (const bad of [-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(errorCode(() => new RandomStream(bad, 1))).toBe("ARGUMENT");
      expect(errorCode(() => new RandomStream(1, 1, bad))).toBe("ARGUMENT");
      expect(errorCode(() => new RandomStream(1, 1).at(bad))).toBe("ARGUMENT");
    }
    expect(errorCode(() => new RandomStream("7" as unknown as number, 1))).toBe("ARGUMENT");
  });

  it("lists every stream number once", () => {
    const numbers = Object.values(Stream);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe("continuous distributions", () => {
  const n = 100_000;

  it("uniform fits U(0, 1) (Kolmogorov–Smirnov at 1e-4) and uses all 53 bits", () => {
    const sample = new RandomStream(1, 1).fillUniform(new Float64Array(n));
    expect(kolmogorovSmirnovRatio(sample, (x) => x)).toBeLessThan(1);
    expect(sample.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 2 ** 53))).toBe(true);
    expect(sample.some((x) => (x * 2 ** 53) % 2 === 1)).toBe(true);
  });

  it("uniform pairs fill the square evenly (chi-square on 32×32 cells at 1e-4)", () => {
    const random = new RandomStream(2, 1);
    const counts = new Float64Array(1024);
    for (let i = 0; i < n; i++) {
      const cell = 32 * Math.floor(32 * random.uniform()) + Math.floor(32 * random.uniform());
      counts[cell]! += 1;
    }
    expect(chiSquareRatio(counts, new Float64Array(1024).fill(1 / 1024))).toBeLessThan(1);
  });

  it("the first number of neighbouring entities and of neighbouring steps fits U(0, 1)", () => {
    const random = new RandomStream(3, 1);
    const byEntity = Float64Array.from({ length: n }, (_, i) => random.moveTo(i, 0).uniform());
    const byStep = Float64Array.from({ length: n }, (_, i) => random.moveTo(0, i).uniform());
    expect(kolmogorovSmirnovRatio(byEntity, (x) => x)).toBeLessThan(1);
    expect(kolmogorovSmirnovRatio(byStep, (x) => x)).toBeLessThan(1);
    let product = 0;
    for (let i = 1; i < n; i++) product += (byEntity[i]! - 0.5) * (byEntity[i - 1]! - 0.5);
    expect(Math.abs((product / n) * 12)).toBeLessThan(4 / Math.sqrt(n)); // correlation, 4 standard errors
  });

  it("float32 fills stay below 1 and fit U(0, 1)", () => {
    const sample = new RandomStream(4, 1).fillUniform(new Float32Array(n));
    expect(sample.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(kolmogorovSmirnovRatio(Float64Array.from(sample), (x) => x)).toBeLessThan(1);
  });

  it("normal fits N(0, 1) (Kolmogorov–Smirnov at 1e-4), with kurtosis 3 within 4 standard errors", () => {
    const sample = new RandomStream(5, 1).fillNormal(new Float64Array(n));
    expect(kolmogorovSmirnovRatio(sample, normalCdf)).toBeLessThan(1);
    const fourth = sample.reduce((sum, x) => sum + x ** 4, 0) / n;
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  it("normal has the asked mean and standard deviation; sd 0 gives the mean", () => {
    const random = new RandomStream(6, 1);
    const { mean, variance } = meanAndVariance(Float64Array.from({ length: n }, () => random.normal(-65, 5)));
    expect(Math.abs(mean + 65)).toBeLessThan((4 * 5) / Math.sqrt(n));
    expect(Math.abs(variance / 25 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(random.normal(3, 0)).toBe(3);
  });

  it("lognormal is the exponential of N(mu, sigma)", () => {
    const random = new RandomStream(7, 1);
    const sample = Float64Array.from({ length: n }, () => random.lognormal(-0.7, 0.9));
    expect(kolmogorovSmirnovRatio(sample, (x) => normalCdf((Math.log(x) + 0.7) / 0.9))).toBeLessThan(1);
  });

  it("exponential fits 1 − exp(−x/mean); mean 0 gives 0", () => {
    const random = new RandomStream(8, 1);
    const sample = Float64Array.from({ length: n }, () => random.exponential(20));
    expect(kolmogorovSmirnovRatio(sample, (x) => 1 - Math.exp(-x / 20))).toBeLessThan(1);
    expect(Math.abs(random.exponential(0))).toBe(0);
  });

  it("uniformBetween stays in [low, high) even where the interval is one unit in the last place", () => {
    const random = new RandomStream(9, 1);
    const high = 1 + 2 ** -52;
    for (let i = 0; i < 1000; i++) expect(random.uniformBetween(1, high)).toBe(1);
    expect(random.uniformBetween(2, 2)).toBe(2);
    for (let i = 0; i < 1000; i++) {
      const x = random.uniformBetween(-3, 5);
      expect(x >= -3 && x < 5).toBe(true);
    }
  });
});

describe("discrete choices", () => {
  it("integer(n) is uniform, also for n near 3·2^30, where taking a remainder is biased by one half", () => {
    const random = new RandomStream(1, 1);
    const counts = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]! += 1;
    expect(chiSquareRatio(counts, new Float64Array(7).fill(1 / 7))).toBeLessThan(1);
    const n = 3 * 2 ** 30;
    const thirds = new Float64Array(3);
    for (let i = 0; i < 30_000; i++) thirds[Math.floor(random.integer(n) / 2 ** 30)]! += 1;
    expect(chiSquareRatio(thirds, new Float64Array(3).fill(1 / 3))).toBeLessThan(1);
  });

  it("integer(n) above 2^32 is uniform and inside the range", () => {
    const random = new RandomStream(2, 1);
    const n = 3 * 2 ** 50;
    const thirds = new Float64Array(3);
    for (let i = 0; i < 30_000; i++) thirds[Math.floor(random.integer(n) / 2 ** 50)]! += 1;
    expect(chiSquareRatio(thirds, new Float64Array(3).fill(1 / 3))).toBeLessThan(1);
  });

  it("shuffle gives all 24 orders of four items equally often", () => {
    const random = new RandomStream(3, 1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 48_000; i++) {
      const order = random.shuffle(["a", "b", "c", "d"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquareRatio([...counts.values()], new Array<number>(24).fill(1 / 24))).toBeLessThan(1);
  });

  it("choose gives all 20 ordered pairs of five equally often, without repetition", () => {
    const random = new RandomStream(4, 1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 40_000; i++) {
      const pair = random.choose(5, 2).join("-");
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    expect(counts.size).toBe(20);
    expect(chiSquareRatio([...counts.values()], new Array<number>(20).fill(1 / 20))).toBeLessThan(1);
  });

  it("choose takes a thousand of four milliard at once, all different", () => {
    const chosen = new RandomStream(5, 1).choose(2 ** 32, 1000);
    expect(new Set(chosen).size).toBe(1000);
  });

  it("permutation and a full choice hold every number once; nothing of nothing is empty", () => {
    const random = new RandomStream(6, 1);
    const sorted = (a: Uint32Array) => [...a].sort((x, y) => x - y);
    const all = Array.from({ length: 50 }, (_, i) => i);
    expect(sorted(random.permutation(50))).toEqual(all);
    expect(sorted(random.choose(50, 50))).toEqual(all);
    expect(random.permutation(0).length).toBe(0);
    expect(random.choose(0, 0).length).toBe(0);
    expect(random.shuffle([])).toEqual([]);
  });

  it("geometric fits (1−p)^k p (chi-square at 1e-4); p = 1 gives 0 and p = 0 never succeeds", () => {
    const random = new RandomStream(7, 1);
    const p = 0.15;
    const counts = new Float64Array(61);
    for (let i = 0; i < 100_000; i++) counts[Math.min(60, random.geometric(p))]! += 1;
    const expected = Float64Array.from({ length: 61 }, (_, k) => (k < 60 ? p * (1 - p) ** k : (1 - p) ** 60));
    expect(chiSquareRatio(counts, expected)).toBeLessThan(1);
    expect(random.geometric(1)).toBe(0);
    expect(random.geometric(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("bad arguments", () => {
  const random = new RandomStream(1, 1);
  const bad: [string, () => unknown][] = [
    ["integer(0)", () => random.integer(0)],
    ["integer(2.5)", () => random.integer(2.5)],
    ["normal with sd < 0", () => random.normal(0, -1)],
    ["normal with mean NaN", () => random.normal(Number.NaN, 1)],
    ["exponential of a negative mean", () => random.exponential(-1)],
    ["poisson of a negative mean", () => random.poisson(-1e-9)],
    ["poisson of NaN", () => random.poisson(Number.NaN)],
    ["binomial with n < 0", () => random.binomial(-1, 0.5)],
    ["binomial with p > 1", () => random.binomial(1, 1.01)],
    ["binomial with p NaN", () => random.binomial(1, Number.NaN)],
    ["uniformBetween with high < low", () => random.uniformBetween(1, 0)],
    ["choose more than there are", () => random.choose(3, 4)],
    ["permutation(-1)", () => random.permutation(-1)],
  ];
  for (const [name, call] of bad) {
    it(`${name} is refused with ARGUMENT`, () => expect(errorCode(call)).toBe("ARGUMENT"));
  }

  it("a Poisson mean above 2^50 is refused with LIMIT", () => {
    expect(errorCode(() => random.poisson(2 ** 51))).toBe("LIMIT");
  });
});
