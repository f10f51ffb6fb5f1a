/**
 * A measure beside what it takes on data from which the effect has been removed.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import { loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, figureWidth, gridInk, ink, markerColor, referenceColor, softInk } from "./style.js";
import { composeFigure, legend, place, printedUnit, textAt } from "./svg.js";
import { finiteRange, histogram } from "./weight-histogram.js";

export interface NullDistributionInput {
  /** "Φ", "PCI", … */
  name: string;
  measured: Measured;
  /** The measure on each surrogate. Without them a normal curve of the null's mean and SD is drawn, and the caption says so. */
  samples?: ArrayLike<number>;
}

export interface NullDistributionOptions {
  id?: string;
  title?: string;
}

const rowHeight = 172;

/**
 * Draws each measured value (with its interval, where there is one) over its null distribution, one panel per measure.
 *
 * @throws WbeError EMPTY_INPUT when no measure is given.
 */
export async function nullDistribution(
  inputs: readonly NullDistributionInput[],
  options: NullDistributionOptions = {},
): Promise<Figure> {
  const { id = "null-distributions", title = "Measures against their null distributions" } = options;
  if (inputs.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one measure to draw, found none");
  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const notes: string[] = [];
  const parts: string[] = [];
  inputs.forEach(({ name, measured, samples }, row) => {
    const { value, unit, interval, null: none } = measured;
    const shape = nullShape(none, samples);
    const range = finiteRange(
      [value, ...(interval ?? []), ...(none ? [none.mean] : [])],
      shape.curve.map((p) => p.x),
    ) ?? [0, 1];
    const pad = (range[1] - range[0]) * 0.08;
    const valueText = `${name} = ${Number.isFinite(value) ? format(value) : "no value"}${unit === "1" ? "" : ` ${printedUnit(unit)}`}`;
    const nullText = none
      ? `null ${format(none.mean)} ± ${format(none.sd)}, p = ${none.p < 0.001 && none.p > 0 ? none.p.toExponential(1) : format(none.p)}`
      : "no null distribution given";
    const y = 26 + row * (rowHeight + 24);
    const panel = drawing.panel({
      width: figureWidth,
      height: rowHeight,
      marginLeft: 64,
      marginRight: 24,
      marginTop: 12,
      marginBottom: 42,
      x: {
        domain: [range[0] - pad, range[1] + pad],
        ...axisTitle(`${name} (${unit === "1" ? "dimensionless" : printedUnit(unit)})`),
      },
      y: {
        ...axisTitle(samples?.length ? "surrogates" : "density"),
        ticks: samples?.length ? 4 : [],
        domain: [0, shape.curve.reduce((most, point) => Math.max(most, point.y), 0) || 1],
        grid: true,
        nice: true,
      },
      marks: [
        Plot.frame({ stroke: gridInk }),
        Plot.areaY(shape.curve, { x: "x", y1: 0, y2: "y", fill: referenceColor, fillOpacity: 0.45 }),
        Plot.line(shape.curve, { x: "x", y: "y", stroke: softInk }),
        Plot.ruleX(none && Number.isFinite(none.mean) ? [none.mean] : [], { stroke: softInk, strokeDasharray: "3 3" }),
        Plot.ruleX(Number.isFinite(value) ? [value] : [], { stroke: markerColor, strokeWidth: 2.5 }),
        Plot.ruleY([0], { stroke: ink }),
        interval
          ? Plot.link([interval], {
              x1: interval[0],
              x2: interval[1],
              y1: 0,
              y2: 0,
              stroke: markerColor,
              strokeWidth: 5,
            })
          : null,
      ],
    });
    parts.push(
      textAt(64, y + 14, valueText, { bold: true }),
      textAt(figureWidth - 24, y + 14, nullText, { anchor: "end", color: softInk }),
      place(panel, 0, y + 16),
    );
    notes.push(
      `${name}: ${shape.note}${interval ? ` Bar at the axis: 95 % interval ${format(interval[0])} to ${format(interval[1])}.` : ""}`,
    );
  });
  const caption = `Orange: the measured value; grey: the same measure on data without the effect; dashed: its mean. A value far to the right of the grey is not explained by the null. ${notes.join(" ")}`;
  parts.unshift(
    legend(
      [
        { name: "measured", color: markerColor },
        { name: "null", color: referenceColor },
        { name: "mean of the null", color: softInk, dash: true },
      ],
      64,
      14,
    ),
  );
  return composeFigure({ id, title, caption }, figureWidth, 26 + inputs.length * (rowHeight + 24), parts);
}

/** Outline of the null: a histogram of the surrogates, or a normal curve where only mean and SD are known. */
function nullShape(none: Measured["null"], samples: ArrayLike<number> | undefined) {
  const range = samples && finiteRange(samples);
  if (samples && range) {
    const bins = Math.max(5, Math.min(30, Math.round(Math.sqrt(samples.length))));
    const curve = histogram(samples, ...range, bins).flatMap(({ low, high, count }) => [
      { x: low, y: count },
      { x: high, y: count },
    ]);
    return { curve, note: `${samples.length} surrogates in ${bins} bins.` };
  }
  if (!none) return { curve: [], note: "no null distribution was computed." };
  if (!(none.sd > 0)) {
    return { curve: [], note: `all surrogates gave ${format(none.mean)} (dashed).` };
  }
  const curve = Array.from({ length: 81 }, (_, i) => {
    const z = -4 + i / 10;
    return { x: none.mean + z * none.sd, y: Math.exp((-z * z) / 2) };
  });
  return { curve, note: "the grey curve is a normal of the null's mean and SD, not the surrogates themselves." };
}

const format = (value: number): string => String(Number(value.toPrecision(4)));
