/**
 * Generalised leaky integrate-and-fire neurons of the Allen Institute, levels 1 to 5 (Teeter et al. 2018).
 *
 * All of a neuron's states rest while a spike is cut out (tRef); what decays over the cut (afterspike currents, the
 * threshold's spike component) does so in the reset. V is reset from its value when the threshold is seen to be passed; the
 * Allen Institute's simulator and NEST take the value one step earlier, which is the same as the step shrinks. Defaults: cell 637930677 of the Allen Cell Types Database.
 *
 * @module
 */
import { defineNeuron } from "./declaration.js";

const source = "Teeter et al. 2018, Nat Commun 9:709, eqs 1–6 and table 1";

const membrane = {
  C: [85.87, "pF", { above: 0 }],
  gL: [3.712, "nS", { above: 0 }],
  EL: [-71.4, "mV"],
  tRef: [6.7, "ms", { min: 0 }],
} as const;

/** With afterspike currents the fit of the same cell has a smaller leak. */
const membraneWithCurrents = { ...membrane, gL: [2.941, "nS", { above: 0 }] } as const;

/** V after a spike = EL + fraction·(V before − EL) + jump; the threshold jumps by aSpike and falls back with bSpike. */
const resetRules = {
  resetFraction: [0.3988, "1"],
  resetJump: [4.056, "mV"],
  aSpike: [1.919, "mV"],
  bSpike: [0.103, "1/ms", { min: 0 }],
} as const;

/** Each afterspike current jumps by amp, keeps the share r of what was left, and decays with tau. */
const afterspike = {
  amp1: [-73.83, "pA"],
  amp2: [-449.7, "pA"],
  r1: [1, "1"],
  r2: [1, "1"],
  tau1: [33.33, "ms", { above: 0 }],
  tau2: [3.333, "ms", { above: 0 }],
} as const;

/** The threshold follows V by aVoltage and falls back with bVoltage. */
const adaptation = { aVoltage: [0.009244, "1/ms"], bVoltage: [0.03434, "1/ms", { min: 0 }] } as const;

const voltage = { V: ["EL", "mV"] } as const;
const spikeComponent = { thetaS: [0, "mV"] } as const;
const currents = { asc1: [0, "pA"], asc2: [0, "pA"] } as const;

const passive = "dV/dt = (gL*(EL - V) + I)/C";
const driven = "dV/dt = (gL*(EL - V) + asc1 + asc2 + I)/C";
const currentDecay = "dasc1/dt = -asc1/tau1; dasc2/dt = -asc2/tau2";
const thresholdDecay = "dthetaS/dt = -bSpike*thetaS";
const resetCurrents = "asc1 = amp1 + r1*asc1*exp(-tRef/tau1); asc2 = amp2 + r2*asc2*exp(-tRef/tau2)";
const resetVoltage = "V = EL + resetFraction*(V - EL) + resetJump; thetaS = thetaS*exp(-bSpike*tRef) + aSpike";

export const glif1 = defineNeuron({
  id: "GLIF1",
  doc: "Level 1, LIF: leaky integrate-and-fire with a threshold above rest and a spike that is cut out.",
  source,
  params: { ...membrane, Vth: [-47.82, "mV"], Vreset: [-71.4, "mV"] },
  states: voltage,
  equations: passive,
  spike: "V > Vth",
  reset: "V = Vreset",
  refractory: "tRef",
  constraints: ["Vreset < Vth"],
  method: "exact",
});

export const glif2 = defineNeuron({
  id: "GLIF2",
  doc: "Level 2, LIF-R: reset of V that depends on V before the spike, and a threshold raised by each spike.",
  source,
  params: { ...membrane, Vth: [-46.88, "mV"], ...resetRules },
  states: { ...voltage, ...spikeComponent },
  equations: `${passive}
    ${thresholdDecay}`,
  spike: "V > Vth + thetaS",
  reset: resetVoltage,
  refractory: "tRef",
  hold: ["V", "thetaS"],
  method: "exact",
});

export const glif3 = defineNeuron({
  id: "GLIF3",
  doc: "Level 3, LIF-ASC: two afterspike currents that add up over spikes and decay.",
  source,
  params: { ...membraneWithCurrents, Vth: [-48.97, "mV"], Vreset: [-71.4, "mV"], ...afterspike },
  states: { ...voltage, ...currents },
  equations: `${driven}
    ${currentDecay}`,
  spike: "V > Vth",
  reset: `V = Vreset; ${resetCurrents}`,
  refractory: "tRef",
  hold: ["V", "asc1", "asc2"],
  constraints: ["Vreset < Vth"],
  method: "exact",
});

export const glif4 = defineNeuron({
  id: "GLIF4",
  doc: "Level 4, LIF-R-ASC: reset rules of level 2 with the afterspike currents of level 3.",
  source,
  params: { ...membraneWithCurrents, Vth: [-48.65, "mV"], ...resetRules, ...afterspike },
  states: { ...voltage, ...spikeComponent, ...currents },
  equations: `${driven}
    ${thresholdDecay}
    ${currentDecay}`,
  spike: "V > Vth + thetaS",
  reset: `${resetVoltage}; ${resetCurrents}`,
  refractory: "tRef",
  hold: ["V", "thetaS", "asc1", "asc2"],
  method: "exact",
});

export const glif5 = defineNeuron({
  id: "GLIF5",
  doc: "Level 5, LIF-R-ASC-A: level 4 with a threshold that follows the potential.",
  source,
  params: { ...membraneWithCurrents, Vth: [-53.39, "mV"], ...resetRules, ...afterspike, ...adaptation },
  states: { ...voltage, ...spikeComponent, thetaV: [0, "mV"], ...currents },
  equations: `${driven}
    ${thresholdDecay}
    dthetaV/dt = aVoltage*(V - EL) - bVoltage*thetaV
    ${currentDecay}`,
  spike: "V > Vth + thetaS + thetaV",
  reset: `${resetVoltage}; ${resetCurrents}`,
  refractory: "tRef",
  hold: ["V", "thetaS", "thetaV", "asc1", "asc2"],
  method: "exact",
});
