/** STDP of single pairs against closed forms: CASES O15, coincidence, bounds, composition, shift in time. */
import { describe, expect, it } from "vitest";
import { definePlasticity, PairSTDP, PlasticityScheduler, pairSTDPRule, plasticityRules } from "wbe/plasticity";
import { compileWat } from "../../src/compiler/compile.js";
import { evaluateNodes } from "../../src/compiler/evaluate.js";
import { entryBytes, noSpike, plasticWordCount, plasticWords, tableSteps } from "../../src/compiler/plastic-layout.js";
import { compilePlasticity } from "../../src/compiler/plasticity.js";
import type { PlasticitySpec } from "../../src/simulation/index.js";
import { network, run } from "../simulation/networks.js";
import { createPairs, type PairNetwork, weightsOf } from "./pairs.js";

const o15 = { APlus: 0.01, AMinus: 0.012, tauPlus: 20, tauMinus: 20, wMin: -10, wMax: 1 };
const spec = (params: object = {}): PlasticitySpec => ({
  rule: pairSTDPRule,
  params: { ...o15, ...params },
  mayChangeSign: true,
});

/** Change of the weight of one pair, spikes in ms, read at `read` ms. */
async function changeOf(
  pre: number,
  post: number,
  axon: number,
  dendrite: number,
  changes: Partial<PairNetwork> = {},
  read = 100,
) {
  const delay = axon + dendrite;
  const synapses = [{ source: 0, target: 0, delay: Math.round(delay * 10), weight: 0.5 }];
  const engine = await createPairs({
    pre: [[Math.round(pre * 10)]],
    post: [[Math.round(post * 10)]],
    synapses,
    axonalFraction: axon / delay,
    plasticity: [spec()],
    ...changes,
  });
  await engine.run({ duration: read });
  return weightsOf(engine, changes.synapses ?? synapses)[0]! - 0.5;
}

describe("CASES O15: on which side the delay lies", () => {
  it.each([
    [5, 0, -0.0103284957],
    [0, 5, 0.0070468809],
    [2, 0, 0],
    [1, 1, 0.0090483742],
  ])("axon %d ms, dendrite %d ms: %d, read at 100 ms without a further spike", async (axon, dendrite, expected) => {
    expect(Math.abs((await changeOf(10, 12, axon, dendrite)) - expected)).toBeLessThan(1e-10);
  });

  it("axon 0, dendrite 0 (below the one-step delay of networks), in the kernel itself: 0.0090483742", async () => {
    const kernel = await bareKernel();
    kernel.post([120]);
    kernel.pre([100]);
    kernel.flush(1000);
    expect(Math.abs(kernel.weight - 0.5 - 0.0090483742)).toBeLessThan(1e-10);
  });

  it("does not change when both spikes come a second later", async () => {
    for (const [axon, dendrite] of [
      [5, 0],
      [0, 5],
      [1, 1],
    ] as const) {
      expect(await changeOf(1010, 1012, axon, dendrite, {}, 1100)).toBe(await changeOf(10, 12, axon, dendrite));
    }
  });

  it("treats a first spike at step 1 like any other", async () => {
    expect(Math.abs((await changeOf(0.1, 2.1, 1, 1)) - 0.0090483742)).toBeLessThan(1e-10);
    expect(Math.abs((await changeOf(2.1, 0.1, 1, 1)) + 0.012 * Math.exp(-2 / 20))).toBeLessThan(1e-10);
  });
});

describe("spikes that coincide at the synapse", () => {
  it.each([
    ["the postsynaptic spike is fired later, axonal delay", 10, 12, 2, 0],
    ["the presynaptic spike is fired later, dendritic delay", 12, 10, 0, 2],
    ["both are fired at once, delay in both halves", 10, 10, 1, 1],
  ])("change nothing: %s, in either order of declaration", async (_, pre, post, axon, dendrite) => {
    expect(await changeOf(pre, post, axon, dendrite)).toBe(0);
    expect(await changeOf(pre, post, axon, dendrite, { postFirst: true })).toBe(0);
  });

  it.each([0.1, -0.1])("count in full one step (%d ms) away", async (delta) => {
    const expected = delta > 0 ? 0.01 * Math.exp(-delta / 20) : -0.012 * Math.exp(delta / 20);
    expect(Math.abs((await changeOf(10, 12 + delta, 2, 0)) - expected)).toBeLessThan(1e-12);
    expect(Math.abs((await changeOf(12, 10 + delta, 0, 2)) - expected)).toBeLessThan(1e-12);
  });
});

