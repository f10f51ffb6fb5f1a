/** Networks of detailed cells: against NEURON (interop/golden/cell_networks.py) and closed forms; threads, checkpoints, faults. */
import { describe, expect, it } from "vitest";
import { buildModelCell, CableSimulation, type CellModel, parseSite } from "wbe/cells";
import { type NetworkDescription, SimulationEngine } from "wbe/simulation";
import golden from "../golden/cell-networks.json" with { type: "json" };

const { dt_ms: dt, weight_nS: weight, delay_ms: delay, cells: nCells } = golden.parameters;

const passive = [{ region: "all", Ra: 100, Cm: 1, gLeak: 0.1, ELeak: -65 }];
const active = [
  {
    region: "all",
    Ra: 100,
    Cm: 1,
    gLeak: 0.3,
    ELeak: -54.3,
    ena: 50,
    ek: -77,
    channels: { HH_Na: {}, HH_K: {} },
  },
];

/** The cell of the golden file: a soma with three dendrites, the first one forked. */
function branching(parameters: CellModel["parameters"], more: Partial<CellModel> = {}): CellModel {
  return {
    id: "branching",
    morphology: [
      {
        name: "soma[0]",
        points: [
          [0, 0, 0, 20],
          [20, 0, 0, 20],
        ],
        compartments: 1,
      },
      {
        name: "dend[0]",
        parent: "soma[0]",
        points: [
          [20, 0, 0, 2],
          [120, 0, 0, 2],
        ],
      },
      {
        name: "dend[1]",
        parent: "dend[0]",
        points: [
          [120, 0, 0, 1],
          [220, 0, 0, 1],
        ],
      },
      {
        name: "dend[2]",
        parent: "dend[0]",
        points: [
          [120, 0, 0, 1.2],
          [120, 80, 0, 1.2],
        ],
      },
      {
        name: "dend[3]",
        parent: "soma[0]",
        parentX: 0,
        points: [
          [0, 0, 0, 2],
          [-200, 0, 0, 2],
        ],
      },
    ],
    compartments: { count: 5 },
    celsius: 6.3,
    parameters,
    sites: { soma: "location(soma[0], 0.5)", tip: "location(dend[1], 0.9)" },
    ...more,
  };
}

const common = { version: 1, seed: 7, dt, recorders: [] } as const;
const states = (population: string, ...variables: string[]): NetworkDescription["recorders"] => [
  { kind: "spikes" },
  ...variables.map((variable) => ({ kind: "state" as const, population, variable })),
];

function ring(size: number, duration: number): NetworkDescription {
  const synapse = { synapse: "ExpConductance", params: { tau: 2, Erev: 0 }, site: "tip", weight };
  const next = Array.from({ length: size }, (_, k) => (k + 1) % size);
  return {
    ...common,
    duration,
    populations: [{ name: "ring", model: branching(active), size }],
    projections: [
      { from: "ring", to: "ring", rule: { kind: "edges", source: [...next.keys()], target: next }, delay, ...synapse },
    ],
    stimuli: [{ kind: "spikes", population: "ring", neurons: [0], times: [1], ...synapse }],
    recorders: states("ring", "V", "V_tip"),
  };
}

describe("beside NEURON", () => {
  it.each([
    ["ExpSyn", "ExpConductance", { tau: 2, Erev: 0 }],
    ["Exp2Syn", "DualExpConductance", { tauRise: 0.5, tauDecay: 5, Erev: 0 }],
  ] as const)(
    "the potentials that %s makes at a dendrite and in the soma are the same to 1e-6 mV",
    async (kind, synapse, params) => {
      const engine = await SimulationEngine.fromDescription({
        ...common,
        duration: 40,
        populations: [{ name: "cell", model: branching(passive), size: 1 }],
        projections: [],
        stimuli: [
          // NetStim's events reach a NetCon of delay 1 ms.
          {
            kind: "spikes",
            population: "cell",
            synapse,
            params: { ...params },
            site: "tip",
            weight: 2,
            times: [5, 12],
          },
        ],
        recorders: states("cell", "V", "V_tip"),
      });
      await engine.run();
      for (const [variable, expected] of [
        ["V", golden[kind].soma],
        ["V_tip", golden[kind].site],
      ] as const) {
        const { data } = engine.recorded(variable, "cell");
        const worst = Math.max(...expected.map((v, k) => Math.abs(data[20 * k]! - v)));
        // Weights arrive in single precision (6e-8 of about 60 mV), Exp2Syn's two states are one difference in NEURON.
        expect(worst).toBeLessThan(1e-6);
      }
    },
  );

  it("a ring of branching cells fires at the same steps for 200 ms", async () => {
    const engine = await SimulationEngine.fromDescription(ring(nCells, 200));
    await engine.run();
    const { step, neuron } = engine.spikes();
    expect([...neuron]).toEqual(golden.ring.spike_cells);
    const late = [...step].map((s, k) => Math.abs(s * dt - golden.ring.spike_times[k]!));
    expect(Math.max(...late)).toBeLessThan(1e-6);
    const { data, neurons } = engine.recorded("V", "ring");
    const V = golden.ring.V.map((_, k) => data[40 * k * neurons.length + 2]!);
    const square = V.reduce((sum, v, k) => sum + (v - golden.ring.V[k]!) ** 2, 0);
    expect(Math.sqrt(square / V.length)).toBeLessThan(0.001);
  });
});

