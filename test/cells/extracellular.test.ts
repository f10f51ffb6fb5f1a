/** Membrane currents and extracellular potentials against NEURON and quadrature (interop/golden/extracellular.py). */
import { describe, expect, it } from "vitest";
import {
  buildCell,
  CableSimulation,
  extracellularWeights,
  findSite,
  membraneCurrents,
  recordExtracellular,
  type VoltageClamp,
} from "wbe/cells";
import golden from "../golden/extracellular.json" with { type: "json" };
import { cylinder } from "./rallpack-cells.js";

const p = golden.parameters;
type Position = [number, number, number];
const electrodes = { positions: p.electrodes_um as Position[], conductivity: p.conductivity_S_m };

function ballAndStick() {
  const soma = { ...cylinder("soma[0]", 20, 20), type: 1 };
  const dend = cylinder("dend[0]", 400, 2, 0, 1);
  return buildCell({
    morphology: [soma, { ...dend, x: dend.x.map((x) => x + 20) }],
    compartments: { count: ({ type }) => (type === 1 ? 1 : 41) },
    celsius: 6.3,
    parameters: [
      {
        region: "all",
        Ra: 100,
        Cm: 1,
        gLeak: "0.0003 S/cm2",
        ELeak: -54.3,
        ena: 50,
        ek: -77,
        channels: { HH_Na: {}, HH_K: {} },
      },
    ],
  });
}

async function simulate() {
  const cell = ballAndStick();
  const site = findSite(cell.tree, "soma", 0.5);
  const clamps = [{ kind: "current" as const, site, onset: p.onset_ms, duration: 100, amplitude: p.amplitude_pA }];
  return { cell, clamps, simulation: await CableSimulation.create([cell], { dt: p.dt_ms, clamps }) };
}

describe("currents through the membrane", () => {
  it("are NEURON's, and sum to the injected current at every sample", async () => {
    const { cell, simulation } = await simulate();
    const injected = new Float64Array(cell.tree.n);
    for (let k = 0; k < golden.current_pA[0]!.length; k++) {
      if (k > 0) await simulation.run(p.sample_ms);
      injected[0] = simulation.time > p.onset_ms ? p.amplitude_pA : 0;
      const currents = membraneCurrents(cell, simulation.potentials(), injected);
      const sum = currents.reduce((a, b) => a + b);
      const largest = currents.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      expect(Math.abs(sum - injected[0])).toBeLessThan(1e-10 * Math.max(1, largest));
      [0, 1, 41].forEach((node, row) => {
        // A difference of 1e-6 mV in a spike is one of 1e-3 pA along the dendrite.
        expect(Math.abs(currents[node]! - golden.current_pA[row]![k]!)).toBeLessThan(0.05);
      });
    }
  });
});

describe("the potential at electrodes", () => {
  it("of line sources is the integral over each compartment, beside, beyond and within its radius", () => {
    const weights = extracellularWeights(ballAndStick(), electrodes);
    golden.weights.forEach((row, e) => {
      row.forEach((expected, i) => {
        expect(Math.abs(weights[e]![i]! / expected - 1)).toBeLessThan(1e-9);
      });
    });
  });

  it("follows NEURON's currents through a spike", async () => {
    const { clamps, simulation } = await simulate();
    const { t, potentials } = await recordExtracellular(simulation, electrodes, p.duration_ms, {
      interval: p.sample_ms,
      clamps,
    });
    expect(t[3]).toBeCloseTo(1.5, 12);
    golden.potential_uV.forEach((row, e) => {
      const apart = row.map((expected, k) => Math.abs(expected - potentials[e]![k]!));
      expect(Math.max(...row.map(Math.abs))).toBeGreaterThan(1);
      expect(Math.max(...apart)).toBeLessThan(1e-3);
    });
  });

  it("far away is that of a point with the injected current, also under voltage clamp", async () => {
    const cell = ballAndStick();
    const clamp: VoltageClamp = {
      kind: "voltage",
      site: findSite(cell.tree, "dend", 0.5),
      levels: [{ V: -40, duration: 10 }],
      seriesResistance: 10,
    };
    const simulation = await CableSimulation.create([cell], { dt: 0.025, clamps: [clamp] });
    const distance = 1e6;
    const far = { positions: [[220, distance, 0]] as Position[] };
    const { potentials } = await recordExtracellular(simulation, far, 2, { interval: 2, clamps: [clamp] });
    const current = simulation.traces().clampCurrent[0]!.at(-1)!;
    expect(Math.abs(current)).toBeGreaterThan(50);
    // The dipole is weaker by the cell's length over the distance.
    expect(potentials[0]![1]! / (current / (4 * Math.PI * 0.3 * distance))).toBeCloseTo(1, 3);
  });

  it("of a point source at the middle is that of the line where the compartment is short", () => {
    const cell = ballAndStick();
    const positions: Position[] = [[0, 4000, 0]];
    const [line] = extracellularWeights(cell, { positions });
    const [point] = extracellularWeights(cell, { positions, source: "point" });
    point!.forEach((w, i) => {
      expect(w / line![i]!).toBeCloseTo(1, 5);
    });
  });

  it("needs a conductivity, coordinates and a cell that make sense", async () => {
    const { cell, simulation } = await simulate();
    const bad = (changed: object) => () => extracellularWeights(cell, { ...electrodes, ...changed });
    expect(bad({ conductivity: 0 })).toThrow(/conductivity/);
    expect(bad({ positions: [[0, Number.NaN, 0]] })).toThrow(/coordinate .*electrode 0/);
    expect(bad({ source: "sphere" })).toThrow(/unknown source "sphere".*"line" or "point"/);
    await expect(recordExtracellular(simulation, electrodes, 1, { cell: 3 })).rejects.toThrow(/1 cells, found 3/);
  });
});
