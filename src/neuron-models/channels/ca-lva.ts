/** Low-voltage activated calcium channel. @module */
import { defineChannel } from "./declaration.js";

export const caLva = defineChannel({
  id: "Ca_LVA",
  doc: "Low-voltage activated calcium current, shifted by −10 mV for the junction potential.",
  source:
    "Avery & Johnston 1996, J Neurosci 16:5567; time constants Randall & Tsien 1997, Neuropharmacology 36:879; as in Hay et al. 2011, PLoS Comput Biol 7:e1002107; Q10 2.3 from 21 °C",
  params: { gbar: [0.01, "mS/cm2", { min: 0 }] },
  states: { m: ["mInf", "1", { min: 0, max: 1 }], h: ["hInf", "1", { min: 0, max: 1 }] },
  equations: `
    q = 2.3^((celsius - 21 degC)/(10 degC))
    mInf = 1/(1 + exp(-(V + 40 mV)/(6 mV)))
    mTau = (5 ms + 20 ms/(1 + exp((V + 35 mV)/(5 mV))))/q
    hInf = 1/(1 + exp((V + 90 mV)/(6.4 mV)))
    hTau = (20 ms + 50 ms/(1 + exp((V + 50 mV)/(7 mV))))/q
    dm/dt = (mInf - m)/mTau
    dh/dt = (hInf - h)/hTau`,
  current: "gbar*m^2*h*(V - eca)",
  ion: "ca",
});
