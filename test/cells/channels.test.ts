/** Channels in one compartment against NEURON with the Allen Institute's own mechanism files (interop/golden/channels.py). */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildCell, CableSimulation, findSite, type RegionParameters } from "wbe/cells";
import { channelModels } from "wbe/neuron-models";
import golden from "../golden/channels.json" with { type: "json" };
import { cylinder } from "./rallpack-cells.js";

const p = golden.parameters;
const gbar: Record<string, number> = p.gbar_S_cm2;
const sets: Record<string, readonly string[]> = {
  HH: ["HH_Na", "HH_K"],
  calcium: ["Ca_HVA", "Ca_LVA", "CaDynamics", "SK"],
  all: ["NaTs", "Nap", "K_P", "K_T", "Kv3_1", "Im", "Ih", "Ca_HVA", "Ca_LVA", "CaDynamics", "SK"],
};

function soma(channels: readonly string[], more: Partial<RegionParameters> = {}, celsius = p.celsius) {
  const own = Object.fromEntries(
    channels.map((id) => {
      if (id === "CaDynamics") return [id, { gamma: p.gamma, decayTime: p.decay_ms }];
      return [id, id in gbar ? { gbar: `${gbar[id]} S/cm2` } : {}];
    }),
  );
  const isHH = channels.includes("HH_Na");
  return buildCell({
    morphology: [{ ...cylinder("soma[0]", p.diameter_um, p.diameter_um), type: 1 }],
    compartments: { count: 1 },
    celsius: isHH ? 6.3 : celsius,
    parameters: [
      {
        region: "all",
        Ra: 100,
        Cm: p.cm_uF_cm2,
        gLeak: `${p.g_pas_S_cm2} S/cm2`,
        ELeak: p.e_pas,
        ena: p.ena,
        ek: p.ek,
        eca: p.eca_without_pool,
        channels: own,
        ...more,
      },
    ],
  });
}

async function run(cell: ReturnType<typeof soma>): Promise<Float64Array> {
  const site = findSite(cell.tree, "soma", 0.5);
  const simulation = await CableSimulation.create([cell], {
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
  await simulation.run(p.duration_ms);
  return simulation.traces().V[0]!;
}

describe("a compartment with", () => {
  it.each(Object.entries(golden.V))("%s has NEURON's potential", async (name, expected) => {
    const V = await run(soma(sets[name] ?? [name]));
    const differences = expected.map((v, k) => Math.abs(V[k]! - v));
    // The schemes are the same. NEURON's constants of nature and its series about 0/0 differ, and so does its slope dI/dV
    // where the current is not linear in V (Nap opens at once): a difference over 0.001 mV. Spikes of 200 mV/ms multiply it.
    const isLinear = name !== "Nap" && name !== "all";
    expect(Math.max(...differences)).toBeLessThan(isLinear ? 1e-4 : 5e-3);
  });
});

describe("parameters that differ", () => {
  it("between cells side by side give what each gives alone", async () => {
    const site = { node: 0, section: 0, x: 0.5 };
    const clamp = { kind: "current" as const, site, onset: 5, duration: 40, amplitude: 150 };
    const cells = [0.03, 0.08].map((g) =>
      soma(["NaTs", "Kv3_1"], { channels: { NaTs: { gbar: `${g} S/cm2` }, Kv3_1: { gbar: 20 } } }),
    );
    const runAll = async (list: typeof cells) => {
      const clamps = list.map((_, cell) => ({ ...clamp, cell }));
      const record = list.map((_, cell) => ({ cell, site }));
      const simulation = await CableSimulation.create(list, { dt: 0.025, V: -75, clamps, record });
      await simulation.run(60);
      return simulation.traces().V;
    };
    const together = await runAll(cells);
    for (const [c, cell] of cells.entries()) {
      const [alone] = await runAll([cell]);
      // Factors are drawn together in another order.
      alone!.forEach((v, k) => {
        expect(Math.abs(v - together[c]![k]!)).toBeLessThan(1e-7);
      });
    }
    expect(Math.max(...together[1]!)).toBeGreaterThan(Math.max(...together[0]!) + 1);
  });

  it("along a cable follow their expression", async () => {
    const cell = buildCell({
      morphology: [cylinder("dend[0]", 300, 2)],
      compartments: { count: 3 },
      celsius: 34,
      parameters: [{ region: "all", Ra: 1e9, Cm: 1, ek: -90, channels: { Kv3_1: { gbar: "1 mS/cm2 * (1 + x)" } } }],
    });
    // Compartments that hardly see one another: each decays with its own conductance.
    const simulation = await CableSimulation.create([cell], { dt: 0.025, V: 20 });
    await simulation.run(0.025);
    const m = simulation.state("Kv3_1.m");
    const start = 1 / (1 + Math.exp(-(20 - 18.7) / 9.7));
    simulation.potentials().forEach((V, i) => {
      const g = (1 + (i + 0.5) / 3) * start;
      expect(V).toBeCloseTo((20 / 0.025 - g * 90) / (1 / 0.025 + g), 4);
      expect(m[i]).toBeGreaterThan(0);
    });
  });
});

describe("the catalogue", () => {
  it("holds every channel that a file of the folder defines, once, and each says where it comes from", () => {
    const folder = new URL("../../src/neuron-models/channels/", import.meta.url);
    const defined = readdirSync(folder).flatMap((file) => {
      const text = readFileSync(new URL(file, folder), "utf8");
      return [...text.matchAll(/defineChannel\(\{\s*id: "([^"]+)"/g)].map((match) => match[1]!);
    });
    expect(channelModels.map(({ id }) => id).sort()).toEqual(defined.sort());
    for (const { source } of channelModels) expect(source).toMatch(/\d{4}/);
  });
});

describe("refused, saying what and where", () => {
  it.each([
    ["an unknown channel", { channels: { NaX: {} } }, /unknown channel "NaX".*NaTs/s],
    ["an unknown parameter", { channels: { NaTs: { g: 1 } } }, /channel "NaTs" has no parameter "g".*gbar/s],
    [
      "a negative conductance",
      { channels: { NaTs: { gbar: -1 } } },
      /expected NaTs.gbar within .*found -1.*soma\[0\]\(0.5\)/s,
    ],
    ["a conductance in another unit", { channels: { NaTs: { gbar: "1 nS" } } }, /expected .* for NaTs.gbar/],
  ])("%s", (_, more, message) => {
    expect(() => soma([], more as never)).toThrow(message);
  });

  it("an ion without reversal potential, and channels without temperature", async () => {
    const bare = (channel: string, celsius?: number) =>
      CableSimulation.create(
        [
          buildCell({
            morphology: [cylinder("dend[0]", 10, 1)],
            compartments: { count: 1 },
            parameters: [{ region: "all", Ra: 100, Cm: 1, channels: { [channel]: {} } }],
            ...(celsius === undefined ? {} : { celsius }),
          }),
        ],
        { dt: 0.1 },
      );
    await expect(bare("Kv3_1")).rejects.toThrow(/reversal potential ek is needed.*dend\[0\]\(0.5\).*ek: …/s);
    await expect(bare("Ca_HVA")).rejects.toThrow(/reversal potential eca/);
    await expect(bare("HH_K")).rejects.toThrow(/reversal potential ek|temperature \(celsius\)/);
    await expect(bare("Ih")).resolves.toBeDefined();
    await expect(bare("SK")).rejects.toThrow(expect.objectContaining({ code: "PARAMETER_MISSING" }));
  });
});
