/** Kv2-like potassium channel. @module */
import { defineChannel } from "./declaration.js";

export const kv2Like = defineChannel({
  id: "Kv2like",
  doc: "Delayed rectifier with two inactivation gates.",
  source:
    "Keren, Peled & Korngreen 2005, J Neurophysiol 94:3730, adjusted to Liu & Bean 2014, J Neurosci 34:4991; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 21 °C",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: {
    m: ["alphaM/(alphaM + betaM)", "1", { min: 0, max: 1 }],
    h1: ["hInf", "1", { min: 0, max: 1 }],
    h2: ["hInf", "1", { min: 0, max: 1 }],
  },
  equations: `
    q = 2.3^((celsius - 21 degC)/(10 degC))
    alphaM = 0.12*11/(1 ms)*exprelr(-(V - 43 mV)/(11 mV))
    betaM = 0.02/(1 ms)*exp(-(V + 1.27 mV)/(120 mV))
    hInf = 1/(1 + exp((V + 58 mV)/(11 mV)))
    h1Tau = (360 ms + (1010 ms + 23.7 ms*(V + 54 mV)/(1 mV))*exp(-((V + 75 mV)/(48 mV))^2))/q
    h2Tau = (2350 ms + 1380 ms*exp(-V*0.011/(1 mV)) - 210 ms*exp(-V*0.03/(1 mV)))/q
    dm/dt = q/2.5*(alphaM*(1 - m) - betaM*m)
    dh1/dt = (hInf - h1)/h1Tau
    dh2/dt = (hInf - h2)/h2Tau`,
  current: "gbar*m^2*(0.5*h1 + 0.5*h2)*(V - ek)",
  ion: "k",
});
