/**
 * Who projects to whom, and how strongly.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { type Drawing, loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, figureWidth, ink, softInk } from "./style.js";
import { colorBar, composeFigure, place, printedUnit, px, textAt } from "./svg.js";

/** Synapses as columns; several between one pair are summed, a zero weight is drawn as an edge. */
export interface AdjacencyInput {
  nNeurons: number;
  source: ArrayLike<number>;
  target: ArrayLike<number>;
  /** Negative is drawn as inhibitory. */
  weight: ArrayLike<number>;
  weightUnit: string;
  /** Class of each neuron (name), by which rows and columns are sorted; order of first appearance. */
  classOf?: readonly string[];
}

export interface AdjacencyOptions {
  id?: string;
  title?: string;
  /** What weights above and below zero are called. Default "positive", "negative". */
  signNames?: readonly [string, string];
}

const matrixSize = 520;

/**
 * Draws the weight matrix, rows = presynaptic, columns = postsynaptic, colour = log10 |summed weight|.
 *
 * @throws WbeError EMPTY_INPUT without neurons, ARGUMENT when an index lies outside or lengths differ.
 */
export async function adjacencyMatrix(input: AdjacencyInput, options: AdjacencyOptions = {}): Promise<Figure> {
  const { nNeurons, source, target, weight, weightUnit, classOf } = input;
  const { id = "adjacency-matrix", title = "Connectivity matrix", signNames = ["positive", "negative"] } = options;
  if (!(nNeurons > 0)) throw new WbeError("EMPTY_INPUT", `expected at least one neuron to draw, found ${nNeurons}`);
  if (source.length !== target.length || source.length !== weight.length) {
    throw new WbeError(
      "ARGUMENT",
      `expected columns of one length, found source ${source.length}, target ${target.length}, weight ${weight.length}`,
    );
  }
  const { rank, classes } = sortByClass(nNeurons, classOf);

  const sums = new Map<number, number>();
  for (let s = 0; s < source.length; s++) {
    const from = rank[source[s]!];
    const to = rank[target[s]!];
    if (from === undefined || to === undefined) {
      throw new WbeError("ARGUMENT", `expected neuron indices below ${nNeurons}, found ${source[s]} → ${target[s]}`, {
        where: `synapse ${s}`,
      });
    }
    const key = from * nNeurons + to;
    sums.set(key, (sums.get(key) ?? 0) + weight[s]!);
  }
  const bin = Math.ceil(nNeurons / matrixSize);
  const size = Math.ceil(nNeurons / bin);
  const cells = new Map<number, number>();
  let low = Infinity;
  let high = 0;
  let [hasPositive, hasNegative, hasZero] = [false, false, false];
  for (const [key, sum] of sums) {
    const cell = Math.floor(Math.floor(key / nNeurons) / bin) * size + Math.floor((key % nNeurons) / bin);
    const held = cells.get(cell);
    if (held === undefined || Math.abs(sum) > Math.abs(held)) cells.set(cell, sum);
    if (sum > 0) hasPositive = true;
    else if (sum < 0) hasNegative = true;
    else hasZero = true;
    if (sum !== 0) {
      low = Math.min(low, Math.abs(sum));
      high = Math.max(high, Math.abs(sum));
    }
  }
  if (high === 0) [low, high] = [1, 1];

  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const ramps = { positive: drawing.ramp("oranges", 256, 0.32, 1), negative: drawing.ramp("blues", 256, 0.32, 1) };
  const rgba = new Uint8Array(4 * size * size).fill(255);
  const levelOf = logLevel(low, high);
  for (const [cell, sum] of cells) {
    const level = sum === 0 ? 0 : Math.round(255 * levelOf(Math.abs(sum)));
    rgba.set(sum === 0 ? [150, 150, 150] : (sum > 0 ? ramps.positive : ramps.negative)[level]!, 4 * cell);
  }

  const bounds = classes.slice(1).map((c) => c.start);
  const named = classOf !== undefined && classes.length > 1;
  const order = named ? "rank, sorted by class" : "index";
  const left = 64;
  const top = named ? 34 : 14;
  const panel = drawing.panel({
    width: left + matrixSize + 20,
    height: top + matrixSize + 44,
    marginLeft: left,
    marginTop: top,
    marginRight: 20,
    marginBottom: 44,
    x: { domain: [0, nNeurons], ticks: 6, ...axisTitle(`postsynaptic neuron (${order})`) },
    y: { domain: [0, nNeurons], reverse: true, ticks: 6, ...axisTitle(`presynaptic neuron (${order})`) },
    marks: [
      Plot.image([drawing.png(size, size, rgba)], {
        src: (uri: string) => uri,
        x: nNeurons / 2,
        y: nNeurons / 2,
        width: (matrixSize * size * bin) / nNeurons,
        height: (matrixSize * size * bin) / nNeurons,
        imageRendering: "pixelated",
        preserveAspectRatio: "none",
      }),
      Plot.ruleX(bounds, { stroke: softInk, strokeWidth: 0.6 }),
      Plot.ruleY(bounds, { stroke: softInk, strokeWidth: 0.6 }),
      Plot.frame({ stroke: softInk }),
    ],
  });
  const parts = [place(panel, 0, 0)];
  if (named) parts.push(...classNames(classes, nNeurons, left, top));
  parts.push(
    ...weightBars(
      drawing,
      ramps,
      { low, high, hasPositive, hasNegative, weightUnit, signNames },
      left + matrixSize + 36,
      top,
    ),
  );
  const barsWidth = left + matrixSize + 36;
  if (hasZero) {
    parts.push(
      `<rect x="${barsWidth}" y="${top + matrixSize - 22}" width="16" height="12" fill="rgb(150,150,150)"/>`,
      textAt(barsWidth + 22, top + matrixSize - 12, "weight exactly 0", { size: 11 }),
    );
  }
  const density = sums.size / (nNeurons * nNeurons);
  const caption = [
    `Rows send, columns receive. Colour: log10 of |summed weight| (${printedUnit(weightUnit)}) of all synapses of a pair, orange ${signNames[0]}, blue ${signNames[1]}; white: no synapse.`,
    `${source.length.toLocaleString("en")} synapses between ${sums.size.toLocaleString("en")} ordered pairs of ${nNeurons.toLocaleString("en")} neurons (${(100 * density).toPrecision(3)} % of all).`,
    named ? `Neurons are sorted by class (${classes.map((c) => `${c.name}: ${c.size}`).join(", ")}).` : "",
    bin > 1 ? `Each cell stands for ${bin} × ${bin} pairs and shows the strongest.` : "",
  ];
  return composeFigure({ id, title, caption: caption.filter(Boolean).join(" ") }, figureWidth, panel.height, parts);
}

