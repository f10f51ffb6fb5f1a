/**
 * Neurons drawn as they are: every segment at its place and thickness.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Morphology } from "../../core/morphology.js";
import type { Figure } from "./figure.js";
import { figureWidth, gridInk, otherStructure, softInk, structureColors } from "./style.js";
import { composeFigure, legend, px, scaleBar, textAt } from "./svg.js";
import type { Plane } from "./volume-slices.js";

export interface MorphologiesOptions {
  id?: string;
  title?: string;
  /** Projection; default "xy". The second axis points up. */
  plane?: Plane;
  /** "grid": each neuron in a cell of its own, one scale for all (default). "together": all at their positions. */
  layout?: "grid" | "together";
  /** Neurons drawn in a grid: the ones with most points first. Default 12. */
  maxNeurons?: number;
}

type Point = (m: Morphology, i: number) => [number, number];
const projections: Record<Plane, Point> = {
  xy: (m, i) => [m.x[i]!, m.y[i]!],
  xz: (m, i) => [m.x[i]!, m.z[i]!],
  yz: (m, i) => [m.y[i]!, m.z[i]!],
};

interface Box {
  low: [number, number];
  high: [number, number];
}

/**
 * Draws morphologies in projection: line width is the segment's diameter (at least 0.7 px), colour its SWC type,
 * the soma a disc of its radius.
 *
 * @throws WbeError EMPTY_INPUT when there is no neuron with a point.
 */
export async function morphologies(all: readonly Morphology[], options: MorphologiesOptions = {}): Promise<Figure> {
  const { plane = "xy", layout = "grid", maxNeurons = 12, id = "morphologies" } = options;
  const usable = all.filter((m) => m.x.length > 0);
  if (usable.length === 0) throw new WbeError("EMPTY_INPUT", "expected at least one morphology to draw, found none");
  const title = options.title ?? (usable.length === 1 ? `Morphology of ${usable[0]!.name}` : "Morphologies");
  const together = layout === "together" || usable.length === 1;
  // Sorting by size must not change the order of equals, so that one input gives one picture.
  const shown = together
    ? usable
    : usable
        .map((m, order) => ({ m, order }))
        .sort((a, b) => b.m.x.length - a.m.x.length || a.order - b.order)
        .slice(0, maxNeurons)
        .map(({ m }) => m);
  const groups = together ? [shown] : shown.map((m) => [m]);
  const boxes = groups.map((group) => boundingBox(group, projections[plane]));

  const columns = together
    ? 1
    : Math.min(groups.length, groups.length <= 4 ? groups.length : groups.length <= 6 ? 3 : 4);
  const rows = Math.ceil(groups.length / columns);
  const top = 34;
  const cellWidth = (figureWidth - 2) / columns;
  const widest = Math.max(...boxes.map((b) => b.high[0] - b.low[0]), 1e-6);
  const tallest = Math.max(...boxes.map((b) => b.high[1] - b.low[1]), 1e-6);
  const pad = 14;
  const nameSpace = together ? 0 : 18;
  const maxDrawnHeight = together ? 520 : 200;
  const pixelsPerUm = Math.min((cellWidth - 2 * pad) / widest, maxDrawnHeight / tallest);
  const barSpace = 34;
  const cellHeight = Math.max(
    together ? 120 : 90,
    tallest * pixelsPerUm + 2 * pad + nameSpace + (together ? barSpace : 0),
  );

  const types = new Map<string, string>();
  const parts: string[] = [];
  groups.forEach((group, g) => {
    const cellX = 1 + (g % columns) * cellWidth;
    const cellY = top + Math.floor(g / columns) * cellHeight;
    const box = boxes[g]!;
    const centreX = cellX + cellWidth / 2;
    const centreY = cellY + nameSpace + (cellHeight - nameSpace - (together ? barSpace : 0)) / 2;
    const project: Point = (m, i) => {
      const [u, v] = projections[plane](m, i);
      return [
        centreX + (u - (box.low[0] + box.high[0]) / 2) * pixelsPerUm,
        centreY - (v - (box.low[1] + box.high[1]) / 2) * pixelsPerUm,
      ];
    };
    if (!together) {
      parts.push(
        `<rect x="${px(cellX)}" y="${px(cellY)}" width="${px(cellWidth)}" height="${px(cellHeight)}" fill="none" stroke="${gridInk}"/>`,
        textAt(cellX + 8, cellY + 16, shorten(group[0]!.name, cellWidth - 16), { size: 11, color: softInk }),
      );
    }
    for (const m of group) parts.push(drawTree(m, project, pixelsPerUm, types));
  });

  const height = top + rows * cellHeight + (together ? 0 : barSpace);
  parts.push(
    legend(
      [...types].map(([name, color]) => ({ name, color })),
      8,
      16,
    ),
    scaleBar(10, height - 10, figureWidth / 2, pixelsPerUm),
    textAt(figureWidth - 10, height - 10, `${plane} projection`, { anchor: "end", color: softInk }),
  );
  const left = usable.length - shown.length;
  const caption = [
    `${shown.length === 1 ? "One neuron" : `${shown.length} neurons`} in ${plane} projection at one scale (bar in µm); line width is the diameter (at least 0.7 px), colour the SWC type, the soma a disc of its radius.`,
    together ? "" : "Each stands in a cell of its own.",
    left > 0 ? `The ${left} smaller ones of ${usable.length} are not drawn.` : "",
    "Expected: branches leave a soma, taper and do not break off.",
  ];
  return composeFigure({ id, title, caption: caption.filter(Boolean).join(" ") }, figureWidth, height + 2, parts);
}

