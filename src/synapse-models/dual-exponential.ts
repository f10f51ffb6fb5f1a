/** Synapses that rise and decay; the weight is the peak of the response to one spike. @module */
import { defineSynapse } from "./declaration.js";

/**
 * A unit impulse into the rising state gives τd/(τd − τr)·(e^(−t/τd) − e^(−t/τr)), whose peak is x^(−1/(x − 1)) with
 * x = τd/τr. Written with log1p, x → 1 (the alpha function) has its limit 1/e.
 */
const scaleToUnitPeak = `
    excess = (tauDecay - tauRise)/tauRise
    scale = exp(if(excess == 0, 1, log1p(excess)/excess))`;

const dualExpParams = { tauRise: [0.5, "ms", { above: 0 }], tauDecay: [5, "ms", { above: 0 }] } as const;
const source = "Roth & van Rossum 2009, in Computational Modeling Methods for Neuroscientists, ch. 6, eqs 6.3–6.5";

export const dualExpCurrent = defineSynapse({
  id: "DualExpCurrent",
  doc: "Current that rises with tauRise and decays with tauDecay; equal time constants give the alpha function.",
  source,
  weightUnit: "input",
  params: dualExpParams,
  states: { x: [0, "input"], i: [0, "input"] },
  equations: `${scaleToUnitPeak}
    dx/dt = -x/tauRise
    di/dt = x/tauRise - i/tauDecay`,
  onSpike: "x = x + weight*scale",
  current: "i",
});

/** A conductance g that rises with tauRise and decays with tauDecay, of unit peak per weight: what receptors share. */
export const dualExpGating = {
  weightUnit: "nS",
  states: { x: [0, "nS", { min: 0 }], g: [0, "nS", { min: 0 }] },
  equations: `${scaleToUnitPeak}
    dx/dt = -x/tauRise
    dg/dt = x/tauRise - g/tauDecay`,
  onSpike: "x = x + weight*scale",
} as const;

export const dualExpConductance = defineSynapse({
  id: "DualExpConductance",
  doc: "Conductance that rises with tauRise and decays with tauDecay, with reversal potential Erev.",
  source,
  params: { ...dualExpParams, Erev: [0, "mV"] },
  ...dualExpGating,
  current: "g*(Erev - V)",
});
