/** Every rule of the catalogue against its equations integrated step by step; threads, checkpoints, moments of reading. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { SimulationEngine } from "wbe/simulation";
import { directRules } from "./direct.js";
import { createPairs, dt, type PairNetwork, type Synapse, splitDelay, weightsOf } from "./pairs.js";

/** Parameters that make 40 ms of spikes move weights of about 1 visibly, and reach bounds at times. */
const strong: Readonly<Record<string, Record<string, number>>> = {
  PairSTDP: { APlus: 0.05, AMinus: 0.06, tauPlus: 7, tauMinus: 11, wMin: 0.1, wMax: 1.5 },
  WeightDependentSTDP: { lambda: 0.1, alpha: 1.3, muPlus: 0.7, muMinus: 0.4, tauPlus: 7, tauMinus: 11, wMax: 2 },
  NearestSTDP: { lambda: 0.1, alpha: 1.3, muPlus: 1, muMinus: 0.4, tauPlus: 7, tauMinus: 11, wMax: 2 },
  PresynapticCentredSTDP: { lambda: 0.1, alpha: 1.3, muPlus: 0, muMinus: 1, tauPlus: 7, tauMinus: 11, wMax: 2 },
  RestrictedSTDP: { lambda: 0.1, alpha: 1.3, muPlus: 1, muMinus: 0.4, tauPlus: 7, tauMinus: 11, wMax: 2 },
  PowerLawSTDP: { lambda: 0.1, alpha: 1, w0: 0.7, tauPlus: 7, tauMinus: 11 },
  VanRossumSTDP: { cPlus: 0.05, cMinus: 0.04, tauPlus: 7, tauMinus: 11 },
  TripletSTDP: { A2Plus: 0.01, A2Minus: 0.04, A3Plus: 0.05, A3Minus: 0.02, tauX: 30, tauY: 40, wMin: 0, wMax: 3 },
  NearestTripletSTDP: {
    A2Plus: 0.01,
    A2Minus: 0.04,
    A3Plus: 0.05,
    A3Minus: 0.02,
    tauX: 30,
    tauY: 40,
    wMin: 0,
    wMax: 3,
  },
  InhibitorySTDP: { eta: 0.05, target: 20, wMax: 2 },
  DopamineSTDP: { tauC: 30, tauD: 12, dose: 0.05, baseline: 0.01, wMax: 1.6 },
  CalciumPlasticity: { tau: 3000, wMin: 0, wMax: 2, CPre: 0.8, thetaP: 1.4 },
  BCM: { eta: 0.01, target: 50, tauY: 9, tauTheta: 60, wMax: 3 },
  Oja: { eta: 0.05, tauX: 9, tauY: 14, wMax: 3 },
};

const steps = 400;
const train = fc
  .uniqueArray(fc.integer({ min: 1, max: steps }), { maxLength: 50 })
  .map((list) => list.sort((a, b) => a - b));
const network = fc.record({
  pre: fc.array(train, { minLength: 1, maxLength: 2 }),
  post: fc.array(train, { minLength: 1, maxLength: 2 }),
  modulator: train,
  axonalFraction: fc.double({ min: 0, max: 0.5, noNaN: true }),
  picks: fc.array(
    fc.tuple(fc.nat(), fc.nat(), fc.double({ min: 0.2, max: 1.4, noNaN: true }), fc.integer({ min: 1, max: 30 })),
    { minLength: 1, maxLength: 6 },
  ),
  gaps: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 3 }),
});
type Given = typeof network extends fc.Arbitrary<infer T> ? T : never;

function makeNetwork(id: string, { pre, post, modulator, axonalFraction, picks }: Given, threads = 1) {
  const rule = plasticityRules.find((r) => r.id === id)!;
  const synapses = picks.map(
    ([a, b, weight, delay]): Synapse => ({ source: a % pre.length, target: b % post.length, delay, weight }),
  );
  const spec = { rule: rule as never, params: strong[id]!, ...(rule.modulator && { modulator: "modulator" }) };
  return { pre, post, modulator, synapses, axonalFraction, plasticity: [spec], threads } satisfies PairNetwork;
}

function expected(id: string, given: ReturnType<typeof makeNetwork>, s: Synapse, now: number): number {
  const rule = plasticityRules.find((r) => r.id === id)!;
  const defaults = Object.fromEntries(Object.entries(rule.params).map(([name, [value]]) => [name, value]));
  const { axon, dendrite } = splitDelay(s.delay, given.axonalFraction);
  const at = (list: readonly number[], delay: number) => new Set(list.map((step) => step + delay));
  const pre = at(given.pre[s.source]!, axon);
  const post = at(given.post[s.target]!, dendrite);
  const modulator = at(given.modulator, axon);
  const direct = directRules[id]!(s.weight, { ...defaults, ...strong[id] });
  // Variables of a synapse begin to move when a presynaptic spike of step 0 would reach it.
  for (let step = axon + 1; step <= now + axon; step++) {
    direct.step();
    direct.events(pre.has(step), post.has(step), modulator.has(step));
  }
  return direct.w;
}