/** Position of a value between low and high on a logarithmic scale, 0 to 1; the middle when all are equal. */
function logLevel(low: number, high: number): (value: number) => number {
  const span = Math.log10(high / low);
  return (value) => (span > 0 ? Math.log10(value / low) / span : 0.5);
}

interface NeuronClass {
  name: string;
  start: number;
  size: number;
}

function sortByClass(nNeurons: number, classOf: readonly string[] | undefined) {
  const rank = new Array<number>(nNeurons);
  if (!classOf) {
    for (let i = 0; i < nNeurons; i++) rank[i] = i;
    return { rank, classes: [{ name: "", start: 0, size: nNeurons }] };
  }
  if (classOf.length !== nNeurons) {
    throw new WbeError("ARGUMENT", `expected one class name per neuron (${nNeurons}), found ${classOf.length}`);
  }
  const members = new Map<string, number[]>();
  classOf.forEach((name, i) => {
    members.set(name, [...(members.get(name) ?? []), i]);
  });
  const classes: NeuronClass[] = [];
  let next = 0;
  for (const [name, list] of members) {
    classes.push({ name, start: next, size: list.length });
    for (const neuron of list) rank[neuron] = next++;
  }
  return { rank, classes };
}

/** Class names over their columns; a class too narrow for its name goes without (its share is in the caption). */
function classNames(classes: readonly NeuronClass[], nNeurons: number, left: number, top: number): string[] {
  return classes.map(({ name, start, size }) => {
    const width = (size / nNeurons) * matrixSize;
    if (width < name.length * 6.4 + 4) return "";
    return textAt(left + ((start + size / 2) / nNeurons) * matrixSize, top - 8, name, {
      anchor: "middle",
      size: 11,
      color: ink,
    });
  });
}

function weightBars(
  drawing: Drawing,
  ramps: { positive: [number, number, number][]; negative: [number, number, number][] },
  range: {
    low: number;
    high: number;
    hasPositive: boolean;
    hasNegative: boolean;
    weightUnit: string;
    signNames: readonly [string, string];
  },
  x: number,
  top: number,
): string[] {
  const bars = [];
  if (range.hasPositive)
    bars.push({ ramp: ramps.positive, title: `${range.signNames[0]} (${printedUnit(range.weightUnit)})` });
  if (range.hasNegative)
    bars.push({ ramp: ramps.negative, title: `${range.signNames[1]} (−${printedUnit(range.weightUnit)})` });
  const levelOf = logLevel(range.low, range.high);
  const ticks = range.low < range.high ? [range.low, Math.sqrt(range.low * range.high), range.high] : [range.low];
  return bars.map(({ ramp, title }, k) => {
    const column = new Uint8Array(4 * ramp.length).fill(255);
    ramp.forEach((color, i) => {
      column.set(color, 4 * (ramp.length - 1 - i));
    });
    return colorBar({
      image: drawing.png(1, ramp.length, column),
      x,
      y: top + 24 + k * 210,
      width: 16,
      height: 150,
      title,
      ticks: ticks.map((value) => ({
        at: levelOf(value),
        label: px(Number(value.toPrecision(2))) === "0" ? value.toExponential(1) : String(Number(value.toPrecision(2))),
      })),
    });
  });
}
