/** The reference interpreter and the SIMD kernel are one program: equal bits, for every model, method and synapse. */
import { describe, expect, it } from "vitest";
import { SimulationEngine } from "wbe/simulation";
import { integrators } from "../../src/compiler/index.js";
import { WbeError } from "../../src/core/errors.js";
import { philox4x32 } from "../../src/core/random.js";
import { neuronModels } from "../../src/neuron-models/index.js";
import { synapseModels } from "../../src/synapse-models/index.js";
import { bitsOf, type CellOptions, referenceCells, wasmCells } from "./kernels.js";

const n = 3; // the last lane of the last vector is padding, of two or of four
const words = new Uint32Array(4);

/** A spike in one step of 50, of random weight in (0, 1]. */
function arrivals(step: number, port: number, neuron: number): number {
  philox4x32(step, port, neuron, 0, 7, 0, words);
  return words[0]! % 50 === 0 ? (words[1]! + 1) / 2 ** 32 : 0;
}

/** Currents around each model's threshold: one neuron silent, one near it, one far above. */
const currents: Record<string, number[]> = {
  HodgkinHuxley: [0, 7, 30],
  Izhikevich: [0, 5, 15],
};
/** Forward Euler on Hodgkin–Huxley diverges at 0.1 ms. */
const dts: Record<string, number> = { HodgkinHuxley: 0.02 };

async function compareBits(model: (typeof neuronModels)[number], options: CellOptions, ms = 1000): Promise<number> {
  const steps = Math.round(ms / options.dt);
  const [wasm, reference] = [await wasmCells(model, options), await referenceCells(model, options)];
  wasm.advance(steps, arrivals);
  reference.advance(steps, arrivals);
  expect(wasm.spikes).toEqual(reference.spikes);
  for (const name of wasm.program.stateNames) {
    expect({ name, bits: bitsOf(wasm.state(name)) }).toEqual({ name, bits: bitsOf(reference.state(name)) });
  }
  expect(wasm.notFinite()).toBe(-1);
  expect(wasm.reported()).toBe(false);
  return wasm.spikes.length;
}

const cases = neuronModels.flatMap((model) =>
  Object.keys(integrators).flatMap((method) =>
    (["f64", "f32"] as const).map((precision) => ({ id: model.id, model, method, precision })),
  ),
);

/** Levels 1 to 4 of GLIF are parts of level 5 as far as a synapse goes. */
const receivers = new Set(neuronModels.filter(({ id }) => !/^GLIF[1-4]$/.test(id)));

describe("reference and SIMD kernel", () => {
  it.each(cases)(
    "$id by $method in $precision: equal bits over 1 s with shared and per-neuron parameters, over 200 ms with each synapse",
    async ({ model, method, precision }) => {
      const dt = dts[model.id] ?? 0.1;
      const inputs = { I: currents[model.id] ?? [0, 400, 900] };
      const [name, [value]] = Object.entries(model.params)[0]!;
      const perNeuron = { [name]: [value, 1.05 * value, 0.9 * value] };
      let applied = 0;
      let spikes = 0;
      const alone = [
        { ports: [], params: {}, ms: 1000 },
        { ports: [], params: perNeuron, ms: 1000 },
      ];
      const receiving = synapseModels.map((synapse) => ({
        ports: [{ name: "port", synapse }],
        params: perNeuron,
        ms: 200,
      }));
      // Synapses meet single precision in the method with the most stages; the number format knows no synapse.
      const receives = receivers.has(model) && (precision === "f64" || method === "rk4");
      const runs = receives ? [...alone, ...receiving] : alone;
      for (const { ports, params, ms } of runs) {
        try {
          spikes += await compareBits(model, { n, dt, method, ports, inputs, params, precision }, ms);
          applied++;
        } catch (error) {
          // A method that does not apply says so, and nothing else may fail.
          if (!(error instanceof WbeError)) throw error;
          expect(error.code).toBe("MODEL_INVALID");
          expect(error.message).toContain(`method ${method}`);
        }
      }
      const always = method === "euler" || method === "heun" || method === "rk4";
      if (always) expect(applied).toBe(runs.length);
      if (applied > 0) expect(spikes).toBeGreaterThan(0);
    },
  );

  it("all synapses at once on one neuron: equal bits", async () => {
    const ports = synapseModels.map((synapse) => ({ name: synapse.id, synapse }));
    for (const model of receivers) {
      const dt = dts[model.id] ?? 0.1;
      const inputs = { I: currents[model.id] ?? [0, 400, 900] };
      for (const precision of ["f64", "f32"] as const) {
        expect(await compareBits(model, { n, dt, method: "rk4", ports, inputs, precision }, 300)).toBeGreaterThan(0);
      }
    }
  });
});

