/**
 * Brette et al. 2007, J Comput Neurosci 23:349–398, doi:10.1007/s10827-007-0038-6, appendix B, benchmarks 1 to 3.
 * 4,000 neurons, 80 % excitatory, every pair joined with probability 0.02, a self-sustained irregular state after
 * Vogels & Abbott 2005. The weights, time constants and membrane constants are those of the appendix.
 *
 * The paper's synapses act at once; here they take one step, as in NEST, and the peers are given the same delay.
 *
 * @module
 */
import { defineNeuron } from "../../neuron-models/index.js";
import type { NetworkDescription, PopulationSpec, ProjectionSpec } from "../../simulation/index.js";
import type { PaperOptions } from "./paper-options.js";

export interface Brette2007Options extends PaperOptions {
  /** Neurons; a fifth is inhibitory. 4000 in the paper. */
  size?: number;
  /** ms; one step by default. */
  delay?: number;
  /** ms, 0.1 by default, as in most of the paper's implementations. */
  dt?: number;
  /** Number format of both populations. */
  precision?: PopulationSpec["precision"];
  /** Mean excitatory and inhibitory inputs of a neuron stay 64 and 16 when the size is changed. True by default. */
  keepsInDegree?: boolean;
}

/** Appendix B: τm 20 ms, 20,000 um2 of 1 uF/cm2 and 5e-5 S/cm2. */
const membrane = { C: "200 pF", gL: "10 nS" };
const integrateAndFire = { ...membrane, Vth: "-50 mV", Vreset: "-60 mV", tRef: "5 ms" };
const tau = { exc: "5 ms", inh: "10 ms" };
const reversal = { exc: "0 mV", inh: "-80 mV" };
const conductance = { exc: "6 nS", inh: "67 nS" };

/**
 * The spiking cell of benchmark 3, after Traub & Miles 1991 with the threshold moved to VT. Whole-cell values: 100 and
 * 30 mS/cm2 over 20,000 um2. A spike is an upward crossing of −20 mV.
 */
export const traubMiles = defineNeuron({
  id: "TraubMiles",
  doc: "Hodgkin-Huxley type cell of a hippocampal model, as in Brette et al. 2007, benchmark 3.",
  source:
    "Traub & Miles 1991, Neuronal Networks of the Hippocampus; Brette et al. 2007, J Comput Neurosci 23:349, appendix B",
  params: {
    C: [200, "pF", { above: 0 }],
    gL: [10, "nS", { above: 0 }],
    gNa: [20_000, "nS", { min: 0 }],
    gK: [6000, "nS", { min: 0 }],
    EL: [-60, "mV"],
    ENa: [50, "mV"],
    EK: [-90, "mV"],
    VT: [-63, "mV"],
    Vspike: [-20, "mV"],
  },
  states: { V: ["EL", "mV"], m: [0, "1"], h: [0, "1"], n: [0, "1"] },
  equations: `
    alphaM = 0.32*4/(1 ms) / exprel((13 mV - V + VT)/(4 mV))
    betaM = 0.28*5/(1 ms) / exprel((V - VT - 40 mV)/(5 mV))
    alphaH = 0.128/(1 ms) * exp((17 mV - V + VT)/(18 mV))
    betaH = 4/(1 ms) / (1 + exp((40 mV - V + VT)/(5 mV)))
    alphaN = 0.032*5/(1 ms) / exprel((15 mV - V + VT)/(5 mV))
    betaN = 0.5/(1 ms) * exp((10 mV - V + VT)/(40 mV))
    dV/dt = (gL*(EL - V) + gNa*m^3*h*(ENa - V) + gK*n^4*(EK - V) + I) / C
    dm/dt = alphaM*(1 - m) - betaM*m
    dh/dt = alphaH*(1 - h) - betaH*h
    dn/dt = alphaN*(1 - n) - betaN*n`,
  spike: "V > Vspike",
  method: "exponential-euler",
});

/** Benchmark 1: integrate-and-fire neurons, conductance synapses; started by 50 ms of random input. */
export function coba(options: Brette2007Options = {}): NetworkDescription {
  const neuron: Neuron = {
    model: "LIF",
    method: "exponential-euler",
    params: { ...integrateAndFire, EL: "-60 mV" },
    init: { V: { uniform: ["-60 mV", "-50 mV"] } },
  };
  return describe("COBA", options, neuron, conductanceSynapses, [start(conductance.exc)]);
}

/** Benchmark 2: integrate-and-fire neurons, current synapses, rest above threshold. PSPs of 1.62 mV·gL and −9 mV·gL. */
export function cuba(options: Brette2007Options = {}): NetworkDescription {
  const neuron: Neuron = {
    model: "LIF",
    params: { ...integrateAndFire, EL: "-49 mV" },
    init: { V: { uniform: ["-60 mV", "-50 mV"] } },
  };
  const synapses: Synapses = (from) => ({
    synapse: "ExpCurrent",
    params: { tau: tau[from] },
    weight: from === "exc" ? "16.2 pA" : "-90 pA",
  });
  return describe("CUBA", options, neuron, synapses, []);
}

/** Benchmark 3: Hodgkin-Huxley type neurons (TraubMiles), conductance synapses; started by 50 ms of random input. */
export function cobaHh(options: Brette2007Options = {}): NetworkDescription {
  const neuron: Neuron = { model: traubMiles, init: { V: { normal: ["-65 mV", "5 mV"] } } };
  return describe("COBAHH", options, neuron, conductanceSynapses, [start(conductance.exc)]);
}

type Neuron = Omit<PopulationSpec, "name" | "size">;
type Synapses = (from: "exc" | "inh") => Pick<ProjectionSpec, "synapse" | "params" | "weight">;

const conductanceSynapses: Synapses = (from) => ({
  synapse: "ExpConductance",
  params: { tau: tau[from], Erev: reversal[from] },
  weight: conductance[from],
});

/** Independent excitatory arrivals at 300 Hz in each excitatory neuron, for the first 50 ms. */
function start(weight: string): NetworkDescription["stimuli"][number] {
  return {
    kind: "poisson",
    population: "exc",
    rate: "300 Hz",
    weight,
    synapse: "ExpConductance",
    params: { tau: tau.exc, Erev: reversal.exc },
    stop: "50 ms",
  };
}

function describe(
  name: string,
  options: Brette2007Options,
  neuron: Neuron,
  synapses: Synapses,
  stimuli: NetworkDescription["stimuli"],
): NetworkDescription {
  const { size = 4000, dt = 0.1, delay = dt, duration = 1000, seed = 1, keepsInDegree = true, precision } = options;
  const inhibitory = Math.round(size / 5);
  const p = keepsInDegree ? Math.min(1, (0.02 * 4000) / size) : 0.02;
  const sizes = { exc: size - inhibitory, inh: inhibitory };
  const populations = ["exc", "inh"] as const;
  return {
    version: 1,
    name: `${name}, ${size} neurons (Brette et al. 2007)`,
    seed,
    dt,
    duration,
    populations: populations.map((population) => ({ name: population, size: sizes[population], precision, ...neuron })),
    projections: populations.flatMap((from) =>
      populations.map((to) => ({ from, to, rule: { kind: "bernoulli" as const, p }, delay, ...synapses(from) })),
    ),
    stimuli,
    recorders: [{ kind: "spikes" }],
  };
}
