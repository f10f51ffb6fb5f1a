/** Squid giant axon. @module */
import { defineNeuron } from "./declaration.js";

/** Rates per ms with V in mV; modern sign convention, rest at −65 mV. */
export const hodgkinHuxley = defineNeuron({
  id: "HodgkinHuxley",
  doc: "Squid giant axon membrane: sodium, potassium and leak. Spikes are upward crossings of 0 mV; there is no reset.",
  source: "Hodgkin & Huxley 1952, J Physiol 117:500, eqs 12–26, with V measured absolutely and rest at −65 mV",
  params: {
    Cm: [1, "uF/cm2", { above: 0 }],
    gNa: [120, "mS/cm2", { min: 0 }],
    gK: [36, "mS/cm2", { min: 0 }],
    gL: [0.3, "mS/cm2", { above: 0 }],
    ENa: [50, "mV"],
    EK: [-77, "mV"],
    EL: [-54.387, "mV"],
    area: [20000, "um2", { above: 0 }],
    Vspike: [0, "mV"],
  },
  inputs: { I: "uA/cm2", Isyn: "pA" },
  states: {
    V: [-65, "mV"],
    m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }],
    h: ["alphaH/(alphaH + betaH)", "1", { min: 0, max: 1 }],
    n: ["alphaN/(alphaN + betaN)", "1", { min: 0, max: 1 }],
  },
  equations: `
    alphaM = 1/exprel(-(V + 40 mV)/(10 mV)) * 1/(1 ms)
    betaM = 4/(1 ms) * exp(-(V + 65 mV)/(18 mV))
    alphaH = 0.07/(1 ms) * exp(-(V + 65 mV)/(20 mV))
    betaH = 1/(1 ms) / (1 + exp(-(V + 35 mV)/(10 mV)))
    alphaN = 0.1/exprel(-(V + 55 mV)/(10 mV)) * 1/(1 ms)
    betaN = 0.125/(1 ms) * exp(-(V + 65 mV)/(80 mV))
    INa = gNa*m^3*h*(V - ENa)
    IK = gK*n^4*(V - EK)
    IL = gL*(V - EL)
    dV/dt = (I + Isyn/area - INa - IK - IL) / Cm
    dm/dt = alphaM*(1 - m) - betaM*m
    dh/dt = alphaH*(1 - h) - betaH*h
    dn/dt = alphaN*(1 - n) - betaN*n`,
  spike: "V > Vspike",
  method: "exponential-euler",
});
