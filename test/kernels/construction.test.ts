/** The construction kernels beside core/random.ts and core/math.ts, which define their numbers. */
import { describe, expect, it } from "vitest";
import { exp, RandomStream } from "wbe/core";
import { type ConstructionKernels, createConstructionKernels } from "../../src/kernels/construction.js";

const page = 65536;

async function setUp(pages = 80) {
  const memory = new WebAssembly.Memory({ initial: pages });
  const kernels = await createConstructionKernels(memory);
  let next = page; // the first page is left free
  const reserve = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 16) * 16;
    return at;
  };
  const u32 = (at: number, n: number) => new Uint32Array(memory.buffer, at, n);
  const f64 = (at: number, n: number) => new Float64Array(memory.buffer, at, n);
  return { kernels, reserve, u32, f64 };
}

const seed = 4000000007;
const entity = 3123456789;

describe("drawValues", () => {
  const n = 100003;

  async function draw(given: Partial<Parameters<ConstructionKernels["drawValues"]>[0]>, counts: readonly number[]) {
    const { kernels, reserve, u32, f64 } = await setUp();
    const total = counts.reduce((sum, k) => sum + k, 0);
    const ends = reserve(4 * counts.length);
    const values = reserve(8 * total);
    let end = 5; // lists may begin anywhere
    u32(ends, counts.length).set(
      counts.map((k) => {
        end += k;
        return end;
      }),
    );
    const common = { seed, stream: 2, entity, first: 11, count: counts.length, ends, start: 5, values };
    const bounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, redraws: 0 };
    const done = kernels.drawValues({ ...common, kind: 1, a: 0, b: 1, ...bounds, ...given });
    return { done, values: f64(values, total).slice() };
  }

  it.each([
    ["uniform", 0, (r: RandomStream) => -2 + 5 * r.uniform()],
    ["normal, into its far tails", 1, (r: RandomStream) => r.normal(-2, 3)],
    ["lognormal", 2, (r: RandomStream) => exp(r.normal(-2, 3))],
  ])("gives the bits of RandomStream: %s", async (_, kind, next) => {
    const { values } = await draw({ kind, a: -2, b: 3 }, [n]);
    const random = new RandomStream(seed, 2, entity).moveTo(entity, 11);
    expect(values).toEqual(Float64Array.from({ length: n }, () => next(random)));
  });

  it("begins a new sequence with each target, whatever the number of synapses of those before", async () => {
    const counts = [3, 0, 1, 6];
    const { values } = await draw({ a: 1, b: 2 }, counts);
    const random = new RandomStream(seed, 2, entity);
    const expected = counts.flatMap((k, t) => {
      random.moveTo(entity, 11 + t);
      return Array.from({ length: k }, () => random.normal(1, 2));
    });
    expect([...values]).toEqual(expected);
  });

  it("clips to the bounds, or passes over what is outside them in the sequence", async () => {
    const random = new RandomStream(seed, 2, entity).moveTo(entity, 11);
    const sequence = Array.from({ length: 4000 }, () => random.normal(0, 1));
    const clipped = await draw({ low: -1, high: 0.5 }, [4000]);
    expect([...clipped.values]).toEqual(sequence.map((v) => Math.min(0.5, Math.max(-1, v))));
    const redrawn = await draw({ low: -1, high: 0.5, redraws: 1 }, [1500]);
    expect([...redrawn.values]).toEqual(sequence.filter((v) => v >= -1 && v <= 0.5).slice(0, 1500));
  });

  it("stops where a thousand draws miss the bounds", async () => {
    expect((await draw({ low: 9, high: 10, redraws: 1 }, [3])).done).toBe(0);
    expect((await draw({ low: 9, high: 10, redraws: 0 }, [3])).done).toBe(3);
  });
});