describe("bounds and composition", () => {
  it("a weight is held at wMax and wMin, and leaves them again by the full amount", async () => {
    const up = { pre: [[100, 4000]], post: [[101, 3990]] };
    const big = { plasticity: [spec({ APlus: 0.8, AMinus: 0.3 })] };
    expect((await changeOf(0, 0, 0.1, 0.9, { ...up, ...big }, 300)) + 0.5).toBe(1);
    const after = (await changeOf(0, 0, 0.1, 0.9, { ...up, ...big }, 500)) + 0.5;
    // Post at 399.0 + 0.9, pre at 400.0 + 0.1: depression by 0.3·e^(−0.2/20), and the far pairs.
    const far = Math.exp(-(400.1 - 11) / 20);
    expect(Math.abs(after - (1 - 0.3 * (Math.exp(-0.2 / 20) + far)))).toBeLessThan(1e-9);
    const down = { pre: [[200]], post: [[100]], plasticity: [spec({ AMinus: 3, wMin: 0.2 })] };
    expect((await changeOf(0, 0, 0.5, 0.5, down)) + 0.5).toBe(0.2);
  });

  it("two rules on one projection act one after the other, in the order given", async () => {
    // First + 0.1·e^(−2/20) up to 0.55, then + 0.2·e^(−2/20) up to 0.7; and the other way round.
    const low = spec({ APlus: 0.1 / 0.55, wMax: 0.55 });
    const high = spec({ APlus: 0.2 / 0.7, wMax: 0.7 });
    const e = Math.exp(-2 / 20);
    const lowFirst = Math.min(Math.min(0.5 + 0.1 * e, 0.55) + 0.2 * e, 0.7);
    const highFirst = Math.min(Math.min(0.5 + 0.2 * e, 0.7) + 0.1 * e, 0.55);
    expect(Math.abs((await changeOf(10, 12, 1, 1, { plasticity: [low, high] })) + 0.5 - lowFirst)).toBeLessThan(1e-12);
    expect(Math.abs((await changeOf(10, 12, 1, 1, { plasticity: [high, low] })) + 0.5 - highFirst)).toBeLessThan(1e-12);
  });

  it("a rule that changes nothing leaves spikes and states as without plasticity, to the bit", async () => {
    const description = (plasticity?: PlasticitySpec[]) =>
      network({
        cells: { size: 21, init: { V: { uniform: [-60, -50] } } },
        projections: [
          {
            name: "all",
            from: "cells",
            to: "cells",
            synapse: "ExpCurrent",
            rule: { kind: "bernoulli", p: 0.4, autapses: true },
            weight: { uniform: [10, 90] },
            delay: { uniform: [0.5, 2] },
            plasticity,
          },
        ],
        stimuli: [{ kind: "constant", population: "cells", amplitude: { uniform: [250, 400] } }],
        recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
        duration: 300,
      });
    const still = await run(description());
    const idle = await run(description([spec({ APlus: 0, AMinus: 0, wMax: 1000 })]));
    expect(still.spikes().step.length).toBeGreaterThan(100);
    expect(idle.spikes()).toEqual(still.spikes());
    expect(idle.recorded("V").data).toEqual(still.recorded("V").data);
  });
});

