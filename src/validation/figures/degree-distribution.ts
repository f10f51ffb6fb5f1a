/**
 * How many partners neurons have, beside a random graph of the same density.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, categorical, figureWidth, ink, softInk } from "./style.js";
import { composeFigure, legend, place } from "./svg.js";

export interface DegreeInput {
  nNeurons: number;
  source: ArrayLike<number>;
  target: ArrayLike<number>;
}

export interface DegreeOptions {
  id?: string;
  title?: string;
  expected?: string;
}

/**
 * Draws the in- and out-degree distributions (distinct partners; several synapses of a pair count once, self-connections
 * count) as the share of neurons with at least so many partners, and the binomial expectation of a random graph.
 *
 * @throws WbeError EMPTY_INPUT without neurons, ARGUMENT for an index outside.
 */
export async function degreeDistribution(input: DegreeInput, options: DegreeOptions = {}): Promise<Figure> {
  const { id = "degrees", title = "Degree distribution" } = options;
  const { nNeurons } = input;
  const { inDegree, outDegree, pairs } = countDegrees(input);
  const probability = pairs / (nNeurons * nNeurons);
  const curves = [
    { name: "out-degree", color: categorical[1], points: survival(outDegree) },
    { name: "in-degree", color: categorical[0], points: survival(inDegree) },
  ];
  const random = binomialSurvival(nNeurons, probability, 0.5 / nNeurons);
  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const panel = drawing.panel({
    width: figureWidth,
    height: 320,
    marginLeft: 64,
    marginRight: 24,
    marginTop: 10,
    marginBottom: 42,
    x: { ...axisTitle("degree k (distinct partners)"), nice: true, zero: true },
    y: {
      type: "log",
      domain: [0.7 / nNeurons, 1.2],
      ...axisTitle("share of neurons with degree ≥ k"),
      grid: true,
      ticks: 5,
      tickFormat: (v: number) => String(v),
    },
    marks: [
      Plot.line(random, { x: "degree", y: "share", stroke: softInk, strokeDasharray: "5 3", clip: true }),
      ...curves.map(({ points, color }) =>
        Plot.line(points, { x: "degree", y: "share", stroke: color, strokeWidth: 1.6, curve: "step-before" }),
      ),
      Plot.frame({ anchor: "bottom", stroke: ink }),
    ],
  });
  const items = [
    ...curves.map(({ name, color }) => ({ name, color })),
    { name: "random graph of the same density", color: softInk, dash: true },
  ];
  const caption = [
    `Share of the ${nNeurons.toLocaleString("en")} neurons that have at least k distinct partners (logarithmic), from ${pairs.toLocaleString("en")} connected ordered pairs; mean ${(pairs / nNeurons).toPrecision(3)}, largest out-degree ${max(outDegree)}, largest in-degree ${max(inDegree)}.`,
    "Dashed: binomial expectation of a random graph of the same density. A curve to the right of it has hubs.",
    options.expected ? `Expected: ${options.expected}` : "",
  ];
  return composeFigure({ id, title, caption: caption.filter(Boolean).join(" ") }, figureWidth, 26 + panel.height, [
    legend(items, 64, 14),
    place(panel, 0, 26),
  ]);
}

const max = (values: Uint32Array): number => values.reduce((a, b) => Math.max(a, b), 0);

function countDegrees({ nNeurons, source, target }: DegreeInput) {
  if (!(nNeurons > 0)) throw new WbeError("EMPTY_INPUT", `expected at least one neuron to draw, found ${nNeurons}`);
  if (source.length !== target.length) {
    throw new WbeError("ARGUMENT", `expected columns of one length, found ${source.length} and ${target.length}`);
  }
  const inDegree = new Uint32Array(nNeurons);
  const outDegree = new Uint32Array(nNeurons);
  const seen = new Set<number>();
  for (let s = 0; s < source.length; s++) {
    const from = source[s]!;
    const to = target[s]!;
    if (!(from >= 0 && from < nNeurons && to >= 0 && to < nNeurons)) {
      throw new WbeError("ARGUMENT", `expected neuron indices below ${nNeurons}, found ${from} → ${to}`, {
        where: `synapse ${s}`,
      });
    }
    const key = from * nNeurons + to;
    if (seen.has(key)) continue;
    seen.add(key);
    outDegree[from]! += 1;
    inDegree[to]! += 1;
  }
  return { inDegree, outDegree, pairs: seen.size };
}

interface Share {
  degree: number;
  share: number;
}

/** Share of neurons with degree ≥ k for every k that changes it, from k = 0. */
export function survival(degrees: Uint32Array): Share[] {
  const counts = new Map<number, number>();
  for (const degree of degrees) counts.set(degree, (counts.get(degree) ?? 0) + 1);
  let left = degrees.length;
  const points: Share[] = counts.has(0) ? [] : [{ degree: 0, share: 1 }];
  for (const degree of [...counts.keys()].sort((a, b) => a - b)) {
    points.push({ degree, share: left / degrees.length });
    left -= counts.get(degree)!;
  }
  return points;
}

/** P(K ≥ k) for K ~ Binomial(n, p), k = 0, 1, … until it falls below `least`. */
export function binomialSurvival(n: number, p: number, least: number): Share[] {
  if (p <= 0) return [{ degree: 0, share: 1 }];
  const points: Share[] = [];
  // Logarithm of the probability mass, by its recurrence: n may be large.
  let logMass = p >= 1 ? -Infinity : n * Math.log1p(-p);
  let tail = 1;
  for (let k = 0; k <= n && tail > least; k++) {
    points.push({ degree: k, share: tail });
    if (p >= 1) continue;
    tail -= Math.exp(logMass);
    logMass += Math.log((n - k) / (k + 1)) + Math.log(p / (1 - p));
  }
  return points;
}