describe("partners", () => {
  it.each([1, 2, 3, 1000, 2 ** 20 + 7])(
    "drawPartners gives the integers of RandomStream among %d",
    async (candidates) => {
      const { kernels, reserve, u32 } = await setUp();
      const list = reserve(4 * 3 * 500);
      kernels.drawPartners({ seed, entity, first: 7, count: 3, k: 500, candidates, skipsSelf: 1, list });
      const expected = [7, 8, 9].flatMap((neuron) => {
        const random = new RandomStream(seed, 1, entity).at(neuron);
        return Array.from({ length: 500 }, () => random.integer(candidates)).map((i) => (i >= neuron ? i + 1 : i));
      });
      expect([...u32(list, 1500)]).toEqual(expected);
    },
  );

  it("drawPartners passes over words that would favour small numbers", async () => {
    // Of 2³¹ + 1 candidates nearly every second word is passed over.
    const candidates = 2 ** 31 + 1;
    const { kernels, reserve, u32 } = await setUp();
    const list = reserve(400);
    kernels.drawPartners({ seed, entity, first: 0, count: 1, k: 100, candidates, skipsSelf: 0, list });
    const random = new RandomStream(seed, 1, entity).at(0);
    expect([...u32(list, 100)]).toEqual(Array.from({ length: 100 }, () => random.integer(candidates)));
    expect(random.state.words).toBeGreaterThan(150);
  });

  it("drawDistinctPartners gives the choice of RandomStream and leaves the order as it was", async () => {
    const { kernels, reserve, u32 } = await setUp();
    const [list, order, swaps] = [reserve(4000), reserve(400), reserve(400)];
    const identity = Uint32Array.from({ length: 100 }, (_, i) => i);
    for (const k of [1, 40, 100]) {
      u32(order, 100).set(identity);
      kernels.drawDistinctPartners({
        seed,
        entity,
        first: 3,
        count: 5,
        k,
        candidates: 100,
        skipsSelf: 0,
        list,
        order,
        swaps,
      });
      const stream = new RandomStream(seed, 1, entity);
      expect([...u32(list, 5 * k)]).toEqual([3, 4, 5, 6, 7].flatMap((neuron) => [...stream.at(neuron).choose(100, k)]));
      expect(u32(order, 100)).toEqual(identity);
    }
  });

  it.each([
    [1000, 77],
    [2 ** 31 + 1, 5],
    [3, 2 ** 31 + 7],
  ])("drawPairs goes on where it stopped in the sequence of RandomStream, %d × %d", async (nSource, nTarget) => {
    const { kernels, reserve, u32 } = await setUp();
    const [sources, targets] = [reserve(4 * 300), reserve(4 * 300)];
    kernels.startSequence({ seed, stream: 1, entity, step: 0 });
    const common = { nSource, nTarget, skipsSelf: 0, taken: 0, tableMask: 0 };
    for (const [from, n] of [
      [0, 101],
      [101, 1],
      [102, 198],
    ] as const) {
      kernels.drawPairs({ n, sources: sources + 4 * from, targets: targets + 4 * from, ...common });
    }
    const random = new RandomStream(seed, 1, entity).at(0);
    const expected = Array.from({ length: 300 }, () => [random.integer(nSource), random.integer(nTarget)]);
    expect([...u32(sources, 300)].map((source, e) => [source, u32(targets, 300)[e]])).toEqual(expected);
  });

  it("drawPairs without repetition makes every pair when all are asked for", async () => {
    const { kernels, reserve, u32 } = await setUp();
    const [sources, targets, taken] = [reserve(4 * 600), reserve(4 * 600), reserve(8 * 2048)];
    kernels.startSequence({ seed, stream: 1, entity, step: 0 });
    const common = { nSource: 20, nTarget: 31, skipsSelf: 1, taken, tableMask: 2047 };
    kernels.drawPairs({ n: 100, sources, targets, ...common });
    kernels.drawPairs({ n: 500, sources: sources + 400, targets: targets + 400, ...common });
    const pairs = [...u32(sources, 600)].map((s, e) => `${s} ${u32(targets, 600)[e]}`);
    expect(new Set(pairs).size).toBe(600);
    expect([...u32(sources, 600)].some((s, e) => s === u32(targets, 600)[e])).toBe(false);
  });
});

describe("placeDelays", () => {
  it("rounds to the nearest step, halves up, and stops at the first delay that is none", async () => {
    const { kernels, reserve, u32, f64 } = await setUp();
    const given = [1, 1.5, 2.4999999, 2.5, 0.5, 65535.4, 0.49999999999999994, 7];
    const n = given.length;
    const [places, values, delays, range] = [reserve(4 * n), reserve(8 * n), reserve(4 * n), reserve(8)];
    u32(places, n).set(given.map((_, e) => e));
    f64(values, n).set(given);
    u32(range, 2).set([0xffffffff, 0]);
    expect(kernels.placeDelays({ n: 6, places, values, dt: 1, delays, range })).toBe(6);
    expect([...new Uint16Array(u32(delays, 3).buffer, delays, 6)]).toEqual([1, 2, 2, 3, 1, 65535]);
    expect([...u32(range, 2)]).toEqual([1, 65535]);
    expect(kernels.placeDelays({ n, places, values, dt: 1, delays, range })).toBe(6);
    expect(kernels.placeDelays({ n: 6, places, values, dt: 0.99, delays, range })).toBe(5);
  });
});
