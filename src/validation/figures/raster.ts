/**
 * Spikes over time, with the population rates below.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { type SpikeData, spikeTime } from "../../core/spikes.js";
import { type Drawing, loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, figureWidth, gridInk, ink, populationColor } from "./style.js";
import { composeFigure, legend, niceLength, place } from "./svg.js";

export interface RasterOptions {
  id?: string;
  title?: string;
  /** ms; default the whole recording. */
  window?: [number, number];
  /** Above this many spikes the raster becomes a picture with one pixel per neuron and time bin. Default 6000. */
  maxDots?: number;
  /** Width of the rate's time bins, ms; default about 1/160 of the window, a round number. */
  rateBin?: number;
  /** Class of each neuron, by which rows are sorted and coloured instead of by population. */
  classOf?: readonly string[];
  /** What is expected, for the caption. */
  expected?: string;
}

const margins = { marginLeft: 64, marginRight: 24 };

/**
 * Draws each spike as a dot at (time, neuron), coloured by population, and below it the rate of each population.
 *
 * @throws WbeError EMPTY_INPUT without neurons or time, ARGUMENT for a window outside the recording.
 */
export async function raster(recorded: SpikeData, options: RasterOptions = {}): Promise<Figure> {
  const spikes = options.classOf ? sortByClass(recorded, options.classOf) : recorded;
  const { id = "raster", title = "Spikes and population rates", maxDots = 6000 } = options;
  const { dt, nNeurons, startStep, stopStep } = spikes;
  if (!(nNeurons > 0) || !(stopStep > startStep)) {
    throw new WbeError(
      "EMPTY_INPUT",
      `expected neurons and a time window, found ${nNeurons} neurons, steps ${startStep} to ${stopStep}`,
    );
  }
  const [from, to] = options.window ?? [startStep * dt, stopStep * dt];
  if (!(to > from) || from < startStep * dt || to > stopStep * dt) {
    throw new WbeError(
      "ARGUMENT",
      `expected a window inside ${startStep * dt} to ${stopStep * dt} ms, found ${from} to ${to}`,
    );
  }
  const populations = spikes.populations.length ? spikes.populations : [{ name: "all", start: 0, size: nNeurons }];
  const populationOf = new Uint32Array(nNeurons);
  populations.forEach(({ start, size }, p) => {
    populationOf.fill(p, start, start + size);
  });
  const shown: number[] = [];
  // Compared as steps: 101 · 0.1 is a little more than 10.1.
  const [fromStep, toStep] = [Math.round(from / dt), Math.round(to / dt)];
  for (let k = 0; k < spikes.step.length; k++) {
    if (spikes.step[k]! > fromStep && spikes.step[k]! <= toStep) shown.push(k);
  }
  const drawing = await loadDrawing();
  const { Plot } = drawing;
  // Seconds once milliseconds would need five digits.
  const [unit, scale] = to - from > 10_000 ? ["s", 1e-3] : ["ms", 1];
  const xDomain: [number, number] = [from * scale, to * scale];
  const pulses = spikes.pulseTimes.filter((t) => t >= from && t <= to).map((t) => t * scale);
  const rasterHeight = Math.round(Math.min(380, Math.max(160, 60 + nNeurons * 4)));
  const asPicture = shown.length > maxDots;
  const colors = populations.map(({ name }, p) => populationColor(name, p));
  const picture = asPicture
    ? paintSpikes(drawing, spikes, shown, (neuron) => colors[populationOf[neuron]!]!, [from, to], rasterHeight)
    : undefined;
  const plotWidth = figureWidth - margins.marginLeft - margins.marginRight;
  const color = (k: number) => colors[populationOf[spikes.neuron[k]!]!]!;
  const rasterPanel = drawing.panel({
    width: figureWidth,
    height: rasterHeight + 14,
    ...margins,
    marginTop: 6,
    marginBottom: 8,
    x: { domain: xDomain, axis: null },
    y: {
      domain: [-0.5, nNeurons - 0.5],
      ...axisTitle(options.classOf ? "neuron (rank, sorted by class)" : "neuron (index)"),
      tickFormat: "d",
      ticks: Math.min(6, nNeurons),
    },
    marks: [
      Plot.ruleX(pulses, { stroke: ink, strokeDasharray: "4 3" }),
      Plot.ruleY(
        populations.slice(1).map((p) => p.start - 0.5),
        { stroke: gridInk },
      ),
      picture
        ? Plot.image([picture.uri], {
            src: (uri: string) => uri,
            x: ((from + to) / 2) * scale,
            y: (nNeurons - 1) / 2,
            width: plotWidth,
            height: rasterHeight,
            preserveAspectRatio: "none",
            imageRendering: "pixelated",
          })
        : Plot.dot(shown, {
            x: (k: number) => spikeTime(spikes, k) * scale,
            y: (k: number) => spikes.neuron[k]!,
            r: nNeurons > 150 ? 1 : 1.6,
            fill: color,
          }),
      Plot.frame({ stroke: gridInk }),
    ],
  });

  const { rates, bin } = populationRates(spikes, shown, populations, populationOf, [from, to], options.rateBin);
  const ratePanel = drawing.panel({
    width: figureWidth,
    height: 150,
    ...margins,
    marginTop: 10,
    marginBottom: 42,
    x: { domain: xDomain, ...axisTitle(`time (${unit})`) },
    y: {
      ...axisTitle("rate (Hz)"),
      grid: true,
      ticks: 4,
      domain: [0, Math.max(1e-9, ...rates.map((r) => r.rate))],
      nice: true,
    },
    marks: [
      Plot.ruleX(pulses, { stroke: ink, strokeDasharray: "4 3" }),
      Plot.lineY(rates, {
        x: (r: Rate) => r.time * scale,
        y: "rate",
        z: "population",
        stroke: (r: Rate) => colors[r.population]!,
        strokeWidth: 1.4,
        curve: "step",
      }),
      Plot.ruleY([0], { stroke: ink }),
    ],
  });

  const items: { name: string; color: string; dash?: boolean }[] = populations.map(({ name, size }, p) => ({
    name: `${name} (${size})`,
    color: colors[p]!,
  }));
  if (pulses.length) items.push({ name: "pulse", color: ink, dash: true });
  const top = 28;
  const mean = (shown.length / nNeurons / (to - from)) * 1000;
  const caption = [
    `Above: ${shown.length.toLocaleString("en")} spikes of ${nNeurons.toLocaleString("en")} neurons from ${format(from)} to ${format(to)} ms, mean rate ${mean.toPrecision(3)} Hz.`,
    picture
      ? `There are too many to draw one by one: each pixel stands for ${format(picture.msPerPixel)} ms${picture.neuronsPerPixel > 1 ? ` and ${picture.neuronsPerPixel} neurons` : " of one neuron"} and is dark when at least one spike falls in it.`
      : "Each dot is one spike.",
    `Below: spikes per neuron and second in bins of ${format(bin)} ms.`,
    shown.length === 0 ? "No neuron fired." : "",
    pulses.length ? "Dashed: perturbing pulse." : "",
    options.expected ? `Expected: ${options.expected}` : "",
  ];
  return composeFigure(
    { id, title, caption: caption.filter(Boolean).join(" ") },
    figureWidth,
    top + rasterPanel.height + ratePanel.height,
    [legend(items, margins.marginLeft, 14), place(rasterPanel, 0, top), place(ratePanel, 0, top + rasterPanel.height)],
  );
}

