/** Postsynaptic currents and potentials against their closed forms, and what each model of the catalogue promises. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../../src/compiler/index.js";
import { WbeError } from "../../src/core/errors.js";
import { leakyIntegrateAndFire, neuronModels } from "../../src/neuron-models/index.js";
import {
  dualExpConductance,
  dualExpCurrent,
  expConductance,
  expCurrent,
  pulse,
  synapseModels,
} from "../../src/synapse-models/index.js";
import { wasmCells } from "../compiler/kernels.js";

const dt = 0.1;
const C = 250;
const tauM = 20; // C/gL of the default neuron

/** One arrival of weight 100 at step 0; state and V − EL at each step. */
async function response(
  synapse: (typeof synapseModels)[number],
  params: Record<string, number>,
  steps: number,
  state: string,
  cell: Record<string, number> = {},
) {
  const ports = [{ name: "p", synapse }];
  const named = Object.fromEntries(Object.entries(params).map(([name, value]) => [`p.${name}`, value]));
  // EL = 0 so that V is the PSP itself: no digits are lost to the rest of −70 mV.
  const neuron = { EL: 0, Vth: 1e6, Vreset: -1, ...cell };
  const cells = await wasmCells(leakyIntegrateAndFire, { dt, ports, method: "exact", params: { ...named, ...neuron } });
  const rows: { t: number; x: number; V: number }[] = [];
  for (let k = 1; k <= steps; k++) {
    cells.advance(1, (step) => (step === 0 ? 100 : 0));
    rows.push({ t: k * dt, x: cells.state(`p.${state}`)[0]!, V: cells.state("V")[0]! });
  }
  return rows;
}

const relative = (got: number, expected: number): number => Math.abs(got - expected) / Math.abs(expected);

/** ∫0^t e^(−(t−u)/tau)·e^(−u/s) du, with its limit at s = tau. */
function convolved(t: number, tau: number, s: number): number {
  return s === tau ? t * Math.exp(-t / tau) : (Math.exp(-t / tau) - Math.exp(-t / s)) / (1 / s - 1 / tau);
}

describe("exact integration of current synapses", () => {
  it.each([2, 0.3, 5, tauM])("exponential PSC and PSP, tau %d ms: closed form to 1e-12", async (tau) => {
    for (const { t, x, V } of await response(expCurrent, { tau }, 600, "i")) {
      expect(relative(x, 100 * Math.exp(-t / tau))).toBeLessThan(1e-12);
      // Where tau is near tauM the closed form itself cancels; 2 and 0.3 ms are far, 20 ms has its own limit.
      expect(relative(V, (100 / C) * convolved(t, tauM, tau))).toBeLessThan(1e-12);
    }
  });

  it.each([0.5, 2, 7])("alpha PSC and PSP (equal time constants of %d ms): closed form to 1e-12", async (tau) => {
    const rows = await response(dualExpCurrent, { tauRise: tau, tauDecay: tau }, 400, "i");
    const a = 1 / tau - 1 / tauM;
    for (const { t, x, V } of rows) {
      expect(relative(x, 100 * Math.E * (t / tau) * Math.exp(-t / tau))).toBeLessThan(1e-12);
      // e/tau·∫ u e^(−u/tau) e^(−(t−u)/tauM) du = e/tau·(e^(−t/tauM) − e^(−t/tau)(1 + a t))/a²; cancels below t ≈ 1 ms
      const psp = ((100 / C) * (Math.E / tau) * (Math.exp(-t / tauM) - Math.exp(-t / tau) * (1 + a * t))) / (a * a);
      if (a * t > 0.5) expect(relative(V, psp)).toBeLessThan(1e-12);
    }
  });

  it("dual exponential, all three time constants apart: closed form to 1e-12", async () => {
    const [rise, decay] = [0.5, 5];
    const x = decay / rise;
    const norm = decay / (decay - rise) / x ** (-1 / (x - 1));
    for (const { t, x: i, V } of await response(dualExpCurrent, { tauRise: rise, tauDecay: decay }, 600, "i")) {
      expect(relative(i, 100 * norm * (Math.exp(-t / decay) - Math.exp(-t / rise)))).toBeLessThan(1e-12);
      const psp = (100 / C) * norm * (convolved(t, tauM, decay) - convolved(t, tauM, rise));
      if (t > 1) expect(relative(V, psp)).toBeLessThan(1e-12);
    }
  });

  it("three equal time constants: the membrane's response is t²/2 e^(−t/tau), to 1e-12", async () => {
    const rows = await response(dualExpCurrent, { tauRise: tauM, tauDecay: tauM }, 600, "i");
    for (const { t, V } of rows) {
      expect(relative(V, (100 / C) * (Math.E / tauM) * ((t * t) / 2) * Math.exp(-t / tauM))).toBeLessThan(1e-12);
    }
  });

  it("nearly equal time constants do not lose digits", async () => {
    const near = await response(expCurrent, { tau: tauM * (1 + 1e-9) }, 100, "i");
    for (const { t, V } of near) expect(relative(V, (100 / C) * t * Math.exp(-t / tauM))).toBeLessThan(1e-8);
  });

  it("the pulse moves V by its weight at once", async () => {
    const cells = await wasmCells(leakyIntegrateAndFire, {
      dt,
      ports: [{ name: "p", synapse: pulse }],
      params: { EL: 0, Vth: 1e6, Vreset: -1 },
    });
    cells.advance(1, () => 3);
    expect(relative(cells.state("V")[0]!, 3 * Math.exp(-dt / tauM))).toBeLessThan(4e-15);
  });
});

