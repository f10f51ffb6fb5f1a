/**
 * Firing rate against injected current.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, expectedColor, figureWidth, ink, measuredColor } from "./style.js";
import { composeFigure, legend, place, printedUnit } from "./svg.js";

export interface FICurveInput {
  /** In `currentUnit`, ascending. */
  current: ArrayLike<number>;
  /** Hz, one per current. */
  rate: ArrayLike<number>;
  /** "pA", "uA/cm2", … */
  currentUnit: string;
  /** The band that published or closed-form values span: Hz at each of its own currents, ascending. */
  expected?: { current: ArrayLike<number>; low: ArrayLike<number>; high: ArrayLike<number>; source: string };
}

export interface FICurveOptions {
  id?: string;
  title?: string;
}

/**
 * Draws the measured F–I curve as points joined by lines over the expected band.
 *
 * @throws WbeError EMPTY_INPUT without points, ARGUMENT when lengths differ.
 */
export async function fiCurve(input: FICurveInput, options: FICurveOptions = {}): Promise<Figure> {
  const { current, rate, currentUnit, expected } = input;
  const { id = "fi-curve", title = "Firing rate against current" } = options;
  if (current.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one current to draw, found none");
  if (current.length !== rate.length) {
    throw new WbeError(
      "ARGUMENT",
      `expected one rate per current, found ${rate.length} rates and ${current.length} currents`,
    );
  }
  if (expected && (expected.current.length !== expected.low.length || expected.low.length !== expected.high.length)) {
    throw new WbeError("ARGUMENT", "expected columns of one length in the expected band", {
      where: `current ${expected.current.length}, low ${expected.low.length}, high ${expected.high.length}`,
    });
  }
  const points = Array.from(current, (x, i) => ({ x, y: rate[i]! })).filter((p) => Number.isFinite(p.y));
  const band = expected
    ? Array.from(expected.current, (x, i) => ({ x, low: expected.low[i]!, high: expected.high[i]! }))
    : [];
  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const panel = drawing.panel({
    width: figureWidth,
    height: 340,
    marginLeft: 64,
    marginRight: 24,
    marginTop: 10,
    marginBottom: 42,
    x: { ...axisTitle(`injected current (${printedUnit(currentUnit)})`), nice: true },
    y: { ...axisTitle("firing rate (Hz)"), grid: true, nice: true, zero: true },
    marks: [
      Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: expectedColor, fillOpacity: 0.22 }),
      Plot.lineY(band, { x: "x", y: "low", stroke: expectedColor, strokeOpacity: 0.7 }),
      Plot.lineY(band, { x: "x", y: "high", stroke: expectedColor, strokeOpacity: 0.7 }),
      Plot.ruleY([0], { stroke: ink }),
      Plot.lineY(points, { x: "x", y: "y", stroke: measuredColor, strokeWidth: 1.5 }),
      Plot.dot(points, { x: "x", y: "y", fill: measuredColor, r: 3.2 }),
    ],
  });
  const items: { name: string; color: string }[] = [{ name: "measured", color: measuredColor }];
  if (expected) items.push({ name: "expected band", color: expectedColor });
  const inside = band.length ? countInside(points, band) : undefined;
  const caption = [
    `Steady firing rate (Hz) for each injected current (${printedUnit(currentUnit)}).`,
    expected ? `Expected: the points lie within the green band (${expected.source}).` : "",
    inside ? `${inside.inside} of ${inside.compared} points that the band covers lie within it.` : "",
    points.length < current.length
      ? `${current.length - points.length} currents gave no finite rate and are not drawn.`
      : "",
  ];
  return composeFigure({ id, title, caption: caption.filter(Boolean).join(" ") }, figureWidth, 26 + panel.height, [
    legend(items, 64, 14),
    place(panel, 0, 26),
  ]);
}

/** Points inside the band, its edges interpolated linearly as they are drawn. */
function countInside(
  points: readonly { x: number; y: number }[],
  band: readonly { x: number; low: number; high: number }[],
): { inside: number; compared: number } {
  let [inside, compared] = [0, 0];
  for (const { x, y } of points) {
    const right = band.findIndex((b) => b.x >= x);
    if (right < 0 || (right === 0 && band[0]!.x > x)) continue;
    const b = band[right]!;
    const a = band[Math.max(0, right - 1)]!;
    const share = b.x > a.x ? (x - a.x) / (b.x - a.x) : 1;
    compared++;
    // One part in 10^9 of slack: a point computed on the edge itself must not fall out by rounding.
    const slack = 1e-9 * Math.max(1, Math.abs(y));
    if (y >= a.low + share * (b.low - a.low) - slack && y <= a.high + share * (b.high - a.high) + slack) inside++;
  }
  return { inside, compared };
}
