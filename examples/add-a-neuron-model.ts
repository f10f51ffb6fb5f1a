/**
 * A neuron model in one file: Morris & Lecar's barnacle muscle fibre, which is not in the catalogue, with its
 * current–rate curve. Run it with `npm run wbe -- run examples/add-a-neuron-model.ts`.
 */
import { defineNeuron } from "wbe/neuron-models";
import { SimulationEngine } from "wbe/simulation";

/** Parameters of the saddle-node regime: firing starts at an arbitrarily low rate (type I). */
export const morrisLecar = defineNeuron({
  id: "MorrisLecar",
  doc: "Calcium and potassium membrane with two variables; starts to fire at an arbitrarily low rate (type I).",
  source:
    "Morris & Lecar 1981, Biophys J 35:193; parameters: Rinzel & Ermentrout 1998, Methods in Neuronal Modeling, ch. 7",
  params: {
    Cm: [20, "uF/cm2", { above: 0 }],
    gCa: [4, "mS/cm2", { min: 0 }],
    gK: [8, "mS/cm2", { min: 0 }],
    gL: [2, "mS/cm2", { min: 0 }],
    ECa: [120, "mV"],
    EK: [-84, "mV"],
    EL: [-60, "mV"],
    V1: [-1.2, "mV"],
    V2: [18, "mV", { above: 0 }],
    V3: [12, "mV"],
    V4: [17.4, "mV", { above: 0 }],
    phi: [0.0667, "1/ms", { above: 0 }],
    area: [20000, "um2", { above: 0 }],
  },
  inputs: { I: "uA/cm2", Isyn: "pA" },
  states: { V: [-60, "mV"], w: ["wInf", "1", { min: 0, max: 1 }] },
  equations: `
    mInf = (1 + tanh((V - V1)/V2))/2
    wInf = (1 + tanh((V - V3)/V4))/2
    x = (V - V3)/(2*V4)
    rate = phi*(exp(x) + exp(-x))/2
    dV/dt = (I + Isyn/area - gCa*mInf*(V - ECa) - gK*w*(V - EK) - gL*(V - EL)) / Cm
    dw/dt = rate*(wInf - w)`,
  spike: "V > 0 mV",
  method: "rk4",
});

export const currents = [30, 39, 40, 41, 45, 50, 60, 80]; // uA/cm2

export const engine = await SimulationEngine.fromDescription({
  version: 1,
  seed: 1,
  dt: 0.05,
  duration: 5000,
  populations: [{ name: "cells", model: morrisLecar, size: currents.length }],
  stimuli: [{ kind: "constant", population: "cells", amplitude: { values: currents } }],
  recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
});
await engine.run();

const { neuron, step } = engine.spikes();
/** Hz, from the intervals of the last 4 s. */
export const rates = currents.map((_, i) => {
  const times = [...step].filter((s, k) => neuron[k] === i && s * 0.05 > 1000).map((s) => s * 0.05);
  return times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1)! - times[0]!);
});

console.log("uA/cm2     Hz");
currents.forEach((current, i) => {
  console.log(`${String(current).padStart(6)} ${rates[i]!.toFixed(2).padStart(6)}`);
});
