/**
 * Short-term plasticity after Tsodyks and Markram: a spike uses the part u of the resources x that are there. Nothing of it
 * stays in the weight; it shapes what arrives. All variables are traces of the presynaptic neuron (resting: no trace), so
 * that a synapse is touched by spikes only and the first spike of any train finds it at rest, whenever it comes.
 *
 * @module
 */
import { definePlasticity } from "../compiler/plasticity-rule.js";

/** u: facilitation; z = 1 − x: what is spent. At a spike u becomes u + U(1 − u), then u·x is released and taken from x. */
const release = "(u + U*(1 - u))*(1 - z)";

const resources = {
  U: [0.5, "1", { min: 0, max: 1 }],
  /** 0: resources are back at once, the facilitating limit. */
  tauRec: [800, "ms", { min: 0 }],
  /** 0: no facilitation, u = U at each spike. */
  tauFac: [0, "ms", { min: 0 }],
} as const;

export const tsodyksMarkramRule = definePlasticity({
  id: "TsodyksMarkram",
  doc: "Depression and facilitation: a spike sends w·u·x, where u jumps by U·(1 − u) and decays to 0 with tauFac, x loses u·x and recovers with tauRec. tauFac = 0 depresses only, tauRec = 0 facilitates only.",
  source: "Markram, Wang & Tsodyks 1998, PNAS 95:5323, eqs 1–4; NEST tsodyks2_synapse",
  params: resources,
  pre: { states: { u: [0, "1"], z: [0, "1"] }, equations: "du/dt = -u/tauFac\ndz/dt = -z/tauRec" },
  post: { states: {}, equations: "" },
  onPre: `u = u + U*(1 - u); z = z + ${release}`,
  onPost: "",
  arrival: `w*${release}`,
});

export const tsodyksMarkramBaselineRule = definePlasticity({
  id: "TsodyksMarkramBaseline",
  doc: "As TsodyksMarkram, but u rests at U instead of 0: the first spike already sends U + U·(1 − U).",
  source: "Mongillo, Barak & Tsodyks 2008, Science 319:1543, eqs 1 and 2",
  params: {
    U: [0.2, "1", { min: 0, max: 1 }],
    tauRec: [200, "ms", { min: 0 }],
    tauFac: [1500, "ms", { min: 0 }],
  },
  // v = u − U
  pre: { states: { v: [0, "1"], z: [0, "1"] }, equations: "dv/dt = -v/tauFac\ndz/dt = -z/tauRec" },
  post: { states: {}, equations: "" },
  onPre: "v = v + U*(1 - U - v); z = z + (U + v + U*(1 - U - v))*(1 - z)",
  onPost: "",
  arrival: "w*(U + v + U*(1 - U - v))*(1 - z)",
});

export const tsodyksUzielMarkramRule = definePlasticity({
  id: "TsodyksUzielMarkram",
  doc: "Three states of the resources: what is released is active for tauActive and only then begins to recover with tauRec, so that spikes within tauActive find less. tauActive is the time constant of the current that an ExpCurrent of the same projection makes; it must differ from tauRec.",
  source: "Tsodyks, Uziel & Markram 2000, J Neurosci 20:RC50, eqs 3 and 4; NEST tsodyks_synapse",
  params: {
    ...resources,
    tauRec: [800, "ms", { above: 0 }],
    tauActive: [3, "ms", { above: 0 }],
  },
  // y: active part. y and the inactive part decay jointly; q = 1 − x − y·tauActive/(tauActive − tauRec) decays alone.
  pre: {
    states: { u: [0, "1"], y: [0, "1"], q: [0, "1"] },
    equations: "du/dt = -u/tauFac\ndy/dt = -y/tauActive\ndq/dt = -q/tauRec",
  },
  post: { states: {}, equations: "" },
  onPre: `used = (u + U*(1 - u))*(1 - q - y*tauActive/(tauActive - tauRec))
    u = u + U*(1 - u)
    y = y + used
    q = q + used*tauRec/(tauRec - tauActive)`,
  onPost: "",
  arrival: "w*(u + U*(1 - u))*(1 - q - y*tauActive/(tauActive - tauRec))",
  constraints: ["tauActive != tauRec"],
});

export const saturatingReleaseRule = definePlasticity({
  id: "SaturatingRelease",
  doc: "Receptors of each synapse that saturate: a spike binds the part alpha of those that are free, which come free with tau. Before an exponential synapse of time constant tau, its state is the sum of w·s over the synapses, s the gating variable of each.",
  source:
    "Wang 1999, J Neurosci 19:9587, eqs 4 and 5 with an instantaneous rise; Destexhe, Mainen & Sejnowski 1994, Neural Comput 6:14",
  params: { alpha: [0.6, "1", { min: 0, max: 1 }], tau: [100, "ms", { above: 0 }] },
  pre: { states: { s: [0, "1"] }, equations: "ds/dt = -s/tau" },
  post: { states: {}, equations: "" },
  onPre: "s = s + alpha*(1 - s)",
  onPost: "",
  arrival: "w*alpha*(1 - s)",
});
