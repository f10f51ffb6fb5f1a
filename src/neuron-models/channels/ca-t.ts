/** Low-threshold calcium channel by the constant-field equation. @module */
import { defineChannel } from "./declaration.js";

export const caT = defineChannel({
  id: "CaT",
  doc: "T-type calcium current of thalamic cells; its driving force is that of Goldman, Hodgkin and Katz, which stays right where calcium inside is low.",
  source:
    "Huguenard & McCormick 1992, J Neurophysiol 68:1373; as a permeability in Destexhe et al. 1998, J Neurosci 18:3574; Hodgkin & Katz 1949, J Physiol 108:37; Q10 5 and 3 from 24 °C",
  params: {
    pbar: [1e-4, "cm/s", { min: 0 }],
    F: [96485.33212, "C/mol"],
    R: [8.31446261815324, "J/mol/degC"],
  },
  states: { m: ["mInf", "1", { min: 0, max: 1 }], h: ["hInf", "1", { min: 0, max: 1 }] },
  equations: `
    mInf = 1/(1 + exp(-(V + 57 mV)/(6.2 mV)))
    mTau = (0.612 ms + 1 ms/(exp(-(V + 132 mV)/(16.7 mV)) + exp((V + 16.8 mV)/(18.2 mV))))/5^((celsius - 24 degC)/(10 degC))
    hInf = 1/(1 + exp((V + 81 mV)/(4 mV)))
    hSlow = if(V < -80 mV, 1 ms*exp((V + 467 mV)/(66.6 mV)), 28 ms + 1 ms*exp(-(V + 22 mV)/(10.5 mV)))
    hTau = hSlow/3^((celsius - 24 degC)/(10 degC))
    x = 2*F*V/(R*(celsius + 273.15 degC))
    dm/dt = (mInf - m)/mTau
    dh/dt = (hInf - h)/hTau`,
  current: "pbar*m^2*h*2*F*(cai*exprelr(-x) - cao*exprelr(x))",
  ion: "ca",
});
