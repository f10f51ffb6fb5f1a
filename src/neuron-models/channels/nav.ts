/** Sodium channel with open-channel block by fast inactivation, as a scheme of transitions. @module */
import { defineChannel } from "./declaration.js";

export const naV = defineChannel({
  id: "NaV",
  doc: "Sodium current of all-active Allen models: five closed, one open and six inactivated states in two rows.",
  source:
    "Carter, Giessel, Sabatini & Bean 2012, Neuron 75:1081, figure 8; the form used in the Allen Cell Types Database (Gouwens et al. 2018, Nat Commun 9:710); Q10 2.3 from 37 °C",
  params: {
    gbar: [15, "mS/cm2", { min: 0 }],
    Con: [0.01, "1/ms", { min: 0 }],
    Coff: [40, "1/ms", { above: 0 }],
    Oon: [8, "1/ms", { min: 0 }],
    Ooff: [0.05, "1/ms", { above: 0 }],
    alpha: [400, "1/ms", { above: 0 }],
    beta: [12, "1/ms", { above: 0 }],
    gamma: [250, "1/ms", { above: 0 }],
    delta: [60, "1/ms", { above: 0 }],
    alfac: [2.51, "1", { above: 0 }],
    btfac: [5.32, "1", { above: 0 }],
    x1: [24, "mV"],
    x2: [-24, "mV"],
  },
  states: {
    C1: ["steady", "1", { min: 0, max: 1 }],
    C2: ["steady", "1", { min: 0, max: 1 }],
    C3: ["steady", "1", { min: 0, max: 1 }],
    C4: ["steady", "1", { min: 0, max: 1 }],
    C5: ["steady", "1", { min: 0, max: 1 }],
    I1: ["steady", "1", { min: 0, max: 1 }],
    I2: ["steady", "1", { min: 0, max: 1 }],
    I3: ["steady", "1", { min: 0, max: 1 }],
    I4: ["steady", "1", { min: 0, max: 1 }],
    I5: ["steady", "1", { min: 0, max: 1 }],
    I6: ["steady", "1", { min: 0, max: 1 }],
    O: ["steady", "1", { min: 0, max: 1 }],
  },
  // Up: activation, one of four voltage sensors after the other, then opening. In: inactivation, from the row C to the row I.
  equations: `
    q = 2.3^((celsius - 37 degC)/(10 degC))
    rise = q*alpha*exp(V/x1)
    fall = q*beta*exp(V/x2)
    riseI = rise*alfac
    fallI = fall/btfac
    open = q*gamma
    close = q*delta
    into = q*Con
    out = q*Coff
    up1 = 4*rise*C1 - fall*C2
    up2 = 3*rise*C2 - 2*fall*C3
    up3 = 2*rise*C3 - 3*fall*C4
    up4 = rise*C4 - 4*fall*C5
    up5 = open*C5 - close*O
    upI1 = 4*riseI*I1 - fallI*I2
    upI2 = 3*riseI*I2 - 2*fallI*I3
    upI3 = 2*riseI*I3 - 3*fallI*I4
    upI4 = riseI*I4 - 4*fallI*I5
    upI5 = open*I5 - close*I6
    in1 = into*C1 - out*I1
    in2 = into*alfac*C2 - out/btfac*I2
    in3 = into*alfac^2*C3 - out/btfac^2*I3
    in4 = into*alfac^3*C4 - out/btfac^3*I4
    in5 = into*alfac^4*C5 - out/btfac^4*I5
    in6 = q*Oon*O - q*Ooff*I6
    dC1/dt = -up1 - in1
    dC2/dt = up1 - up2 - in2
    dC3/dt = up2 - up3 - in3
    dC4/dt = up3 - up4 - in4
    dC5/dt = up4 - up5 - in5
    dO/dt = up5 - in6
    dI1/dt = in1 - upI1
    dI2/dt = in2 + upI1 - upI2
    dI3/dt = in3 + upI2 - upI3
    dI4/dt = in4 + upI3 - upI4
    dI5/dt = in5 + upI4 - upI5
    dI6/dt = in6 + upI5`,
  method: "implicit",
  sum: 1,
  current: "gbar*O*(V - ena)",
  ion: "na",
});
