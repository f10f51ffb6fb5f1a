/** The lazy kernel of plastic projections against brute force, for random trains, delays and moments of reading. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { definePlasticity, pairSTDPRule } from "wbe/plasticity";
import { exp } from "../../src/core/math.js";
import {
  createPairs,
  type DirectRule,
  dt,
  integrate,
  type PairNetwork,
  pairRule,
  type Synapse,
  splitDelay,
  weightsOf,
} from "./pairs.js";

const params = { APlus: 0.05, AMinus: 0.06, tauPlus: 7, tauMinus: 11, wMin: 0.1, wMax: 1.5 };
const pair = { specs: [{ rule: pairSTDPRule, params }], direct: [pairRule(params)] };

/** Pfister & Gerstner 2006: potentiation reads a slow trace of the postsynaptic side, which pair STDP never does. */
const tripletRule = definePlasticity({
  id: "Triplet",
  source: "Pfister & Gerstner 2006, J Neurosci 26:9673, eqs 3 and 4",
  params: { wMin: [-100, "weight"], wMax: [100, "weight"] },
  pre: { states: { r1: [0, "1"], r2: [0, "1"] }, equations: "dr1/dt = -r1/(16.8 ms)\n dr2/dt = -r2/(101 ms)" },
  post: { states: { o1: [0, "1"], o2: [0, "1"] }, equations: "do1/dt = -o1/(33.7 ms)\n do2/dt = -o2/(125 ms)" },
  onPre: "w = w - 1 pA*o1*(0.007 + 0.03*r2); r1 = r1 + 1; r2 = r2 + 1",
  onPost: "w = w + 1 pA*r1*(0.005 + 0.06*o2); o1 = o1 + 1; o2 = o2 + 1",
  bounds: { min: "wMin", max: "wMax" },
});
const tripletDirect: DirectRule = {
  tauPre: [16.8, 101],
  tauPost: [33.7, 125],
  onPre: (w, [, r2], [o1]) => w - o1! * (0.007 + 0.03 * r2!),
  onPost: (w, [r1], [, o2]) => w + r1! * (0.005 + 0.06 * o2!),
};
const triplet = { specs: [{ rule: tripletRule, mayChangeSign: true }], direct: [tripletDirect] };
const both = { specs: [...pair.specs, ...triplet.specs], direct: [...pair.direct, ...triplet.direct] };

const steps = 400;
const train = fc
  .uniqueArray(fc.integer({ min: 1, max: steps }), { maxLength: 60 })
  .map((list) => list.sort((a, b) => a - b));
/** Every step for a while: the most that a history can hold. */
const volley = fc
  .tuple(fc.integer({ min: 1, max: steps - 200 }), fc.integer({ min: 1, max: 200 }))
  .map(([from, length]) => Array.from({ length }, (_, k) => from + k));
const trains = fc.array(fc.oneof(train, volley), { minLength: 1, maxLength: 3 });

const network = fc
  .record({
    pre: trains,
    post: trains,
    isUniform: fc.boolean(),
    fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    delays: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 12, maxLength: 12 }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.double({ min: 0.1, max: 1.5, noNaN: true })), {
      minLength: 1,
      maxLength: 12,
    }),
    kind: fc.constantFrom(pair, triplet, both),
    postFirst: fc.boolean(),
  })
  .map(({ pre, post, isUniform, fraction, delays, picks, kind, postFirst }) => ({
    given: {
      pre,
      post,
      synapses: picks.map(([a, b, weight], k) => ({
        source: a % pre.length,
        target: b % post.length,
        delay: delays[isUniform ? 0 : k]!,
        weight,
      })),
      axonalFraction: isUniform ? fraction : fraction / 2,
      plasticity: kind.specs,
      postFirst,
    } satisfies PairNetwork,
    direct: kind.direct,
  }));

/** Longest lead of axon over dendrite: how long presynaptic spikes wait for postsynaptic ones. */
const waitOf = ({ synapses, axonalFraction }: PairNetwork): number =>
  Math.max(
    0,
    ...synapses.map(({ delay }) => {
      const { axon, dendrite } = splitDelay(delay, axonalFraction);
      return axon - dendrite;
    }),
  );

/** Brute-force weight of a synapse when the engine stands at step `now`. */
function expected(given: PairNetwork, direct: readonly DirectRule[], s: Synapse, now: number): number {
  const parts = splitDelay(s.delay, given.axonalFraction);
  const end = now - waitOf(given) + parts.axon;
  return integrate(direct, s.weight, given.pre[s.source]!, given.post[s.target]!, parts, end).weight;
}

