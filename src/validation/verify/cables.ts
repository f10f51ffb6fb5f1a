/** Detailed cells: closed forms of cable theory, the Rallpacks, and Hodgkin and Huxley's impulse. @module */
import {
  buildCell,
  CableSimulation,
  type Cell,
  type RegionParameters,
  type Section,
  siteAt,
} from "../../cells/index.js";
import { rallpack3Far, rallpack3Near } from "./rallpack3-reference.js";
import { type FigureCheck, within } from "./verify.js";

const rallpack = "Bhalla, Bilitch & Bower 1992, Trends Neurosci 15:453 (Rallpacks 1.1)";
/** Ra 1 Ω·m, Rm 4 Ω·m², Cm 0.01 F/m², −65 mV. */
const [Ra, Rm, Cm, E] = [100, 40000, 1, -65];
const parameters = [{ region: "all", Ra, Rm, Cm, ELeak: E }];
const tau = (Rm * Cm) / 1000;
/** pA, from t = 0 on. */
const current = 100;
const duration = 250;
const dt = 0.05;

function cylinder(length: number, diameter: number, parent: number, index: number): Section {
  return {
    name: `dend[${index}]`,
    type: 3,
    parent,
    parentX: 1,
    x: Float64Array.of(0, length),
    y: new Float64Array(2),
    z: new Float64Array(2),
    diameter: Float64Array.of(diameter, diameter),
    arc: Float64Array.of(0, length),
    length,
  };
}

const lambdaOf = (diameter: number): number => Math.sqrt(((diameter * 1e-4) / 4) * (Rm / Ra)) * 1e4;
/** Input resistance of the endless half-cable, GΩ. */
const endless = (d: number): number => ((2 / Math.PI) * Math.sqrt(Rm * Ra) * (d * 1e-4) ** -1.5) / 1e9;

/** mV at place x (um) of a sealed cable into whose start the current flows since t = 0: Rall 1969, Biophys J 9:1483. */
function sealedCable(x: number, t: number, length: number, diameter: number): number {
  const lambda = lambdaOf(diameter);
  let transient = 0;
  for (let k = 0; k < 1000; k++) {
    const rate = 1 + ((k * Math.PI * lambda) / length) ** 2;
    const term = ((k === 0 ? 1 : 2) * Math.cos((k * Math.PI * x) / length) * Math.exp((-t * rate) / tau)) / rate;
    transient += term;
    if (Math.exp((-t * rate) / tau) < 1e-16) break;
  }
  const steady = Math.cosh((length - x) / lambda) / Math.sinh(length / lambda);
  return E + current * endless(diameter) * (steady - (lambda * transient) / length);
}

/** Potentials at the start of the first section and the end of the last. */
async function driven(cell: Cell, step = dt, sampleInterval = step): Promise<readonly Float64Array[]> {
  const start = siteAt(cell.tree, 0, 0);
  const simulation = await CableSimulation.create([cell], {
    dt: step,
    sampleInterval,
    method: "crank-nicolson",
    V: E,
    clamps: [{ kind: "current", site: start, onset: 0, duration: 2 * duration, amplitude: current }],
    record: [{ site: start }, { site: siteAt(cell.tree, cell.tree.sections.length - 1, 1) }],
  });
  await simulation.run(duration);
  return simulation.traces().V;
}

/** Root mean square of the difference over the range of the expected curve, percent. */
function rmsError(got: ArrayLike<number>, expected: (t: number) => number, interval = dt): number {
  let squares = 0;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < got.length; k++) {
    const v = expected(k * interval);
    squares += (got[k]! - v) ** 2;
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return (100 * Math.sqrt(squares / got.length)) / (high - low);
}

/** Rallpack 2: lengths and diameters (um) of ten generations, by the 3/2 law and of equal electrotonic length. */
const generations = Array.from({ length: 10 }, (_, k) => [32 * 2 ** (-k / 3), 16 * 2 ** ((-2 * k) / 3)] as const);

function binaryTree(): Section[] {
  const sections: Section[] = [];
  let level = [-1];
  for (const [k, [length, diameter]] of generations.entries()) {
    level = level.flatMap((parent) =>
      Array.from({ length: k === 0 ? 1 : 2 }, () => {
        sections.push(cylinder(length, diameter, parent, sections.length));
        return sections.length - 1;
      }),
    );
  }
  return sections;
}

