/**
 * Brunel 2000, J Comput Neurosci 8:183–208, doi:10.1023/A:1008925309027, model A: 10,000 excitatory and 2,500 inhibitory
 * integrate-and-fire neurons, 1,000 and 250 random inputs each, delta synapses of 0.1 mV and −g·0.1 mV, one delay, and an
 * external Poisson drive of η times the rate that alone brings the mean potential to threshold.
 *
 * In the paper a spike moves V by J after the delay D and can set off a spike at that moment. Here an arrival is added at the
 * start of a step and the threshold is looked at at its end, dt later, when e^(−dt/τ) of the jump is left (DESIGN §3). So
 * arrivals come at D − dt, with J·e^(dt/τ): at D the potential has moved by J, and the threshold is looked at. This is the
 * map from step to step of NEST's iaf_psc_delta (test/simulation/nest-neurons.test.ts).
 *
 * @module
 */

import { WbeError } from "../../core/errors.js";
import { exp, expm1 } from "../../core/math.js";
import type { NetworkDescription } from "../../simulation/index.js";
import type { PaperOptions } from "./paper-options.js";

export interface Brunel2000Options extends PaperOptions {
  /** One of the four states of fig. 8; sets g and eta. "AI" by default. */
  regime?: BrunelRegime;
  /** Inhibitory over excitatory weight. */
  g?: number;
  /** External rate over threshold rate. */
  eta?: number;
  /** Part of the neurons, 1 for all 12,500. The number of inputs of a neuron is scaled with it, see `brunel2000`. */
  scale?: number;
  /** ms, 0.1 by default. */
  dt?: number;
}

export type BrunelRegime = "SR" | "SI fast" | "AI" | "SI slow";

/** Fig. 8: panels A to D. */
export const brunelRegimes: Readonly<Record<BrunelRegime, { g: number; eta: number }>> = {
  SR: { g: 3, eta: 2 },
  "SI fast": { g: 6, eta: 4 },
  AI: { g: 5, eta: 2 },
  "SI slow": { g: 4.5, eta: 0.9 },
};

/** Model A; potentials from rest. ms, mV. */
const A = {
  nExc: 10_000,
  nInh: 2500,
  cExc: 1000,
  cInh: 250,
  J: 0.1,
  tau: 20,
  theta: 20,
  reset: 10,
  tRef: 2,
  delay: 1.5,
};

/**
 * The network. With scale s < 1 neurons and inputs are s times as many and each weight 1/s times as large: the mean input
 * stays, its variance grows by 1/s, so that the numbers of the paper hold for s = 1 only; `brunelStationaryRate`
 * holds for every s.
 *
 * @throws WbeError ARGUMENT for a scale outside (0, 1].
 */
export function brunel2000(options: Brunel2000Options = {}): NetworkDescription {
  const { regime = "AI", scale = 1, dt = 0.1, duration = 1000, seed = 1 } = options;
  const { g = brunelRegimes[regime].g, eta = brunelRegimes[regime].eta } = options;
  if (!(scale > 0 && scale <= 1)) throw new WbeError("ARGUMENT", `expected a scale in (0, 1], found ${scale}`);
  const J = A.J / scale;
  const jump = J * exp(dt / A.tau);
  const neuron = {
    model: "LIF",
    params: { C: 250, gL: 250 / A.tau, EL: 0, Vth: A.theta, Vreset: A.reset, tRef: A.tRef },
  };
  // ν_thr·C_ext: θ/(J·τ) arrivals per ms bring the mean to θ.
  const threshold = (1000 * A.theta) / (J * A.tau);
  const sizes = { exc: Math.round(scale * A.nExc), inh: Math.round(scale * A.nInh) };
  const inputs = { exc: Math.round(scale * A.cExc), inh: Math.round(scale * A.cInh) };
  const populations = ["exc", "inh"] as const;
  return {
    version: 1,
    name: `${sizes.exc + sizes.inh} neurons, g = ${g}, external rate ${eta} of threshold (Brunel 2000)`,
    seed,
    dt,
    duration,
    populations: populations.map((name) => ({ name, size: sizes[name], ...neuron })),
    projections: populations.flatMap((from) =>
      populations.map((to) => ({
        from,
        to,
        synapse: "Pulse",
        rule: { kind: "fixed-in-degree" as const, k: inputs[from], autapses: false, multapses: true },
        weight: from === "exc" ? jump : -g * jump,
        delay: A.delay - dt,
      })),
    ),
    stimuli: populations.map((population) => ({
      kind: "poisson" as const,
      population,
      rate: eta * threshold,
      weight: jump,
      synapse: "Pulse",
    })),
    recorders: [{ kind: "spikes" }],
  };
}

/**
 * Rate (Hz) of the stationary state in the diffusion limit: the paper's eqs 20 to 22, solved by bisection. Unique where
 * inhibition dominates (g > 4).
 */
export function brunelStationaryRate({ g, eta, scale = 1 }: { g: number; eta: number; scale?: number }): number {
  const J = A.J / scale;
  const cExc = scale * A.cExc;
  const gamma = A.cInh / A.cExc;
  const external = (eta * A.theta) / (J * cExc * A.tau);
  const drift = (rate: number): number => {
    const mean = cExc * J * A.tau * (external + rate * (1 - g * gamma));
    const sd = Math.sqrt(J * J * cExc * A.tau * (external + rate * (1 + g * g * gamma)));
    return firingRate((A.theta - mean) / sd, (A.reset - mean) / sd) - rate;
  };
  let [low, high] = [0, 1 / A.tRef];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (drift(middle) > 0) low = middle;
    else high = middle;
  }
  return 1000 * low;
}

/** 1/(tRef + τ·∫₀^∞ e^(−u²)·(e^(2θu) − e^(2ru))/u du), per ms: mean rate of a neuron under white noise (eq. 21). */
function firingRate(theta: number, reset: number): number {
  const end = Math.max(theta, 0) + 9;
  const steps = 4000;
  const h = end / steps;
  let sum = 2 * (theta - reset);
  for (let k = 1; k <= steps; k++) {
    const u = k * h;
    // Factored so that neither exponential overflows.
    const value = (exp(2 * reset * u - u * u) * expm1(2 * (theta - reset) * u)) / u;
    sum += (k === steps ? 1 : k % 2 ? 4 : 2) * value;
  }
  return 1 / (A.tRef + (A.tau * sum * h) / 3);
}
