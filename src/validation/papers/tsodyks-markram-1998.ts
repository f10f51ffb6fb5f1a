/**
 * Tsodyks, Pawelzik & Markram 1998, Neural Comput 10:821–835, doi:10.1162/089976698300017502, and Markram, Wang & Tsodyks
 * 1998, PNAS 95:5323: responses to regular trains of a depressing and of a facilitating synapse, which settle at u·x.
 *
 * @module
 */
import { tsodyksMarkramRule } from "../../plasticity/index.js";
import type { NetworkDescription } from "../../simulation/index.js";
import type { PaperOptions } from "./paper-options.js";

export interface ReleaseParameters {
  readonly U: number;
  /** ms */
  readonly tauRec: number;
  readonly tauFac: number;
}

/** The two synapses of Tsodyks, Pawelzik & Markram 1998, fig. 1. */
export const publishedSynapses = {
  depressing: { U: 0.5, tauRec: 800, tauFac: 0 },
  facilitating: { U: 0.03, tauRec: 130, tauFac: 530 },
} as const satisfies Readonly<Record<string, ReleaseParameters>>;

/**
 * Part of all resources that each spike of a regular train releases in the end.
 *
 * @param rate Hz.
 * Source: the fixed point of the map from spike to spike; Markram, Wang & Tsodyks 1998, eqs 1–4.
 */
export function stationaryRelease(rate: number, { U, tauRec, tauFac }: ReleaseParameters): number {
  const interval = 1000 / rate;
  const kept = tauFac > 0 ? Math.exp(-interval / tauFac) : 0;
  const u = U / (1 - (1 - U) * kept);
  const missing = tauRec > 0 ? Math.exp(-interval / tauRec) : 0;
  return (u * (1 - missing)) / (1 - (1 - u) * missing);
}

/** Rate (Hz) at which the stationary response of a facilitating synapse is largest, for small U; 0 for a depressing one. */
export function peakRate({ U, tauRec, tauFac }: ReleaseParameters): number {
  return tauFac > 0 ? 1000 / Math.sqrt(U * tauFac * tauRec) : 0;
}

/**
 * One axon for each rate, firing regularly, with a synapse of each kind onto a cell of its own.
 *
 * @param rates Hz; each interval becomes a whole number of steps of 0.1 ms.
 */
export function tsodyksMarkram1998({
  duration = 3000,
  seed = 1,
  rates = [5, 10, 20, 40, 80],
}: PaperOptions & { rates?: readonly number[] } = {}): NetworkDescription {
  const dt = 0.1;
  const kinds = Object.entries(publishedSynapses);
  const trains = rates.map((rate) => {
    const interval = Math.round(1000 / rate / dt);
    return Array.from({ length: Math.floor((duration / dt - 20) / interval) }, (_, k) => (10 + k * interval) * dt);
  });
  return {
    version: 1,
    name: "Depression and facilitation (Tsodyks, Pawelzik & Markram 1998)",
    seed,
    dt,
    duration,
    populations: [
      { name: "axons", model: "LIF", size: rates.length, params: { tRef: 0 } },
      ...kinds.map(([name]) => ({ name, model: "LIF", size: rates.length, params: { Vth: 1e3 } })),
    ],
    projections: kinds.map(([name, params]) => ({
      from: "axons",
      to: name,
      synapse: "ExpCurrent",
      params: { tau: 3 },
      rule: { kind: "one-to-one" as const },
      weight: 250,
      delay: 1,
      plasticity: [{ rule: tsodyksMarkramRule, params }],
    })),
    stimuli: trains.map((times, k) => ({
      kind: "spikes" as const,
      population: "axons",
      neurons: [k],
      times,
      weight: 1000,
      synapse: "Pulse",
    })),
    recorders: [
      { kind: "spikes", population: "axons" },
      ...kinds.flatMap(([population]) => [
        { kind: "state" as const, population, variable: "ExpCurrent.i" },
        { kind: "state" as const, population, variable: "V" },
      ]),
    ],
  };
}
