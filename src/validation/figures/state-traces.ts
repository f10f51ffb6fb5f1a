/**
 * A recorded state variable of a few neurons over time.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { RecordedState, SpikeData } from "../../core/spikes.js";
import { loadDrawing, type Panel } from "./drawing.js";
import type { Figure } from "./figure.js";
import { axisTitle, figureWidth, gridInk, ink, measuredColor } from "./style.js";
import { composeFigure, place, printedUnit, textAt } from "./svg.js";

export interface StateTracesOptions {
  id?: string;
  title?: string;
  /** How many of the recorded neurons are drawn, the ones with most spikes first when spikes are given. Default 4. */
  maxNeurons?: number;
  /** Which recorded neurons (network indices) are drawn; overrides maxNeurons. */
  neurons?: readonly number[];
  /** ms; default the whole recording. */
  window?: [number, number];
  /** Spikes: the neurons that fire most are drawn, and their spikes as upright strokes. */
  spikes?: SpikeData;
  /** False for models whose trace shows the spike itself: no strokes. Default true. */
  drawsSpikes?: boolean;
  /** Top of a drawn spike stroke in the variable's unit. Default: a third of the range above the highest value. */
  spikeTop?: number;
  /** Names by network index. */
  nameOf?: (neuron: number) => string;
  expected?: string;
}

interface Sample {
  t: number;
  value: number;
}

/**
 * Draws one panel per neuron under each other, all with the same axes.
 *
 * @throws WbeError EMPTY_INPUT when nothing was recorded, ARGUMENT for a neuron that was not recorded.
 */
export async function stateTraces(state: RecordedState, options: StateTracesOptions = {}): Promise<Figure> {
  const { variable, unit, neurons, sampleStep, dt, data } = state;
  const { id = `traces-${variable}`, title = `${variable} over time`, nameOf = (n: number) => `neuron ${n}` } = options;
  const spikes = options.drawsSpikes === false ? undefined : options.spikes;
  if (neurons.length === 0 || sampleStep.length === 0) {
    throw new WbeError("EMPTY_INPUT", `expected recorded samples of ${variable}, found none`, {
      where: state.population,
    });
  }
  const first = sampleStep[0]! * dt;
  const last = sampleStep[sampleStep.length - 1]! * dt;
  // Each sample stands for the time until the next one.
  const interval = sampleStep.length > 1 ? (sampleStep[1]! - sampleStep[0]!) * dt : dt;
  const [from, to] = options.window ?? [first, last + interval];
  const columns = chooseNeurons(state, options);
  const series = columns.map((column) => {
    const samples: Sample[] = [];
    for (let s = 0; s < sampleStep.length; s++) {
      const t = sampleStep[s]! * dt;
      if (sampleStep[s]! >= Math.round(from / dt) && sampleStep[s]! <= Math.round(to / dt))
        samples.push({ t, value: data[s * neurons.length + column]! });
    }
    return { neuron: neurons[column]!, samples: thin(samples, from, to), count: samples.length };
  });
  const values = series.flatMap((s) => s.samples.map((sample) => sample.value)).filter(Number.isFinite);
  if (values.length === 0) {
    throw new WbeError(
      "EMPTY_INPUT",
      `expected finite samples of ${variable} between ${from} and ${to} ms, found none`,
    );
  }
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const spread = high > low ? high - low : Math.max(1e-9, Math.abs(high) * 0.01);
  const spikeTop = options.spikeTop ?? high + spread / 3;
  const [timeUnit, scale] = to - from > 10_000 ? ["s", 1e-3] : ["ms", 1];

  const drawing = await loadDrawing();
  const { Plot } = drawing;
  const rowHeight = series.length === 1 ? 220 : 112;
  const panels: Panel[] = [];
  const names: string[] = [];
  let y = 8;
  let strokes = 0;
  const parts: string[] = [];
  series.forEach(({ neuron, samples }, row) => {
    const isLast = row === series.length - 1;
    const times: number[] = [];
    if (spikes) {
      for (let k = 0; k < spikes.step.length; k++) {
        const t = spikes.step[k]! * spikes.dt;
        if (spikes.neuron[k] === neuron && t >= from && t <= to) times.push(t * scale);
      }
    }
    strokes += times.length;
    const panel = drawing.panel({
      width: figureWidth,
      height: rowHeight + (isLast ? 34 : 0),
      marginLeft: 64,
      marginRight: 24,
      marginTop: 20,
      marginBottom: isLast ? 42 : 8,
      x: { domain: [from * scale, to * scale], ...axisTitle(`time (${timeUnit})`), axis: isLast ? "bottom" : null },
      y: {
        domain: [low - spread * 0.05, (times.length || spikes ? spikeTop : high) + spread * 0.05],
        ...axisTitle(`${variable} (${printedUnit(unit)})`),
        ticks: rowHeight > 150 ? 6 : 3,
        grid: true,
      },
      marks: [
        Plot.frame({ stroke: gridInk }),
        Plot.lineY(samples, {
          x: (s: Sample) => s.t * scale,
          y: "value",
          stroke: measuredColor,
          strokeWidth: 1.2,
        }),
        Plot.ruleX(times, { y1: low + spread * 0.5, y2: spikeTop, stroke: ink, strokeWidth: 0.9 }),
      ],
    });
    parts.push(place(panel, 0, y), textAt(68, y + 14, nameOf(neuron), { size: 11, bold: true }));
    panels.push(panel);
    names.push(nameOf(neuron));
    y += panel.height;
  });

  const isThinned = series.some((s) => s.samples.length < s.count);
  const caption = [
    `${variable} (${printedUnit(unit)}) of ${names.length === 1 ? names[0] : `${names.length} of ${neurons.length} recorded neurons`}${state.population ? ` in population ${state.population}` : ""}, all on the same axes.`,
    strokes > 0
      ? `Black strokes: ${strokes.toLocaleString("en")} ${strokes === 1 ? "spike" : "spikes"}, drawn over the trace because the state is reset when the neuron fires.`
      : spikes
        ? "None of them fired."
        : "",
    isThinned ? "For each pixel column the smallest and largest sample are drawn." : "",
    options.expected ? `Expected: ${options.expected}` : "",
  ];
  return composeFigure({ id, title, caption: caption.filter(Boolean).join(" ") }, figureWidth, y, parts);
}

