/**
 * Rich club: how densely hubs are tied to each other, beside random graphs of the same degrees.
 *
 * @module
 */
import type { RichClubComparison } from "../../connectome/nulls/compare.js";
import { WbeError } from "../../core/errors.js";
import { loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, figureWidth, ink, markerColor, measuredColor, softInk } from "./style.js";
import { composeFigure, legend, place } from "./svg.js";

export interface RichClubOptions {
  id?: string;
  title?: string;
  /** Levels with a p below this are marked. Default 0.05. */
  alpha?: number;
}

/**
 * Draws φ(k), the mean of the random graphs, and their ratio by degree k.
 *
 * @throws WbeError EMPTY_INPUT where no two nodes have an edge.
 */
export async function richClubCurve(club: RichClubComparison, options: RichClubOptions = {}): Promise<Figure> {
  const { id = "rich-club", title = "Rich club", alpha = 0.05 } = options;
  if (club.k.length === 0) throw new WbeError("EMPTY_INPUT", "expected a graph with edges to draw its rich club");
  const rows = Array.from(club.k, (k, i) => ({
    k,
    phi: club.phi[i]!,
    none: club.nullMean[i]!,
    ratio: club.normalised[i]!,
    marked: club.p[i]! < alpha,
  }));
  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const shared = { width: figureWidth, marginLeft: 64, marginRight: 24 };
  const largest = club.k[club.k.length - 1]!;
  const x = { domain: [0, Math.max(1, largest)], nice: true };
  const upper = drawing.panel({
    ...shared,
    height: 210,
    marginTop: 10,
    marginBottom: 28,
    x: { ...x, ...axisTitle("") },
    y: { ...axisTitle("φ(k)"), grid: true, zero: true, nice: true },
    marks: [
      Plot.line(rows, { x: "k", y: "none", stroke: softInk, strokeDasharray: "5 3" }),
      Plot.line(rows, { x: "k", y: "phi", stroke: measuredColor, strokeWidth: 1.8 }),
      Plot.frame({ anchor: "bottom", stroke: ink }),
    ],
  });
  const ratios = rows.filter(({ ratio }) => Number.isFinite(ratio));
  const lower = drawing.panel({
    ...shared,
    height: 210,
    marginTop: 10,
    marginBottom: 42,
    x: { ...x, ...axisTitle("degree k") },
    y: { ...axisTitle("φ / φ of random graphs"), grid: true, nice: true },
    marks: [
      Plot.ruleY([1], { stroke: softInk, strokeDasharray: "5 3" }),
      Plot.line(ratios, { x: "k", y: "ratio", stroke: measuredColor, strokeWidth: 1.8 }),
      Plot.dot(
        ratios.filter(({ marked }) => marked),
        { x: "k", y: "ratio", fill: markerColor, r: 3 },
      ),
      Plot.frame({ anchor: "bottom", stroke: ink }),
    ],
  });
  const marked = rows.filter(({ marked: isMarked }) => isMarked).length;
  const caption = [
    `φ(k): ${club.method}. Dashed: mean of ${club.surrogates} random graphs of the same degrees.`,
    `Dots: fewer than ${100 * alpha} % of them reach φ(k), at ${marked} of ${rows.length} levels, each tested by itself.`,
    `At the last level ${club.nodes[club.nodes.length - 1]} nodes are left.`,
  ];
  const items = [
    { name: "network", color: measuredColor },
    { name: "random graphs of the same degrees", color: softInk, dash: true },
    { name: `p < ${alpha}`, color: markerColor },
  ];
  return composeFigure({ id, title, caption: caption.join(" ") }, figureWidth, 26 + upper.height + lower.height, [
    legend(items, 64, 14),
    place(upper, 0, 26),
    place(lower, 0, 26 + upper.height),
  ]);
}