/** Everything that a mixed network leaves. */
function mixed(duration = 40): NetworkDescription {
  const one = ring(5, duration);
  return {
    ...one,
    populations: [...one.populations, { name: "points", model: "LIF", size: 7 }],
    projections: [
      ...one.projections,
      { from: "ring", to: "points", synapse: "ExpCurrent", rule: { kind: "all-to-all" }, weight: 900, delay: 1.5 },
      {
        from: "points",
        to: "ring",
        synapse: "NMDA",
        site: "tip",
        rule: { kind: "bernoulli", p: 0.6 },
        weight: { uniform: [0.1, 0.4] },
        delay: { uniform: [1, 3] },
      },
      {
        from: "ring",
        to: "ring",
        name: "gaps",
        synapse: "GapJunction",
        site: "tip",
        fromSite: "tip",
        rule: { kind: "edges", source: [0, 1, 3], target: [1, 0, 4] },
        weight: 0.5,
        delay: 0.1,
      },
    ],
    stimuli: [
      ...one.stimuli,
      { kind: "constant", population: "ring", neurons: [3], input: "I_tip", amplitude: 40, start: 10, stop: 20 },
      { kind: "poisson", population: "ring", rate: 200, synapse: "ExpCurrent", weight: 20 },
    ],
  };
}

async function outcome(description: NetworkDescription, threads = 1, pause?: number): Promise<unknown> {
  let engine = await SimulationEngine.fromDescription(description, { threads });
  if (pause !== undefined) {
    await engine.run({ duration: pause });
    const checkpoint = await engine.save();
    await engine.dispose();
    engine = await SimulationEngine.resume(description, checkpoint);
  }
  await engine.run();
  const { step, neuron } = engine.spikes();
  const V = [engine.recorded("V", "ring").data, engine.recorded("V_tip", "ring").data];
  await engine.dispose();
  return { step, neuron, V };
}

describe("a network of cells and point neurons", () => {
  it("gives the same bits on 1, 2 and 3 threads, and resumed from a checkpoint on another number", async () => {
    const one = await outcome(mixed());
    expect((one as { step: Uint32Array }).step.length).toBeGreaterThan(5);
    expect(await outcome(mixed(), 3)).toEqual(one);
    expect(await outcome(mixed(), 2, 17.3)).toEqual(one);
  });

  it("is plain data: as JSON and back it gives the same bits", async () => {
    const back = JSON.parse(JSON.stringify(mixed(15))) as NetworkDescription;
    expect(await outcome(back)).toEqual(await outcome(mixed(15)));
  });

  it("and a cell of it without synapses has the bits of the same cell alone", async () => {
    const model = branching(active);
    const engine = await SimulationEngine.fromDescription({
      ...common,
      duration: 20,
      populations: [{ name: "cell", model, size: 3 }],
      projections: [],
      stimuli: [{ kind: "constant", population: "cell", amplitude: 300, start: 1, stop: 15 }],
      recorders: states("cell", "V_tip"),
    });
    await engine.run();
    const { cell } = buildModelCell(model);
    const site = parseSite(cell.tree, "location(soma[0], 0.5)");
    const alone = await CableSimulation.create([cell], {
      dt,
      clamps: [{ kind: "current", site, onset: 1, duration: 14, amplitude: 300 }],
      record: [{ site: parseSite(cell.tree, "location(dend[1], 0.9)") }],
    });
    await alone.run(20);
    const V = alone.traces().V[0]!;
    const { data } = engine.recorded("V_tip", "cell");
    for (let c = 0; c < 3; c++) expect(Float64Array.from(V, (_, k) => data[3 * k + c]!)).toEqual(V);
    expect(Math.max(...V)).toBeGreaterThan(0);
  });
});