const format = (value: number): string => String(Number(value.toPrecision(5)));

/** The same spikes with neurons renumbered so that classes, in order of first appearance, stand together. */
function sortByClass(spikes: SpikeData, classOf: readonly string[]): SpikeData {
  if (classOf.length !== spikes.nNeurons) {
    throw new WbeError("ARGUMENT", `expected one class name per neuron (${spikes.nNeurons}), found ${classOf.length}`);
  }
  const populations: { name: string; start: number; size: number }[] = [];
  const rank = new Uint32Array(spikes.nNeurons);
  let next = 0;
  for (const name of new Set(classOf)) {
    const start = next;
    classOf.forEach((other, neuron) => {
      if (other === name) rank[neuron] = next++;
    });
    populations.push({ name, start, size: next - start });
  }
  return { ...spikes, neuron: spikes.neuron.map((neuron) => rank[neuron]!), populations };
}

interface Rate {
  time: number;
  rate: number;
  population: number;
}

/** Rate of each population in bins of whole steps; spikes are stamped at the end of their step, so bins are (t, t + bin]. */
function populationRates(
  { step, neuron, dt }: SpikeData,
  shown: readonly number[],
  populations: SpikeData["populations"],
  populationOf: Uint32Array,
  [from, to]: [number, number],
  wanted: number | undefined,
): { rates: Rate[]; bin: number } {
  const steps = Math.max(1, Math.round((wanted ?? Math.max(1, niceLength((to - from) / 160))) / dt));
  const first = Math.round(from / dt);
  const bins = Math.max(1, Math.ceil((Math.round(to / dt) - first) / steps));
  const counts = populations.map(() => new Float64Array(bins));
  for (const k of shown)
    counts[populationOf[neuron[k]!]!]![Math.max(0, Math.ceil((step[k]! - first) / steps) - 1)]! += 1;
  const bin = steps * dt;
  const rates = populations.flatMap(({ size }, population) =>
    Array.from(counts[population]!, (count, b) => {
      // The last bin may be cut off by the end of the window.
      const length = Math.min(bin, to - from - b * bin);
      return { time: from + b * bin + length / 2, rate: size > 0 ? (1000 * count) / size / length : 0, population };
    }),
  );
  return { rates, bin };
}

function paintSpikes(
  drawing: Drawing,
  { step, neuron, dt, nNeurons }: SpikeData,
  shown: readonly number[],
  colorOf: (neuron: number) => string,
  [from, to]: [number, number],
  rasterHeight: number,
) {
  const width = 2 * (figureWidth - margins.marginLeft - margins.marginRight);
  const neuronsPerPixel = Math.ceil(nNeurons / (2 * rasterHeight));
  const height = Math.ceil(nNeurons / neuronsPerPixel);
  const rgba = new Uint8Array(4 * width * height);
  for (const k of shown) {
    const x = Math.min(width - 1, Math.max(0, Math.floor(((step[k]! * dt - from) / (to - from)) * width)));
    const y = height - 1 - Math.floor(neuron[k]! / neuronsPerPixel);
    const color = colorOf(neuron[k]!);
    const at = 4 * (y * width + x);
    for (let c = 0; c < 3; c++) rgba[at + c] = Number.parseInt(color.slice(1 + 2 * c, 3 + 2 * c), 16);
    rgba[at + 3] = 255;
  }
  return { uri: drawing.png(width, height, rgba), neuronsPerPixel, msPerPixel: (to - from) / width };
}
