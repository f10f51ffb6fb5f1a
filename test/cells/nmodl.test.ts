/** Mechanisms read from .mod files against NEURON with the same files (interop/golden/nmodl.py). */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildCell, CableSimulation, findSite } from "wbe/cells";
import { readNmodl } from "wbe/compiler";
import { SimulationEngine } from "wbe/simulation";
import type { SynapseDeclaration } from "wbe/synapse-models";
import golden from "../golden/nmodl.json" with { type: "json" };
import { cylinder } from "./rallpack-cells.js";

const p = golden.parameters;
const folder = new URL("../../interop/golden/mechanisms/", import.meta.url);
const models = readdirSync(folder).map((name) => readNmodl(readFileSync(new URL(name, folder), "utf8"), name));
const channelModels = models.flatMap((model) => (model.kind === "channel" ? [model.declaration] : []));

const sets = {
  axon: { channels: { axon: {} }, ena: 50, ek: -85 },
  scheme: { channels: { scheme: {}, axon: {} }, ena: 50, ek: -85 },
  shells: { channels: { caghk: { pbar: 2e-4 }, shells: {} }, cao: 2 },
  pump: { channels: { caghk: { pbar: 2e-4 }, pump: {} }, cao: 2 },
  outside: { channels: { axon: {}, outside: { ki: 120 } }, ena: 50 },
};

async function simulation(name: keyof typeof sets) {
  const cell = buildCell({
    morphology: [{ ...cylinder("soma[0]", p.diameter_um, p.diameter_um), type: 1 }],
    compartments: { count: 1 },
    celsius: p.celsius,
    channelModels,
    parameters: [{ region: "all", Ra: 100, Cm: 1, gLeak: "1e-4 S/cm2", ELeak: -70, ...sets[name] }],
  });
  const site = findSite(cell.tree, "soma", 0.5);
  return CableSimulation.create([cell], {
    dt: p.dt_ms,
    V: p.start_mV,
    clamps: p.steps_ms_ms_pA.map(([onset, end, amplitude]) => ({
      kind: "current" as const,
      site,
      onset: onset!,
      duration: end! - onset!,
      amplitude: amplitude!,
    })),
    record: [{ site }],
    sampleInterval: 1,
  });
}

describe("a compartment with the mechanism", () => {
  it.each(Object.keys(sets) as (keyof typeof sets)[])("%s has NEURON's potential and concentrations", async (name) => {
    const run = await simulation(name);
    const states: Record<string, string> = { cai: `${name}.cai`, ko: `${name}.ko`, O_scheme: "scheme.O" };
    const { v: V, ...others } = golden.sets[name] as unknown as Record<string, number[]>;
    const apart: Record<string, number> = { V: 0 };
    for (let ms = 0; ms <= p.duration_ms; ms++) {
      if (ms > 0) await run.run(1);
      apart.V = Math.max(apart.V!, Math.abs(run.potentials()[0]! - V![ms]!));
      for (const [key, expected] of Object.entries(others)) {
        if (!(key in states)) continue;
        const got = run.state(states[key]!)[0]!;
        apart[key] = Math.max(apart[key] ?? 0, Math.abs(got / expected[ms]! - 1));
      }
    }
    // The schemes are the same. NEURON's steady start of the kinetic scheme is 2e-7 off in O, which spikes multiply; the shells
    // with a buffer, whose transitions are not linear, it iterates to a tolerance.
    const limits: Record<string, [V: number, state: number]> = { scheme: [5e-4, 1e-4], shells: [1e-4, 1e-3] };
    const [potential, state] = limits[name] ?? [1e-5, 1e-5];
    expect(apart.V).toBeLessThan(potential);
    for (const key of Object.keys(apart)) if (key !== "V") expect(apart[key], key).toBeLessThan(state);
  });
});

it("a synapse with NET_RECEIVE and a block by voltage has NEURON's potential in a passive cell", async () => {
  const synapse = models.find(({ kind }) => kind === "synapse")!.declaration as SynapseDeclaration;
  const area = Math.PI * p.diameter_um ** 2 * 0.01;
  const engine = await SimulationEngine.fromDescription({
    version: 1,
    seed: 0,
    dt: 0.005,
    duration: p.duration_ms,
    populations: [
      {
        name: "cell",
        size: 1,
        model: "LIF",
        method: "rk4",
        params: { C: area, gL: 0.1 * area, EL: -70, Vth: 1000, Vreset: -70, tRef: 0 },
        init: { V: p.start_mV },
      },
    ],
    projections: [],
    stimuli: [
      { kind: "spikes", population: "cell", times: p.arrivals_ms, synapse, weight: 1000 * p.weight_uS },
      ...p.steps_ms_ms_pA.map(([start, stop, amplitude]) => ({
        kind: "constant" as const,
        population: "cell",
        start: start!,
        stop: stop!,
        amplitude: amplitude!,
      })),
    ],
    recorders: [{ kind: "state", population: "cell", variable: "V", every: 1 }],
  });
  await engine.run();
  const { data } = engine.recorded("V");
  const apart = golden.sets.nmdalike.v.map((v, ms) => Math.abs(v - data[ms]!));
  expect(Math.max(...golden.sets.nmdalike.v)).toBeGreaterThan(-50);
  // Implicit Euler at 5 us: an error of dt/2 of the steepest slope, 4 mV/ms, and one step of arrival.
  expect(Math.max(...apart)).toBeLessThan(0.03);
});
