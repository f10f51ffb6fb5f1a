/** A-current of Connor and Stevens. @module */
import { defineChannel } from "./declaration.js";

export const connorStevensA = defineChannel({
  id: "CS_A",
  doc: "Transient potassium current that makes firing start at low rates; it has a reversal potential of its own.",
  source:
    "Connor & Stevens 1971, J Physiol 213:31; numbers of Connor, Walter & McKown 1977, Biophys J 18:81, as in Dayan & Abbott 2001, Theoretical Neuroscience, section 6.2",
  params: { gbar: [47.7, "mS/cm2", { min: 0 }], E: [-75, "mV"] },
  states: { a: ["aInf", "1", { min: 0, max: 1 }], b: ["bInf", "1", { min: 0, max: 1 }] },
  equations: `
    aInf = pow(0.0761*exp((V + 94.22 mV)*0.0314/(1 mV))/(1 + exp((V + 1.17 mV)*0.0346/(1 mV))), 1/3)
    aTau = 0.3632 ms + 1.158 ms/(1 + exp((V + 55.96 mV)*0.0497/(1 mV)))
    bInf = (1/(1 + exp((V + 53.3 mV)*0.0688/(1 mV))))^4
    bTau = 1.24 ms + 2.678 ms/(1 + exp((V + 50 mV)*0.0624/(1 mV)))
    da/dt = (aInf - a)/aTau
    db/dt = (bInf - b)/bTau`,
  current: "gbar*a^3*b*(V - E)",
});
