/** The rules of the catalogue in the engine against NEST's STDP models on shared trains (interop/golden/stdp_family.py). */
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import golden from "../golden/stdp-family.json" with { type: "json" };
import { createPairs, dt } from "./pairs.js";

type Values = Readonly<Record<string, number>>;
const { pre_steps: pre, post_steps: post, dopamine_steps: modulator, delay_ms: delay } = golden.parameters;

const gutig = (p: Values) => ({
  lambda: p.lambda!,
  alpha: p.alpha!,
  muPlus: p.mu_plus!,
  muMinus: p.mu_minus!,
  tauPlus: p.tau_plus!,
  tauMinus: p.tau_minus!,
  wMax: p.Wmax!,
});

/** NEST's model → our rule and its parameters. */
const ours: Readonly<Record<string, [string, (p: Values) => Record<string, number>]>> = {
  stdp_synapse: ["WeightDependentSTDP", gutig],
  stdp_nn_symm_synapse: ["NearestSTDP", gutig],
  stdp_nn_pre_centered_synapse: ["PresynapticCentredSTDP", gutig],
  stdp_nn_restr_synapse: ["RestrictedSTDP", gutig],
  stdp_pl_synapse_hom: [
    "PowerLawSTDP",
    (p) => ({ lambda: p.lambda!, alpha: p.alpha!, mu: p.mu!, w0: 1, tauPlus: p.tau_plus!, tauMinus: p.tau_minus! }),
  ],
  stdp_triplet_synapse: [
    "TripletSTDP",
    (p) => ({
      A2Plus: p.Aplus!,
      A2Minus: p.Aminus!,
      A3Plus: p.Aplus_triplet!,
      A3Minus: p.Aminus_triplet!,
      tauPlus: p.tau_plus!,
      tauMinus: p.tau_minus!,
      tauX: p.tau_plus_triplet!,
      tauY: p.tau_minus_triplet!,
      wMin: 0,
      wMax: p.Wmax!,
    }),
  ],
  // alpha = 2·target·tau
  vogels_sprekeler_synapse: [
    "InhibitorySTDP",
    (p) => ({ eta: p.eta!, tau: p.tau!, target: (1000 * p.alpha!) / (2 * p.tau!), wMin: 0, wMax: p.Wmax! }),
  ],
  stdp_dopamine_synapse: [
    "DopamineSTDP",
    (p) => ({
      APlus: p.A_plus!,
      AMinus: p.A_minus!,
      tauPlus: p.tau_plus!,
      tauMinus: p.tau_minus!,
      tauC: p.tau_c!,
      tauD: p.tau_n!,
      dose: 1 / p.tau_n!,
      baseline: -p.b!,
      wMin: p.Wmin!,
      wMax: p.Wmax!,
    }),
  ],
};

describe("beside NEST", () => {
  it.each(Object.keys(golden.cases))("%s: the weight at every presynaptic spike", async (model) => {
    const values = golden.cases[model as keyof typeof golden.cases];
    const [id, translate] = ours[model]!;
    const rule = plasticityRules.find((r) => r.id === id)!;
    const engine = await createPairs({
      pre: [pre],
      post: [post],
      // NEST's dopamine comes 1 ms after it is fired, ours with the presynaptic spikes of its moment.
      modulator: modulator.map((step) => step + Math.round(1 / dt)),
      synapses: [{ source: 0, target: 0, delay: Math.round(delay / dt), weight: values.weight }],
      axonalFraction: 0,
      plasticity: [
        {
          rule: rule as never,
          params: translate(values.parameters),
          ...(rule.modulator && { modulator: "modulator" }),
        },
      ],
    });
    for (const [k, step] of pre.entries()) {
      await engine.run({ duration: (step - engine.stepCount) * dt });
      // Weights up to 100, some hundred additions: rounding, also of the file's 12 digits, stays far below 1e-9.
      expect(
        Math.abs(engine.weights("plastic").data[0]! - values.weight_after_each_pre_spike[k]!),
        `at presynaptic spike ${k}`,
      ).toBeLessThan(1e-9);
    }
  });
});
