/**
 * Spike-timing-dependent plasticity of spike pairs, all-to-all, additive.
 *
 * @module
 */

import { definePlasticity } from "../compiler/plasticity-rule.js";
import { WbeError } from "../core/errors.js";
import type { PlasticitySpec, ProjectionInfo } from "../simulation/index.js";
import type { PlasticityComponent } from "./scheduler.js";

/**
 * A pair with Δ = (t_post + d_dend) − (t_pre + d_ax) changes w by +APlus·wMax·e^(−Δ/tauPlus) for Δ > 0 and by
 * −AMinus·wMax·e^(Δ/tauMinus) for Δ < 0; Δ = 0 changes nothing. w stays in [wMin, wMax].
 */
export const pairSTDPRule = definePlasticity({
  id: "PairSTDP",
  doc: "Additive STDP of all spike pairs: pre before post strengthens, post before pre weakens.",
  source:
    "Song, Miller & Abbott 2000, Nat Neurosci 3:919; Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459, eqs 5–8",
  params: {
    APlus: [0.01, "1", { min: 0 }],
    AMinus: [0.0105, "1", { min: 0 }],
    tauPlus: [20, "ms", { above: 0 }],
    tauMinus: [20, "ms", { above: 0 }],
    wMin: [0, "weight"],
    wMax: [1, "weight"],
  },
  pre: { states: { x: [0, "1"] }, equations: "dx/dt = -x/tauPlus" },
  post: { states: { y: [0, "1"] }, equations: "dy/dt = -y/tauMinus" },
  onPre: "w = max(w - AMinus*wMax*y, wMin); x = x + 1",
  onPost: "w = min(w + APlus*wMax*x, wMax); y = y + 1",
  bounds: { min: "wMin", max: "wMax" },
});

export interface PairSTDPOptions {
  /** Change of one pair at Δ → 0, as a part of wMax. Default 0.01 and 0.0105 (Song et al.: A− = 1.05·A+). */
  APlus?: number;
  AMinus?: number;
  /** ms, default 20. */
  tauPlus?: number;
  tauMinus?: number;
  /** In the unit of the synapse's weight; default 0 and twice the largest initial weight of the projection. */
  wMin?: number;
  wMax?: number;
  /** Which projections it acts on; the excitatory ones by default. */
  appliesTo?: (projection: ProjectionInfo) => boolean;
}

/** Pair STDP for a PlasticityScheduler. @throws WbeError ARGUMENT for an option that is not a number in its range. */
export class PairSTDP implements PlasticityComponent {
  readonly id = pairSTDPRule.id;
  readonly rules = [pairSTDPRule];
  readonly processes = [];
  readonly #options: PairSTDPOptions;

  constructor(options: PairSTDPOptions = {}) {
    for (const [name, value] of Object.entries(options)) {
      if (name === "appliesTo" || value === undefined) continue;
      if (typeof value !== "number" || !Number.isFinite(value) || (name.startsWith("tau") && value <= 0)) {
        throw new WbeError(
          "ARGUMENT",
          `expected ${name} to be a number${name.startsWith("tau") ? " above 0" : ""}, found ${value}`,
          { where: "PairSTDP" },
        );
      }
    }
    this.#options = Object.freeze({ ...options });
  }

  rulesFor(projection: ProjectionInfo): PlasticitySpec[] {
    const { appliesTo = (p: ProjectionInfo) => p.isExcitatory, ...given } = this.#options;
    if (!appliesTo(projection)) return [];
    const params = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return [{ rule: pairSTDPRule, params: { wMax: 2 * projection.maxWeight, ...params } }];
  }
}