/** Figures of the area "cells". */
export const cableFigures: FigureCheck[] = [
  {
    id: "rallpack-1",
    what: "RMS error of a passive cable of 999 compartments, dt 0.05 ms, 250 ms: the worse of both ends (%)",
    source: `${rallpack}; sealed cable: Rall 1969`,
    check: async () => {
      const [length, diameter] = [1000, 1];
      const cell = buildCell({
        morphology: [cylinder(length, diameter, -1, 0)],
        compartments: { count: 999 },
        parameters,
      });
      const [near, far] = await driven(cell);
      const error = Math.max(
        rmsError(near!, (t) => sealedCable(0, t, length, diameter)),
        rmsError(far!, (t) => sealedCable(length, t, length, diameter)),
      );
      return within(error, 0, 0.1);
    },
  },
  {
    id: "rallpack-2",
    what: "RMS error of a passive binary tree of 1023 compartments, dt 0.05 ms, 250 ms: the worse of root and tip (%)",
    source: `${rallpack}; equivalent cylinder of 16 × 320 um: Rall 1962, Ann N Y Acad Sci 96:1071`,
    check: async () => {
      const cell = buildCell({ morphology: binaryTree(), compartments: { count: 1 }, parameters });
      const [root, tip] = await driven(cell);
      const error = Math.max(
        rmsError(root!, (t) => sealedCable(0, t, 320, 16)),
        rmsError(tip!, (t) => sealedCable(320, t, 320, 16)),
      );
      return within(error, 0, 0.25);
    },
  },
  {
    id: "rallpack-3",
    what: "RMS error of a Hodgkin-Huxley cable of 999 compartments, dt 0.01 ms, 250 ms: the worse of both ends (%)",
    source: `${rallpack}; NEURON 9.0.2 with a step of 2 us, which is within 0.1 % of GENESIS' reference curves`,
    isSlow: true,
    check: async () => {
      const cell = buildCell({
        morphology: [cylinder(1000, 1, -1, 0)],
        compartments: { count: 999 },
        celsius: 6.3,
        parameters: [{ ...parameters[0]!, ena: 50, ek: -77, channels: { HH_Na: {}, HH_K: {} } }],
      });
      const [near, far] = await driven(cell, 0.01, 2.5);
      const at = (curve: readonly number[]) => (t: number) => curve[Math.round(t / 2.5)]!;
      const error = Math.max(rmsError(near!, at(rallpack3Near), 2.5), rmsError(far!, at(rallpack3Far), 2.5));
      return within(error, 0, 0.5);
    },
  },
  {
    id: "cable-input-resistance",
    what: "input resistance of a sealed cable, 1000 × 1 um in 999 compartments, at its first compartment (GΩ)",
    source: "cable theory: R∞·coth(L/λ); Rallpack parameters",
    check: async () => {
      const cell = buildCell({ morphology: [cylinder(1000, 1, -1, 0)], compartments: { count: 999 }, parameters });
      const site = siteAt(cell.tree, 0, 0);
      const clamps = [{ kind: "current", site, onset: 0, duration: 1e9, amplitude: 1 }] as const;
      const simulation = await CableSimulation.create([cell], { dt: 1e6, V: E, clamps, sampleInterval: 1e6 });
      await simulation.run(1e7);
      const expected = endless(1) / Math.tanh(1000 / lambdaOf(1));
      // The first compartment's middle is half a um from the end.
      return within(simulation.potentials()[0]! - E, expected, 1e-3 * expected);
    },
  },
  {
    id: "squid-axon-velocity",
    what: "velocity of the impulse in the squid giant axon, diameter 476 um, 35.4 Ω·cm, 18.5 °C (m/s)",
    source: "Hodgkin & Huxley 1952, J Physiol 117:500, part III: 18.8 m/s computed, 21.2 m/s measured",
    isSlow: true,
    check: async () => {
      const length = 2e5;
      const axon: RegionParameters = { region: "all", Ra: 35.4, Cm: 1, gLeak: 0.3, ELeak: -54.387, ena: 50, ek: -77 };
      const cell = buildCell({
        morphology: [cylinder(length, 476, -1, 0)],
        compartments: { count: 801 },
        celsius: 18.5,
        parameters: [{ ...axon, channels: { HH_Na: {}, HH_K: {} } }],
      });
      const sites = [0.3, 0.7].map((x) => siteAt(cell.tree, 0, x));
      const step = 0.005;
      const simulation = await CableSimulation.create([cell], {
        dt: step,
        method: "crank-nicolson",
        V: E,
        clamps: [{ kind: "current", site: siteAt(cell.tree, 0, 0), onset: 0, duration: 0.5, amplitude: 2e7 }],
        record: sites.map((site) => ({ site })),
      });
      await simulation.run(12);
      const [first, second] = simulation.traces().V.map((V) => step * V.findIndex((v) => v >= 0));
      const [from, to] = sites.map(({ node }) => cell.tree.x[node]! * length);
      // um/ms = 0.001 m/s
      return within(((to! - from!) / (second! - first!)) * 1e-3, 18.8, 0.1);
    },
  },
];
