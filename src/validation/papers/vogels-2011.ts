/**
 * Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, Science 334:1569–1573, doi:10.1126/science.1211095: inhibitory synapses
 * learn until their targets fire at the rate that the rule asks for. A reduction: cells with random excitatory and
 * inhibitory Poisson inputs through conductances, without recurrence; excitation differs from cell to cell.
 *
 * @module
 */
import type { NetworkDescription } from "../../simulation/index.js";
import type { PaperOptions } from "./paper-options.js";

export interface Vogels2011Options extends PaperOptions {
  /** Hz, 5 by default. */
  target?: number;
}

/** 50 cells, 400 excitatory and 100 inhibitory sources; its learning projection is "inhibition". */
export function vogels2011({ target = 5, duration = 30_000, seed = 1 }: Vogels2011Options = {}): NetworkDescription {
  const source = { model: "LIF", params: { tRef: 0 } };
  const drive = (population: string, rate: number) =>
    ({ kind: "poisson", population, rate, weight: 100, synapse: "Pulse" }) as const;
  const onto = { to: "cells", synapse: "ExpConductance", delay: 0.5 } as const;
  return {
    version: 1,
    name: `inhibition that learns a rate of ${target} Hz (Vogels et al. 2011)`,
    seed,
    dt: 0.1,
    duration,
    populations: [
      { name: "exc", size: 400, ...source },
      { name: "inh", size: 100, ...source },
      {
        name: "cells",
        size: 50,
        model: "LIF",
        params: { C: 200, gL: 10, EL: -60, Vth: -50, Vreset: -60, tRef: 5 },
      },
    ],
    projections: [
      {
        from: "exc",
        ...onto,
        params: { tau: 5, Erev: 0 },
        rule: { kind: "fixed-in-degree", k: 80 },
        weight: { uniform: [1.2, 2.4] },
      },
      {
        name: "inhibition",
        from: "inh",
        ...onto,
        params: { tau: 10, Erev: -80 },
        rule: { kind: "fixed-in-degree", k: 40 },
        weight: 0.1,
        plasticity: [{ rule: "InhibitorySTDP", params: { eta: 0.3, target, tau: 20, wMin: 0, wMax: 50 } }],
      },
    ],
    stimuli: [drive("exc", 12), drive("inh", 20)],
    recorders: [{ kind: "spikes", population: "cells" }],
  };
}