describe("a kernel that knows rest", () => {
  const lif = neuronModels.find(({ id }) => id === "LIF")!;
  const init = { V: -65 };

  it("leaves out pairs whose time has passed, one by one and by sixteens", async () => {
    for (const awakePairs of [[], [0], [3], [16], [2, 31, 32], [50]]) {
      const cells = await wasmCells(lif, { n: 101, dt: 0.1, init, restTolerance: 1e-6 });
      cells.awake.fill(0);
      for (const pair of awakePairs) cells.awake[pair] = 1;
      cells.advance(1);
      const moved = [...cells.state("V")].map((V, i) => (V === -65 ? -1 : i >> 1)).filter((pair) => pair >= 0);
      expect([...new Set(moved)]).toEqual(awakePairs);
    }
  });

  it("keeps a pair awake while one of its neurons moves, and no longer", async () => {
    const cells = await wasmCells(lif, { n: 4, dt: 0.1, restTolerance: 1e-6, inputs: { I: [0, 0, 0, 100] } });
    cells.advance(1);
    expect([...cells.awake]).toEqual([1, 2]);
    cells.advance(6000);
    expect([...cells.awake].every((until) => until < 6000)).toBe(true);
    expect(cells.state("V")[3]).toBeCloseTo(-70 + 100 / 12.5, 4);
  });

  it("equals the reference in every bit for all models", async () => {
    for (const model of neuronModels) {
      const dt = dts[model.id] ?? 0.1;
      const inputs = { I: currents[model.id] ?? [0, 400, 900] };
      const ports = synapseModels.slice(0, 2).map((synapse) => ({ name: synapse.id, synapse }));
      await compareBits(model, { n, dt, method: "heun", ports, inputs, restTolerance: 1e-2 });
    }
  });
});

describe("functions for single steps", () => {
  it.each(["f64", "f32"] as const)(
    "in %s: the bits of the function for many, inputs alike or not",
    async (precision) => {
      for (const model of neuronModels) {
        const dt = dts[model.id] ?? 0.1;
        const different = currents[model.id] ?? [0, 400, 900];
        for (const I of [different, different[2]!]) {
          for (const synapses of [[], synapseModels.slice(0, 1), synapseModels.slice(1, 3)]) {
            const ports = synapses.map((synapse) => ({ name: synapse.id, synapse }));
            const options = { n: 7, dt, method: "euler", ports, inputs: { I }, precision };
            const [many, single] = [await wasmCells(model, options), await wasmCells(model, options)];
            const steps = 4000;
            many.advance(steps, arrivals);
            for (let k = 0; k < steps; k++) single.advance(1, arrivals);
            expect(many.spikes.length).toBeGreaterThan(0);
            expect(single.spikes).toEqual(many.spikes);
            for (const name of many.program.stateNames) {
              expect({ name, bits: bitsOf(single.state(name)) }).toEqual({ name, bits: bitsOf(many.state(name)) });
            }
          }
        }
      }
    },
  );
});

describe("a kernel's check for states that are not finite", () => {
  const model = {
    id: "Blows up",
    source: "made up",
    params: { k: [0, "1/ms"] },
    states: { V: [1, "mV"], calm: [0, "1"] },
    equations: `
      dV/dt = k*V
      dcalm/dt = -calm/(1 ms)`,
    spike: "V > 1e38 mV",
    method: "euler",
  } as const;
  const huge = { f64: 1e300, f32: 1e30 } as const;

  it.each(["f64", "f32"] as const)("in %s sees it in every lane, by steps and by runs of steps", async (precision) => {
    for (const bad of [-1, 0, 1, 2, 3, 4, 5]) {
      const k = Array.from({ length: 6 }, (_, i) => (i === bad ? huge[precision] : 0));
      const cells = await wasmCells(model, { n: 6, dt: 1, params: { k }, precision });
      cells.advance(4);
      expect(cells.reported()).toBe(bad >= 0);
      const stepped = await wasmCells(model, { n: 6, dt: 1, params: { k }, precision });
      for (let step = 0; step < 4; step++) stepped.advance(1);
      expect(stepped.reported()).toBe(bad >= 0);
    }
  });

  it.each(["f64", "f32"] as const)(
    "in %s the engine names the neuron, and lets padding lanes go astray",
    async (precision) => {
      const run = async (size: number, k: readonly number[], extra: object = {}) => {
        const cells = { name: "cells", model, size, precision, params: { k: { values: k } } };
        const description = { version: 1, seed: 1, dt: 1, duration: 64, populations: [cells], ...extra };
        const engine = await SimulationEngine.fromDescription(description);
        await engine.run();
        return engine;
      };
      for (const bad of [0, 1, 2, 3, 4, 5]) {
        const k = Array.from({ length: 6 }, (_, i) => (i === bad ? huge[precision] : 0));
        await expect(run(6, k)).rejects.toThrow(new RegExp(`V became.*neuron ${bad},`));
      }
      const brake = {
        id: "Brake",
        source: "made up",
        weightUnit: "mV",
        params: {},
        states: {},
        equations: "",
        onSpike: "V = if(weight > 0 mV, 0 mV, V)",
      };
      // Arrivals keep the real neuron at 0; padding lanes have none and overflow.
      const times = Array.from({ length: 64 }, (_, step) => step);
      const stimuli = [{ kind: "spikes", population: "cells", times, weight: 1, synapse: brake }];
      const engine = await run(1, [huge[precision]], { stimuli });
      expect(engine.view().state("cells", "V").data[0]).toBe(0);
      await expect(run(1, [huge[precision]])).rejects.toThrow(/V became/);
    },
  );
});
