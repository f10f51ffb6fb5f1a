/**
 * Fast receptors as conductances that rise and decay; the weight is the peak conductance of one spike (nS). The kinetics
 * of one receptor differ between cells: the defaults are those of the named source.
 *
 * @module
 */
import { defineSynapse } from "./declaration.js";
import { dualExpGating } from "./dual-exponential.js";

const current = "g*(Erev - V)";

export const ampa = defineSynapse({
  id: "AMPA",
  doc: "AMPA receptors: fast excitation by glutamate.",
  source: "Markram et al. 2015, Cell 163:456 (rise 0.2 ms, decay 1.7 ms, after Häusser & Roth 1997)",
  ...dualExpGating,
  params: { tauRise: [0.2, "ms", { above: 0 }], tauDecay: [1.7, "ms", { above: 0 }], Erev: [0, "mV"] },
  current,
});

export const gabaA = defineSynapse({
  id: "GABAA",
  doc: "GABA-A receptors: fast inhibition, a chloride conductance.",
  source: "Markram et al. 2015, Cell 163:456 (rise 0.2 ms, decay 8 ms, reversal −80 mV)",
  ...dualExpGating,
  params: { tauRise: [0.2, "ms", { above: 0 }], tauDecay: [8, "ms", { above: 0 }], Erev: [-80, "mV"] },
  current,
});

export const glycine = defineSynapse({
  id: "Glycine",
  doc: "Glycine receptors: fast inhibition of spinal cord and brain stem, a chloride conductance.",
  source: "Legendre 2001, Cell Mol Life Sci 58:760 (mature synapses rise within 1 ms and decay within 5 to 10 ms)",
  ...dualExpGating,
  params: { tauRise: [0.5, "ms", { above: 0 }], tauDecay: [7, "ms", { above: 0 }], Erev: [-75, "mV"] },
  current,
});

export const nicotinicACh = defineSynapse({
  id: "NicotinicACh",
  doc: "Nicotinic acetylcholine receptors: fast excitation, a conductance for all small cations.",
  source: "Derkach, Selyanko & Skok 1983, J Physiol 336:511 (ganglionic currents decay with about 5 ms)",
  ...dualExpGating,
  params: { tauRise: [1, "ms", { above: 0 }], tauDecay: [5, "ms", { above: 0 }], Erev: [-5, "mV"] },
  current,
});