describe("the weight of a dual-exponential synapse is the peak of its response", () => {
  it.each([
    [0.5, 5],
    [5, 0.5],
    [2, 2],
    [2, 2 * (1 + 1e-9)],
    [0.1, 100],
    [1, 3],
  ])("rise %d ms, decay %d ms", async (tauRise, tauDecay) => {
    const at =
      tauRise === tauDecay || Math.abs(tauDecay / tauRise - 1) < 1e-6
        ? tauRise
        : (Math.log(tauDecay / tauRise) * tauRise * tauDecay) / (tauDecay - tauRise);
    const step = at / 50; // the grid holds the time of the peak
    for (const synapse of [dualExpCurrent, dualExpConductance]) {
      const options = {
        dt: step,
        params: { "p.tauRise": tauRise, "p.tauDecay": tauDecay, EL: 0, Vth: 1e9, Vreset: -1 },
      };
      // A conductance makes the neuron's V non-linear; its own decay is solved exactly only by small steps of rk4.
      const method = synapse === dualExpCurrent ? "exact" : "rk4";
      const cells = await wasmCells(leakyIntegrateAndFire, { ...options, method, ports: [{ name: "p", synapse }] });
      const name = synapse === dualExpCurrent ? "p.i" : "p.g";
      let highest = 0;
      for (let k = 0; k < 100; k++) {
        cells.advance(1, (s) => (s === 0 ? 0.75 : 0));
        highest = Math.max(highest, cells.state(name)[0]!);
        if (k === 49)
          expect(Math.abs(cells.state(name)[0]! / 0.75 - 1)).toBeLessThan(method === "exact" ? 1e-12 : 1e-6);
      }
      expect(Math.abs(highest / 0.75 - 1)).toBeLessThan(method === "exact" ? 1e-12 : 1e-6);
    }
  });
});

describe("conductance synapses", () => {
  it.each([expConductance, dualExpConductance])("$id pulls V towards Erev and never past it", async (synapse) => {
    for (const method of ["exponential-euler", "rk4"]) {
      const ports = [{ name: "p", synapse }];
      const params = { "p.Erev": -60, Vth: 0 };
      const cells = await wasmCells(leakyIntegrateAndFire, { dt, ports, method, params });
      for (let k = 0; k < 500; k++) {
        cells.advance(1, () => 20);
        expect(cells.state("V")[0]!).toBeLessThanOrEqual(-60);
        expect(cells.state("V")[0]!).toBeGreaterThanOrEqual(-70);
      }
      expect(cells.state("V")[0]!).toBeGreaterThan(-60.5);
    }
  });
});

describe("the catalogue of synapses", () => {
  it("holds every model that a file of the folder defines, once", () => {
    const folder = new URL("../../src/synapse-models/", import.meta.url);
    const defined = readdirSync(folder)
      .filter((file) => file !== "declaration.ts" && file !== "index.ts")
      .flatMap((file) => {
        const text = readFileSync(new URL(file, folder), "utf8");
        return [...text.matchAll(/defineSynapse\(\{\s*id: "([^"]+)"/g)].map((match) => match[1]!);
      });
    expect(defined.length).toBeGreaterThan(4);
    expect(synapseModels.map(({ id }) => id).sort()).toEqual(defined.sort());
  });

  it.each(synapseModels)(
    "$id has a doc, a source and meaningful ranges, and fits every neuron of the catalogue",
    (synapse) => {
      expect(synapse.doc?.length).toBeGreaterThan(30);
      expect(synapse.source).toMatch(/\d{4}/);
      for (const [name, [, unit, range]] of Object.entries(synapse.params)) {
        if (unit === "ms") expect(`${name} above ${range?.above}`).toBe(`${name} above 0`);
      }
      for (const neuron of neuronModels) {
        for (const method of ["euler", "heun", "rk4"]) {
          expect(() => buildProgram(neuron, { method, ports: [{ name: "p", synapse }] })).not.toThrow();
        }
        for (const method of ["exact", "exponential-euler"]) {
          try {
            buildProgram(neuron, { method, ports: [{ name: "p", synapse }] });
          } catch (error) {
            expect((error as WbeError).code).toBe("MODEL_INVALID");
            expect(error).toBeInstanceOf(WbeError);
          }
        }
      }
    },
  );
});