/** Those that change weights; models of release, which shape arrivals, have tests of their own. */
const learning = plasticityRules.filter(({ arrival }) => arrival === undefined).map(({ id }) => id);

describe.each(learning)("%s", (id) => {
  it("has the weights of its equations, integrated step by step, whenever they are read", async () => {
    let moved = 0;
    await fc.assert(
      fc.asyncProperty(network, async (drawn) => {
        const given = makeNetwork(id, drawn);
        const engine = await createPairs(given);
        for (const gap of [...drawn.gaps, 500]) {
          await engine.run({ duration: gap * dt });
          const found = weightsOf(engine, given.synapses);
          given.synapses.forEach((s, k) => {
            moved = Math.max(moved, Math.abs(found[k]! - s.weight));
            expect(Math.abs(found[k]! - expected(id, given, s, engine.stepCount))).toBeLessThan(1e-9);
          });
        }
      }),
      { numRuns: 12, seed: 20261125 },
    );
    expect(moved).toBeGreaterThan(0.05);
  });

  it("ends with the same bits when read in between, saved and resumed", async () => {
    await fc.assert(
      fc.asyncProperty(network, async (drawn) => {
        const given = makeNetwork(id, drawn);
        const alone = await createPairs(given);
        await alone.run({ duration: 500 * dt });
        const read = await createPairs(given);
        for (const gap of drawn.gaps) {
          await read.run({ duration: gap * dt });
          read.weights("plastic");
        }
        const checkpoint = await read.save();
        const resumed = await createPairs(given);
        await resumed.load(checkpoint);
        for (const engine of [read, resumed]) {
          await engine.run({ duration: (500 - engine.stepCount) * dt });
          expect(weightsOf(engine, given.synapses)).toEqual(weightsOf(alone, given.synapses));
        }
      }),
      { numRuns: 4, seed: 20261126 },
    );
  });
});

describe("the catalogue of rules", () => {
  it("has one line for each file of the folder that declares a rule", () => {
    const folder = new URL("../../src/plasticity/", import.meta.url);
    const declared = readdirSync(folder).flatMap((file) =>
      [...readFileSync(new URL(file, folder), "utf8").matchAll(/= definePlasticity\(\{\s*id: "(\w+)"/g)].map(
        (m) => m[1],
      ),
    );
    expect(declared.sort()).toEqual(plasticityRules.map(({ id }) => id).sort());
  });

  it("runs on two and three threads with the bits of one", async () => {
    const all = learning;
    /** One of each kind of kernel. */
    const kinds = ["PairSTDP", "PresynapticCentredSTDP", "DopamineSTDP"];
    const weights = async (threads: number, ids: readonly string[]): Promise<number[][]> => {
      const engine = await SimulationEngine.fromDescription(
        {
          version: 1,
          seed: 5,
          dt,
          duration: 40,
          populations: [
            { name: "cells", model: "LIF", size: 24, params: { tRef: 2 } },
            { name: "modulator", model: "LIF", size: 2, params: { tRef: 2 } },
          ],
          projections: ids.map((id) => ({
            name: id,
            from: "cells",
            to: "cells",
            synapse: "ExpCurrent",
            rule: { kind: "fixed-in-degree", k: 5 },
            weight: { uniform: [0.2, 1.4] },
            delay: { uniform: [1, 3] },
            plasticity: [
              {
                rule: id,
                params: strong[id],
                ...(plasticityRules.find((r) => r.id === id)!.modulator && { modulator: "modulator" }),
              },
            ],
          })),
          stimuli: ["cells", "modulator"].map((population) => ({
            kind: "poisson",
            population,
            rate: 60,
            weight: 25,
            synapse: "Pulse",
          })),
          recorders: [{ kind: "spikes" }],
        },
        { threads, catalogue: { rules: plasticityRules } },
      );
      try {
        await engine.run();
        return ids.map((id) => Array.from(engine.weights(id).data));
      } finally {
        await engine.dispose();
      }
    };
    const one = await weights(1, all);
    for (const list of one) expect(new Set(list).size).toBeGreaterThan(20);
    expect(await weights(3, all)).toEqual(one);
    expect(await weights(2, kinds)).toEqual(await weights(1, kinds));
  });
});