function chooseNeurons(
  { neurons }: RecordedState,
  { neurons: wanted, maxNeurons = 4, spikes }: StateTracesOptions,
): number[] {
  if (wanted) {
    return wanted.map((neuron) => {
      const column = neurons.indexOf(neuron);
      if (column < 0) throw new WbeError("ARGUMENT", `expected a recorded neuron, found ${neuron}`);
      return column;
    });
  }
  const counts = new Map<number, number>();
  for (const neuron of spikes?.neuron ?? []) counts.set(neuron, (counts.get(neuron) ?? 0) + 1);
  const columns = Array.from(neurons, (_, column) => column);
  if (spikes) columns.sort((a, b) => (counts.get(neurons[b]!) ?? 0) - (counts.get(neurons[a]!) ?? 0) || a - b);
  return columns.slice(0, maxNeurons).sort((a, b) => a - b);
}

/** Smallest and largest sample of each pixel column, in order of time: what the eye would see of the full line. */
function thin(samples: Sample[], from: number, to: number): Sample[] {
  const columns = figureWidth - 88;
  if (samples.length <= 3 * columns) return samples;
  const result: Sample[] = [];
  for (let at = 0; at < samples.length; ) {
    const column = Math.floor(((samples[at]!.t - from) / (to - from)) * columns);
    let [low, high] = [samples[at]!, samples[at]!];
    for (; at < samples.length && Math.floor(((samples[at]!.t - from) / (to - from)) * columns) === column; at++) {
      const sample = samples[at]!;
      if (sample.value < low.value) low = sample;
      if (sample.value > high.value) high = sample;
    }
    result.push(...(low === high ? [low] : low.t < high.t ? [low, high] : [high, low]));
  }
  return result;
}