describe("gap junctions between compartments", () => {
  const ball: CellModel = {
    id: "ball",
    morphology: [
      {
        name: "soma[0]",
        points: [
          [0, 0, 0, 20],
          [20, 0, 0, 20],
        ],
      },
    ],
    compartments: { count: 1 },
    parameters: passive,
    V: -65,
  };
  const leak = 0.1 * 0.01 * Math.PI * 400;
  const coupled = (duration: number, parameters: CellModel["parameters"] = passive): NetworkDescription => ({
    ...common,
    duration,
    populations: [{ name: "pair", model: { ...ball, parameters }, size: 2 }],
    projections: [
      {
        from: "pair",
        to: "pair",
        synapse: "GapJunction",
        rule: { kind: "edges", source: [0, 1], target: [1, 0] },
        weight: 0.5,
        delay: dt,
      },
    ],
    stimuli: [{ kind: "constant", population: "pair", neurons: [0], amplitude: 10 }],
    recorders: states("pair", "V"),
  });

  it("have the coupling coefficient g/(g + gLeak)", async () => {
    const engine = await SimulationEngine.fromDescription(coupled(300));
    await engine.run();
    const [first, second] = engine.recorded("V", "pair").data.slice(-2);
    // The junction's current passes in single precision.
    expect((second! + 65) / (first! + 65)).toBeCloseTo(0.5 / (0.5 + leak), 6);
  });

  it("neither make nor lose charge: what is injected is what the membranes hold, to 1e-10", async () => {
    const sealed = [{ region: "all", Ra: 100, Cm: 1 }];
    const engine = await SimulationEngine.fromDescription(coupled(50, sealed));
    await engine.run();
    const [first, second] = engine.recorded("V", "pair").data.slice(-2);
    const capacitance = 0.01 * Math.PI * 400;
    expect((capacitance * (first! + 65 + second! + 65)) / (10 * 50)).toBeCloseTo(1, 10);
    expect(second!).toBeGreaterThan(-65);
  });
});

describe("faults are named", () => {
  const build = (change: Partial<NetworkDescription>) =>
    SimulationEngine.fromDescription({ ...ring(2, 10), ...change });
  const withModel = (more: Partial<CellModel>) =>
    build({ populations: [{ name: "ring", model: branching(active, more), size: 2 }] });

  it("a site off the cell, or without a name of its own", async () => {
    const { projections } = ring(2, 10);
    await expect(build({ projections: [{ ...projections[0]!, site: "spine" }] })).rejects.toThrow(
      /unknown site "spine".*soma, tip/,
    );
    await expect(
      withModel({ sites: { soma: "location(soma[0], 0.5)", tip: "location(dend[9], 0.5)" } }),
    ).rejects.toThrow(/unknown section "dend\[9\]"/);
    await expect(
      withModel({ sites: { soma: "location(soma[0], 0.5)", tip: "location(dend[1], 1.5)" } }),
    ).rejects.toThrow(/from 0 to 1, found 1.5/);
    await expect(withModel({ spike: { site: "axon" } })).rejects.toThrow(/unknown site "axon"/);
  });

  it("sections of no length or no diameter, and without a parent", async () => {
    const soma = branching(active).morphology as readonly {
      name: string;
      points: [number, number, number, number][];
    }[];
    const morphology = (points: [number, number, number, number][]) => [
      soma[0]!,
      { name: "dend[1]", parent: "soma[0]", points },
    ];
    await expect(
      withModel({
        morphology: morphology([
          [0, 0, 0, 1],
          [0, 0, 0, 1],
        ]),
      }),
    ).rejects.toThrow(/length and diameter > 0.*dend\[1\]/);
    await expect(
      withModel({
        morphology: morphology([
          [0, 0, 0, 1],
          [9, 0, 0, 0],
        ]),
      }),
    ).rejects.toThrow(/diameter > 0/);
    const orphan = {
      name: "dend[1]",
      parent: "dend[7]",
      points: [
        [0, 0, 0, 1],
        [9, 0, 0, 1],
      ] as const,
    };
    await expect(withModel({ morphology: [soma[0]!, orphan] })).rejects.toThrow(/parent that stands before/);
  });

  it("a region that matches nothing, and an ion without a reversal potential", async () => {
    await expect(withModel({ parameters: [...active, { region: "apic", Ra: 90 }] })).rejects.toThrow(/apic/);
    const { ena, ...rest } = active[0]!;
    expect(ena).toBe(50);
    await expect(withModel({ parameters: [rest] })).rejects.toThrow(/reversal potential ena/);
  });

  it("a pulse, which would jump the potential of a cable", async () => {
    const { projections } = ring(2, 10);
    await expect(
      build({ projections: [{ ...projections[0]!, synapse: "Pulse", params: {}, weight: 1 }] }),
    ).rejects.toThrow(/synapse with a current/);
  });

  it("what detailed cells do not have, and a site on a point neuron", async () => {
    const populations = ring(2, 10).populations;
    await expect(build({ populations: [{ ...populations[0]!, precision: "f32" }] })).rejects.toThrow(/no "precision"/);
    await expect(build({ populations: [{ name: "ring", model: "LIF", size: 2 }] })).rejects.toThrow(
      /unknown site "tip"/,
    );
  });

  it("a potential of a site that is to be set, which the cable decides", async () => {
    const engine = await build({});
    expect(() => engine.set("ring", { V_tip: -50 })).toThrow(/cable decides.*I_tip/);
  });

  it("a potential that is no longer finite", async () => {
    const engine = await build({ stimuli: [{ kind: "constant", population: "ring", amplitude: 1e308 }] });
    await expect(engine.run()).rejects.toThrow(/became|finite/);
  });
});
