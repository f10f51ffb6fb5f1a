/** The delivery kernels on a memory of the test's own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDeliveryKernels } from "../../src/kernels/delivery.js";
import { decodeBase64 } from "../../src/kernels/instantiate.js";

const page = 65536;

async function setUp() {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const kernels = await createDeliveryKernels(memory);
  let next = page; // the first page is the kernels' own
  const place = <A extends Uint32Array | Float32Array | Float64Array | Uint16Array>(
    values: A,
  ): { at: number; view: A } => {
    const at = next;
    new Uint8Array(memory.buffer, at).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    next += Math.ceil(values.byteLength / 16) * 16;
    const View = values.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => A;
    return { at, view: new View(memory.buffer, at, values.length) };
  };
  return { kernels, place };
}

const rows = fc.array(
  fc.array(
    fc.record({
      target: fc.nat({ max: 4 }),
      delay: fc.integer({ min: 1, max: 7 }),
      weight: fc.integer({ min: -50, max: 50 }),
    }),
    { maxLength: 6 },
  ),
  { minLength: 1, maxLength: 5 },
);

describe("the kernels of delivery", () => {
  it("add each weight to its target's place in slot (stamp + delay) mod slots, and touch nothing else", async () => {
    const { kernels, place } = await setUp();
    const [slots, stride, ports] = [8, 12, 2]; // two ports of six places
    const ring = place(new Float32Array(slots * stride));
    const buffers = {
      spikes: place(new Uint32Array(40)),
      offsets: place(new Uint32Array(6)),
      targets: place(new Uint32Array(40)),
      weights: place(new Float32Array(40)),
      delays: place(new Uint16Array(40)),
    };
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.tuple(fc.integer({ min: 1, max: 4e9 }), fc.nat()), { maxLength: 20 }),
        fc.nat({ max: 1 }),
        fc.record({ isUniform: fc.boolean(), isShort: fc.boolean(), sharesWeight: fc.boolean() }),
        (given, picks, port, { isUniform, isShort, sharesWeight }) => {
          ring.view.fill(3);
          const flat = given.flat();
          const weightOf = (e: { weight: number }): number => (sharesWeight ? 7 : e.weight);
          const delayOf = (e: { delay: number }): number => (isUniform ? 5 : e.delay);
          buffers.offsets.view.set([0, ...given.map((_, i) => given.slice(0, i + 1).flat().length)]);
          const ids = flat.map((e) => e.target);
          if (isShort) new Uint16Array(buffers.targets.view.buffer, buffers.targets.at, 40).set(ids);
          else buffers.targets.view.set(ids);
          buffers.weights.view.set(flat.map((e) => e.weight));
          buffers.delays.view.set(flat.map((e) => e.delay));
          const spikes = picks.map(([step, source]) => [step, source % given.length] as const);
          buffers.spikes.view.set(spikes.flat());
          const expected = new Float32Array(slots * stride).fill(3);
          for (const [step, source] of spikes) {
            for (const e of given[source]!)
              expected[((step + delayOf(e)) % slots) * stride + (port * stride) / ports + e.target]! += weightOf(e);
          }
          const { spikes: s, offsets, targets, weights, delays } = buffers;
          const at = ring.at + (4 * port * stride) / ports;
          const names = sharesWeight
            ? (["deliverShared", "deliverSharedWeight"] as const)
            : (["deliverUniform", "deliver"] as const);
          const kernel = kernels[`${names[isUniform ? 0 : 1]}${isShort ? "Short" : ""}`];
          const delay = isUniform ? 5 : delays.at;
          const weight = sharesWeight ? 7 : weights.at;
          kernel(s.at, spikes.length, offsets.at, targets.at, weight, delay, at, stride, slots - 1);
          expect(ring.view).toEqual(expected);
        },
      ),
      { numRuns: 400, seed: 1 },
    );
  });

  it("add in single precision, spike after spike, so that the order of spikes is the order of sums", async () => {
    const { kernels, place } = await setUp();
    const ring = place(new Float32Array(2));
    const spikes = place(Uint32Array.of(1, 0, 1, 1, 1, 2));
    const offsets = place(Uint32Array.of(0, 1, 2, 3));
    const targets = place(Uint32Array.of(0, 0, 0));
    const weights = place(Float32Array.of(1e8, 1, -1e8));
    kernels.deliverUniform(spikes.at, 3, offsets.at, targets.at, weights.at, 1, ring.at, 1, 1);
    expect(ring.view[0]).toBe(0); // (1e8 + 1) − 1e8 in singles
  });
});

describe("sortBySteps", () => {
  it("orders spikes by (step, neuron) from lists that are ordered by (neuron, step)", async () => {
    const { kernels, place } = await setUp();
    const [from, to] = [place(new Uint32Array(200)), place(new Uint32Array(200))];
    const counts = place(new Uint32Array(60));
    const list = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 9 })), {
      maxLength: 100,
      selector: ([a, b]) => `${a} ${b}`,
    });
    fc.assert(
      fc.property(list, fc.constantFrom(0, 1000, 2 ** 31, 2 ** 32 - 60), (given, first) => {
        const byNeuron = [...given].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
        const byStep = [...given].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        from.view.set(byNeuron.flatMap(([step, neuron]) => [first + step, neuron]));
        kernels.sortBySteps(from.at, to.at, given.length, first, 50, counts.at);
        expect([...to.view.subarray(0, 2 * given.length)]).toEqual(
          byStep.flatMap(([step, neuron]) => [first + step, neuron]),
        );
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});

describe("couple", () => {
  it("adds g·(V of source − V of target) of every synapse to the row of the step", async () => {
    const { kernels, place } = await setUp();
    const V = [-70, -60, -55.5];
    const potentials = place(Float64Array.from(V));
    const offsets = place(Uint32Array.of(0, 2, 2, 3));
    const targets = place(Uint32Array.of(1, 2, 1));
    const weights = place(Float32Array.of(2, 0.5, 4));
    const row = place(Float32Array.of(1, 1, 1, 1));
    kernels.couple(3, offsets.at, targets.at, weights.at, potentials.at, 0, potentials.at, 0, row.at, 1, 1);
    const expected = [1, 1 + 2 * (-70 + 60) + 4 * (-55.5 + 60), 1 + 0.5 * (-70 + 55.5), 1];
    expect([...row.view]).toEqual(expected);
    // Either side may be in single precision.
    const single = place(Float32Array.from(V));
    for (const [source, target] of [
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      row.view.fill(1);
      const at = [potentials.at, single.at] as const;
      kernels.couple(3, offsets.at, targets.at, weights.at, at[source], source, at[target], target, row.at, 1, 1);
      expect([...row.view]).toEqual(expected);
    }
  });
});

describe("couple with two conductances", () => {
  it("takes the first where the source is more positive, the second where the target is", async () => {
    const { kernels, place } = await setUp();
    const potentials = place(Float64Array.of(-70, -60));
    const offsets = place(Uint32Array.of(0, 1, 2));
    const targets = place(Uint32Array.of(1, 0));
    const weights = place(Float32Array.of(2, 2));
    const row = place(Float32Array.of(0, 0));
    kernels.couple(2, offsets.at, targets.at, weights.at, potentials.at, 0, potentials.at, 0, row.at, 0.5, 0.25);
    expect([...row.view]).toEqual([2 * 0.5 * 10, 2 * 0.25 * -10]);
  });
});

describe("decodeBase64", () => {
  it("gives the bytes that Node's own decoder gives", () => {
    const bytes = Uint8Array.from({ length: 257 }, (_, k) => (k * 37) & 255);
    expect(decodeBase64(Buffer.from(bytes).toString("base64"))).toEqual(bytes);
  });
});