function boundingBox(group: readonly Morphology[], point: Point): Box {
  const box: Box = { low: [Infinity, Infinity], high: [-Infinity, -Infinity] };
  for (const m of group) {
    for (let i = 0; i < m.x.length; i++) {
      const at = point(m, i);
      for (const axis of [0, 1] as const) {
        box.low[axis] = Math.min(box.low[axis], at[axis] - m.radius[i]!);
        box.high[axis] = Math.max(box.high[axis], at[axis] + m.radius[i]!);
      }
    }
  }
  return box;
}

const styleOf = (type: number) => structureColors[type] ?? otherStructure;

/**
 * One path per type and width (in steps of a fifth of a pixel). Along an unbranched stretch, points closer than
 * half a pixel to the last one drawn are passed over, so that a reconstruction of 20,000 points stays a small file.
 */
function drawTree(m: Morphology, project: Point, pixelsPerUm: number, types: Map<string, string>): string {
  const children = new Uint32Array(m.x.length);
  for (const parent of m.parent) if (parent >= 0) children[parent]! += 1;
  const paths = new Map<string, { text: string; end: number }>();
  const discs: string[] = [];
  /** The last drawn point at or above each point, and that point's place. */
  const drawn = new Int32Array(m.x.length);
  for (let i = 0; i < m.x.length; i++) {
    drawn[i] = i;
    const { name, color } = styleOf(m.type[i]!);
    types.set(name, color);
    const to = project(m, i);
    const parent = m.parent[i]!;
    if (m.type[i] === 1 && (parent < 0 || m.type[parent] !== 1)) {
      const r = Math.max(1.5, m.radius[i]! * pixelsPerUm);
      discs.push(`<circle cx="${px(to[0])}" cy="${px(to[1])}" r="${px(r)}" fill="${color}"/>`);
    }
    if (parent < 0) continue;
    // The side points of a three-point soma lie on the disc that is drawn already.
    if (m.type[i] === 1 && m.type[parent] === 1 && distance(m, i, parent) <= 1.01 * m.radius[parent]!) continue;
    const start = drawn[parent]!;
    const from = project(m, start);
    if (children[i] === 1 && m.type[start] === m.type[i] && Math.hypot(to[0] - from[0], to[1] - from[1]) < 0.5) {
      drawn[i] = start;
      continue;
    }
    // A child of the soma starts at its own thickness, not at the soma's.
    const radius = m.type[start] === 1 && m.type[i] !== 1 ? m.radius[i]! : (m.radius[i]! + m.radius[start]!) / 2;
    const width = Math.max(0.7, Math.round(2 * radius * pixelsPerUm * 5) / 5);
    const key = `${color}|${width}`;
    const path = paths.get(key) ?? { text: "", end: -1 };
    if (path.end !== start) path.text += `M${px(from[0])},${px(from[1])}`;
    path.text += `L${px(to[0])},${px(to[1])}`;
    path.end = i;
    paths.set(key, path);
  }
  const lines = [...paths].map(([key, { text }]) => {
    const [color, width] = key.split("|");
    return `<path d="${text}" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" fill="none"/>`;
  });
  return `<g class="neuron">${lines.join("")}${discs.join("")}</g>`;
}

const distance = (m: Morphology, a: number, b: number): number =>
  Math.hypot(m.x[a]! - m.x[b]!, m.y[a]! - m.y[b]!, m.z[a]! - m.z[b]!);

function shorten(text: string, width: number): string {
  const most = Math.max(4, Math.floor(width / (11 * 0.56)));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