describe("PlasticityScheduler and PairSTDP", () => {
  const excitable = (plasticity: PlasticityScheduler, weight = 2) =>
    run(
      network({
        projections: [
          {
            name: "e",
            from: "cells",
            to: "cells",
            synapse: "ExpConductance",
            params: { Erev: 0 },
            rule: { kind: "one-to-one" },
            weight,
            delay: 1,
          },
          {
            name: "i",
            from: "cells",
            to: "cells",
            synapse: "ExpConductance",
            params: { Erev: -80 },
            rule: { kind: "one-to-one" },
            weight,
            delay: 1,
          },
        ],
        stimuli: [{ kind: "constant", population: "cells", amplitude: 500 }],
        duration: 200,
      }),
      { plasticity },
    );

  it("acts on excitatory projections only, between 0 and twice the largest weight, unless told otherwise", async () => {
    const engine = await excitable(new PlasticityScheduler([new PairSTDP({ APlus: 10, AMinus: 0 })]));
    expect([engine.weights("e").data[0], engine.weights("i").data[0]]).toEqual([4, 2]);
    const only = new PairSTDP({ APlus: 0, AMinus: 10, wMin: 0.5, wMax: 3, appliesTo: (p) => p.name === "i" });
    const other = await excitable(new PlasticityScheduler([only]));
    expect([other.weights("e").data[0], other.weights("i").data[0]]).toEqual([2, 0.5]);
  });

  it("takes an option that is undefined as not given", async () => {
    const engine = await excitable(new PlasticityScheduler([new PairSTDP({ APlus: 10, AMinus: 0, wMax: undefined })]));
    expect(engine.weights("e").data[0]).toBe(4);
  });

  it.each([
    ["two components of one id", () => new PlasticityScheduler([new PairSTDP(), new PairSTDP()]), "NAME_CLASH"],
    ["a time constant of 0", () => new PairSTDP({ tauPlus: 0 }), "ARGUMENT"],
    ["an amplitude that is no number", () => new PairSTDP({ APlus: Number.NaN }), "ARGUMENT"],
  ])("refuses %s", (_, make, code) => {
    expect(make).toThrowError(expect.objectContaining({ code }));
  });

  it.each([
    ["a negative amplitude", { APlus: -1 }, "PARAMETER_RANGE"],
    ["bounds that the initial weight is outside of", { wMax: 1 }, "PARAMETER_RANGE"],
  ])("refuses %s where the network is built", async (_, options, code) => {
    const built = excitable(new PlasticityScheduler([new PairSTDP(options)]));
    await expect(built).rejects.toMatchObject({ code, message: expect.stringContaining('projection "e"') });
  });

  it("every rule of the catalogue has its own id", () => {
    expect(new Set(plasticityRules.map((rule) => rule.id)).size).toBe(plasticityRules.length);
  });

  it("refuses a trace that does not start at 0", async () => {
    const rule = definePlasticity({
      ...pairSTDPRule,
      id: "Started",
      pre: { ...pairSTDPRule.pre, states: { x: [1, "1"] } },
    });
    await expect(changeOf(10, 12, 1, 1, { plasticity: [{ rule }] })).rejects.toMatchObject({ code: "MODEL_INVALID" });
  });
});

/** One synapse without any delay, on the kernel that networks run. */
async function bareKernel() {
  const program = compilePlasticity([pairSTDPRule], "pA");
  const memory = new WebAssembly.Memory({ initial: 3 });
  const words = new Uint32Array(memory.buffer, 0, plasticWordCount);
  let next = 1024;
  const reserve = (name: keyof typeof plasticWords, bytes: number): number => {
    words[plasticWords[name]] = next;
    next += Math.ceil(bytes / 16) * 16;
    return words[plasticWords[name]]!;
  };
  const capacity = 16;
  new Uint32Array(memory.buffer, reserve("offsets", 8), 2).set([0, 1]);
  reserve("targets", 4);
  const weights = new Float64Array(memory.buffer, reserve("weights", 8), 1).fill(0.5);
  reserve("delays", 2);
  reserve("shifts", 4);
  reserve("ring", 4);
  new Int32Array(memory.buffer, reserve("lastPre", 4), 1).fill(-1);
  new Int32Array(memory.buffer, reserve("done", 4), 1).fill(-0x10000);
  reserve("preTraces", 8 * program.nPreTraces);
  reserve("historyCount", 4);
  const entry = entryBytes(program.nPostTraces) / 4;
  const history = new Int32Array(memory.buffer, reserve("history", 4 * entry * capacity), entry * capacity);
  for (let k = 0; k < history.length; k += entry) history[k] = noSpike;
  reserve("tables", 8 * tableSteps * (program.nPreTraces + program.nPostTraces));
  const values: Record<string, number> = { ...o15, dt: 0.1 };
  const slots = evaluateNodes(program.slots, (leaf) => values[leaf.name.replace("0.", "")]!);
  new Float64Array(memory.buffer, reserve("slots", 8 * slots.length), slots.length).set(slots);
  words[plasticWords.sources] = 1;
  words[plasticWords.slotStride] = 1;
  words[plasticWords.capacityMask] = capacity - 1;
  words[plasticWords.synapses] = 1;
  const { exports } = await WebAssembly.instantiate(await compileWat(program.wat), { env: { memory } });
  const call = (name: string, ...args: number[]): unknown =>
    (exports[name] as (...args: number[]) => unknown)(0, ...args);
  call("prepare");
  const send = (name: string, steps: number[]): void => {
    new Uint32Array(memory.buffer, 0x28000, 2 * steps.length).set(steps.flatMap((step) => [step, 0]));
    call(name, 0x28000, steps.length);
  };
  return {
    post: (steps: number[]) => send("post", steps),
    pre: (steps: number[]) => send("pre", steps),
    flush: (upTo: number) => call("flush", upTo),
    get weight() {
      return weights[0]!;
    },
  };
}
