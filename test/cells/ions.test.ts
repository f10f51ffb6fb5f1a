/** Concentrations, reversal potentials and currents of ions: against NEURON (golden/nmodl.py) and conservation. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildCell, CableSimulation, findSite, type RegionParameters } from "wbe/cells";
import { buildMembrane, evaluateNodes, readNmodl } from "wbe/compiler";
import { goldmanCurrentDensity, nernst } from "wbe/core";
import { caT, type channelModels } from "../../src/neuron-models/channels/channels.js";
import golden from "../golden/nmodl.json" with { type: "json" };
import { cylinder } from "./rallpack-cells.js";

const p = golden.parameters;
const axonFile = new URL("../../interop/golden/mechanisms/axon.mod", import.meta.url);
const axon = readNmodl(readFileSync(axonFile, "utf8"), "axon.mod").declaration as (typeof channelModels)[number];

async function simulate(more: Partial<RegionParameters>) {
  const cell = buildCell({
    morphology: [{ ...cylinder("soma[0]", p.diameter_um, p.diameter_um), type: 1 }],
    compartments: { count: 1 },
    celsius: p.celsius,
    channelModels: [axon],
    parameters: [{ region: "all", Ra: 100, Cm: 1, gLeak: "1e-4 S/cm2", ELeak: -70, ...more }],
  });
  const site = findSite(cell.tree, "soma", 0.5);
  const clamps = p.steps_ms_ms_pA.map(([onset, end, amplitude]) => ({
    kind: "current" as const,
    site,
    onset: onset!,
    duration: end! - onset!,
    amplitude: amplitude!,
  }));
  return CableSimulation.create([cell], { dt: p.dt_ms, V: p.start_mV, clamps });
}

describe("in a compartment, beside NEURON,", () => {
  it("CaT by the constant-field equation and four shells with a buffer give potential and calcium", async () => {
    const run = await simulate({ channels: { CaT: { pbar: 2e-4 }, CaShells: {} } });
    for (let ms = 0; ms <= p.duration_ms; ms++) {
      if (ms > 0) await run.run(1);
      expect(Math.abs(run.potentials()[0]! - golden.sets.shells.v[ms]!)).toBeLessThan(1e-4);
      // NEURON iterates the step, which is not linear in the buffer, to a tolerance.
      expect(Math.abs(run.state("CaShells.cai")[0]! / golden.sets.shells.cai[ms]! - 1)).toBeLessThan(1e-3);
    }
    expect(Math.max(...golden.sets.shells.cai)).toBeGreaterThan(2e-4);
  });

  it("potassium gathers in a space outside and moves its reversal potential", async () => {
    const run = await simulate({ channels: { axon: {}, K_space: {} }, ena: 50 });
    for (let ms = 0; ms <= p.duration_ms; ms++) {
      if (ms > 0) await run.run(1);
      expect(Math.abs(run.potentials()[0]! - golden.sets.outside.v[ms]!)).toBeLessThan(1e-5);
      expect(run.state("K_space.ko")[0]!).toBeCloseTo(golden.sets.outside.ko[ms]!, 7);
    }
    expect(Math.max(...golden.sets.outside.ko)).toBeGreaterThan(3.05);
  });
});

describe("ions", () => {
  it("calcium and its buffer together change by what flows in, at every step", async () => {
    const run = await simulate({ channels: { CaT: { pbar: 2e-4 }, CaShells: { decayTime: 1e15 } } });
    const parts = [11, 16, 8, 1];
    const amount = (): number =>
      ["cai", "ca1", "ca2", "ca3"].reduce(
        (sum, name, k) => sum + parts[k]! * (run.state(`CaShells.${name}`)[0]! + run.state(`CaShells.b${k}`)[0]!),
        0,
      );
    const start = amount();
    let influx = 0;
    for (let step = 0; step < 800; step++) {
      influx -= run.state("ica")[0]! * p.dt_ms;
      await run.run(p.dt_ms);
    }
    // uA/cm2·ms over 2F in C/mol and um: 10 mM·um; spread over diam²/144 parts times the circumference's diam.
    const expected = (10 * influx) / (2 * 96485.33212) / (p.diameter_um / 144);
    expect(expected).toBeGreaterThan(0.001);
    expect((amount() - start) / expected).toBeCloseTo(1, 8);
  });

  it("the current by the constant-field equation is Goldman's, at V = 0 too", () => {
    const { plain, stateNames } = buildMembrane([caT]);
    const current = plain.start[stateNames.length]!;
    for (const V of [-90, -40, 0, 1e-9, 30, 150]) {
      const given: Record<string, number> = {
        ...{ V, celsius: 34, cai: 1e-4, cao: 2, "CaT.m": 0.5, "CaT.h": 0.25 },
        ...Object.fromEntries(Object.entries(caT.params).map(([name, [value]]) => [`CaT.${name}`, value])),
      };
      const [got] = evaluateNodes([current], (leaf) => given[leaf.name]!);
      const expected = goldmanCurrentDensity(
        { valence: 2, inside: 1e-4, outside: 2, permeability: 1e-4 * 0.25 * 0.25 },
        V,
        34,
      );
      // The constants of nature have ten digits there.
      expect(got! / expected).toBeCloseTo(1, 9);
    }
  });

  it("give a reversal potential that the cell does not by their concentrations", async () => {
    const ena = nernst({ valence: 1, inside: 12, outside: 145 }, p.celsius);
    const [one, other] = [
      await simulate({ channels: { axon: {} }, ek: -85, ena }),
      await simulate({ channels: { axon: {} }, ek: -85, nai: 12, nao: 145 }),
    ];
    await one.run(30);
    await other.run(30);
    expect(other.potentials()).toEqual(one.potentials());
    await expect(simulate({ channels: { axon: {} }, ek: -85, nai: 12 })).rejects.toThrow(/reversal potential ena/);
    await expect(simulate({ channels: { CaT: {} }, cai: 1e-4 })).rejects.toThrow(/concentration cao, or a pool/);
    await expect(simulate({ channels: { CaDynamics: {}, CaShells: {} } })).rejects.toThrow(/one pool of ca, found/);
  });
});