describe("plastic synapses, lazily updated", () => {
  it("have the weights of brute force at whatever step they are read", async () => {
    await fc.assert(
      fc.asyncProperty(
        network,
        fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 8 }),
        async ({ given, direct }, gaps) => {
          const engine = await createPairs(given);
          for (const gap of [...gaps, 500 - gaps.reduce((a, b) => a + b, 0)].filter((g) => g > 0)) {
            await engine.run({ duration: gap * dt });
            const found = weightsOf(engine, given.synapses);
            given.synapses.forEach((s, k) => {
              expect(Math.abs(found[k]! - expected(given, direct, s, engine.stepCount))).toBeLessThan(1e-9);
            });
          }
          expect(engine.spikes().step).toHaveLength([...given.pre, ...given.post].flat().length);
        },
      ),
      { numRuns: 150, seed: 20260101 },
    );
  });

  it("end with the same bits whenever they are read and however the run is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        network,
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }),
        async ({ given }, gaps) => {
          const [alone, read, stepped] = await Promise.all([
            createPairs(given),
            createPairs(given),
            createPairs(given),
          ]);
          await alone.run({ duration: 500 * dt });
          for (const gap of gaps) {
            await read.run({ duration: gap * dt });
            read.weights("plastic");
          }
          await read.run({ duration: (500 - read.stepCount) * dt });
          while (stepped.stepCount < 500) stepped.step();
          expect(weightsOf(read, given.synapses)).toEqual(weightsOf(alone, given.synapses));
          expect(weightsOf(stepped, given.synapses)).toEqual(weightsOf(alone, given.synapses));
          expect(read.recorded("ExpCurrent.i").data).toEqual(alone.recorded("ExpCurrent.i").data);
        },
      ),
      { numRuns: 60, seed: 20260102 },
    );
  });

  it("send on the weight that a presynaptic spike leaves behind, `delay` after the spike", async () => {
    await fc.assert(
      fc.asyncProperty(network, async ({ given, direct }) => {
        const engine = await createPairs(given);
        await engine.run({ duration: 500 * dt });
        const targets = given.post.length;
        const arrivals = new Float64Array(targets * 501);
        const sizes = new Float64Array(targets * 501);
        for (const s of given.synapses) {
          const pre = given.pre[s.source]!;
          const parts = splitDelay(s.delay, given.axonalFraction);
          const { sent } = integrate(direct, s.weight, pre, given.post[s.target]!, parts, 500);
          pre.forEach((step, k) => {
            arrivals[(step + s.delay) * targets + s.target]! += sent[k];
            sizes[(step + s.delay) * targets + s.target]! += Math.abs(sent[k]!);
          });
        }
        const { data } = engine.recorded("ExpCurrent.i");
        const current = new Float64Array(targets);
        const size = new Float64Array(targets);
        let worst = 0;
        for (let step = 0; step < 500; step++) {
          for (let i = 0; i < targets; i++) {
            // Arrivals at step s act from s on and have decayed one step at s + 1.
            current[i] = (current[i]! + arrivals[step * targets + i]!) * exp(-dt / 2);
            size[i] = (size[i]! + sizes[step * targets + i]!) * exp(-dt / 2);
            worst = Math.max(worst, Math.abs(data[(step + 1) * targets + i]! - current[i]!) / (size[i]! + 1e-3));
          }
        }
        // Sums of up to 12 weights in single precision, 6e-8 each, relative to the sum of their sizes.
        expect(worst).toBeLessThan(1e-6);
      }),
      { numRuns: 60, seed: 20260103, endOnFailure: true },
    );
  });

  it.each([0, 0.5, 1])(
    "replay a long history: a silent presynaptic neuron, a postsynaptic one that fires every step, axonal part %d",
    async (axonalFraction) => {
      const given: PairNetwork = {
        pre: [[3, 5900], [5905]],
        post: [Array.from({ length: 5800 }, (_, k) => 1 + k), [2, 5890, 5899, 5900, 5901]],
        synapses: [0, 1].flatMap((source) => [0, 1].map((target) => ({ source, target, delay: 12, weight: 0.7 }))),
        axonalFraction,
        plasticity: [{ rule: pairSTDPRule, params: { ...params, APlus: 1e-4, AMinus: 2e-4 } }],
      };
      const direct = [pairRule({ ...params, APlus: 1e-4, AMinus: 2e-4 })];
      const engine = await createPairs(given);
      await engine.run({ duration: 600 });
      const found = weightsOf(engine, given.synapses);
      given.synapses.forEach((s, k) => {
        expect(Math.abs(found[k]! - expected(given, direct, s, 6000))).toBeLessThan(1e-9);
      });
      expect(found[0]).not.toBeCloseTo(0.7, 3);
    },
  );

  it("stay finite when a short trace meets a long axonal delay before the first presynaptic spike", async () => {
    const given: PairNetwork = {
      pre: [[9000]],
      post: [[5, 9000]],
      synapses: [{ source: 0, target: 0, delay: 8000, weight: 0.5 }],
      axonalFraction: 1,
      plasticity: [{ rule: pairSTDPRule, params: { ...params, tauPlus: 0.5 } }],
    };
    const engine = await createPairs(given);
    await engine.run({ duration: 900 });
    expect(weightsOf(engine, given.synapses)).toEqual([0.5]);
  });
});
