/**
 * The look that all figures share: light background, one type size, colours that stay apart for colour-blind
 * readers (Okabe & Ito 2008, https://jfly.uni-koeln.de/color/; sequential maps from the viridis family).
 *
 * @module
 */

export const ink = "#1f2733";
export const softInk = "#5b6675";
export const gridInk = "#d9dee5";
export const paper = "#ffffff";

export const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
export const fontSize = 12;

/** Width in px that every figure is laid out for. */
export const figureWidth = 820;

/** Okabe–Ito without black and yellow (yellow is too weak for lines on white). */
export const categorical = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const;

export const categoryColor = (index: number): string => categorical[index % categorical.length]!;

/** Measured values, and what they are compared with. */
export const measuredColor = "#0072B2";
export const expectedColor = "#009E73";
export const markerColor = "#D55E00";
export const referenceColor = "#8a94a3";

/** Excitatory and inhibitory, used for weights throughout. */
export const excitatoryColor = "#D55E00";
export const inhibitoryColor = "#0072B2";

/** Excitatory and inhibitory populations have their own colours, others the categorical ones in turn. */
export function populationColor(name: string, index: number): string {
  if (/^exc/i.test(name)) return excitatoryColor;
  return /^inh/i.test(name) ? inhibitoryColor : categoryColor(index);
}

/** SWC structure identifiers: soma, axon, basal and apical dendrite; all else is "other". */
export const structureColors: Readonly<Record<number, { name: string; color: string }>> = {
  1: { name: "soma", color: "#1f2733" },
  2: { name: "axon", color: "#0072B2" },
  3: { name: "basal dendrite", color: "#D55E00" },
  4: { name: "apical dendrite", color: "#CC79A7" },
};
export const otherStructure = { name: "other or unlabelled neurite", color: "#009E73" };

/** Options that every Plot panel starts from. */
export const panelDefaults = {
  style: { fontSize: `${fontSize}px` },
  className: "wbe-plot",
} as const;

/** Axis titles stand in the middle of their axis, without arrows. */
export const axisTitle = (label: string) => ({ label, labelAnchor: "center", labelArrow: "none" }) as const;
