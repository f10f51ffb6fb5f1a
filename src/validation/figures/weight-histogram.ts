/**
 * Synaptic weights before and after a run.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, figureWidth, ink, markerColor, measuredColor, referenceColor } from "./style.js";
import { composeFigure, legend, place, printedUnit } from "./svg.js";

export interface WeightHistogramOptions {
  id?: string;
  title?: string;
  /** Number of bins over the common range. Default 40. */
  bins?: number;
  expected?: string;
}

export interface HistogramBin {
  low: number;
  high: number;
  count: number;
}

/** Counts values in `bins` equal bins over [low, high]; the last bin includes its upper edge. Non-finite values are left out. */
export function histogram(values: ArrayLike<number>, low: number, high: number, bins: number): HistogramBin[] {
  const width = (high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= low && value <= high) counts[Math.min(bins - 1, Math.floor((value - low) / width))]! += 1;
  }
  return counts.map((count, b) => ({ low: low + b * width, high: low + (b + 1) * width, count }));
}

/** Smallest and largest finite value, widened when they are equal; undefined when there is none. */
export function finiteRange(...arrays: ArrayLike<number>[]): [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) {
      const value = array[i]!;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return undefined;
  if (low < high) return [low, high];
  const half = low === 0 ? 0.5 : Math.abs(low) * 0.05;
  return [low - half, high + half];
}

/**
 * Draws two histograms of weights (in `unit`) over common bins, with their means.
 *
 * @throws WbeError EMPTY_INPUT when there is no finite weight, ARGUMENT for a bin count below 1.
 */
export async function weightHistogram(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  unit: string,
  options: WeightHistogramOptions = {},
): Promise<Figure> {
  const { id = "weights", title = "Synaptic weights before and after", bins = 40 } = options;
  if (!Number.isInteger(bins) || bins < 1) throw new WbeError("ARGUMENT", `expected at least one bin, found ${bins}`);
  const range = finiteRange(before, after);
  if (!range) throw new WbeError("EMPTY_INPUT", "expected finite weights to draw, found none");
  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const bars = { before: histogram(before, ...range, bins), after: histogram(after, ...range, bins) };
  const means = { before: summarize(before), after: summarize(after) };
  // Each has an axis of its own: weights that start out equal make one bar as high as there are synapses.
  const panels = (["before", "after"] as const).map((when) => {
    const color = when === "before" ? referenceColor : measuredColor;
    const isLast = when === "after";
    return drawing.panel({
      width: figureWidth,
      height: isLast ? 184 : 150,
      marginLeft: 64,
      marginRight: 24,
      marginTop: 10,
      marginBottom: isLast ? 42 : 8,
      x: { domain: range, ...axisTitle(`weight (${printedUnit(unit)})`), axis: isLast ? "bottom" : null },
      y: { ...axisTitle("synapses"), grid: true, nice: true, ticks: 4 },
      marks: [
        Plot.rectY(bars[when], { x1: "low", x2: "high", y: "count", fill: color, insetLeft: 0.5, insetRight: 0.5 }),
        Plot.ruleX([means[when].mean].filter(Number.isFinite), {
          stroke: markerColor,
          strokeWidth: 1.8,
          strokeDasharray: "5 3",
        }),
        Plot.ruleY([0], { stroke: ink }),
      ],
    });
  });
  const parts = [
    legend(
      [
        { name: `before, n = ${means.before.n.toLocaleString("en")}`, color: referenceColor },
        { name: `after, n = ${means.after.n.toLocaleString("en")}`, color: measuredColor },
        { name: "mean", color: markerColor, dash: true },
      ],
      64,
      14,
    ),
    place(panels[0]!, 0, 26),
    place(panels[1]!, 0, 26 + panels[0]!.height),
  ];
  const caption = [
    `Number of synapses per weight (${printedUnit(unit)}) in ${bins} equal bins, before (grey) and after (blue); the vertical axes differ. Mean ± SD ${means.before.text} before, ${means.after.text} after.`,
    options.expected ? `Expected: ${options.expected}` : "",
  ];
  return composeFigure(
    { id, title, caption: caption.filter(Boolean).join(" ") },
    figureWidth,
    26 + panels[0]!.height + panels[1]!.height,
    parts,
  );
}

function summarize(values: ArrayLike<number>): { n: number; mean: number; text: string } {
  const finite = Array.from(values).filter(Number.isFinite);
  const n = finite.length;
  const mean = finite.reduce((a, b) => a + b, 0) / n;
  const sd = Math.sqrt(finite.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
  return { n, mean, text: n > 0 ? `${format(mean)} ± ${format(sd)}` : "none" };
}

const format = (value: number): string => String(Number(value.toPrecision(4)));
