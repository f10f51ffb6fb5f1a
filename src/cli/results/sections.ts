/**
 * Results → sections of a report, in the order in which the data came about.
 *
 * @module
 */
import type { Connectome } from "../../connectome/columns.js";
import type { Morphology } from "../../core/morphology.js";
import type { SpikeData } from "../../core/spikes.js";
import { measureMorphology } from "../../scanner/morphometrics.js";
import type { Figure } from "../../validation/figures/figure.js";
import {
  adjacencyMatrix,
  degreeDistribution,
  fiCurve,
  morphologies,
  nullDistribution,
  type ReportSection,
  type ReportTable,
  raster,
  stateTraces,
  type ValidationReport,
  volumeSlices,
  weightHistogram,
} from "../../validation/index.js";
import type { RunResults } from "./results.js";

/** @param prefix goes before every figure id, so that several runs can share a report. */
export async function makeSections(results: RunResults, prefix = ""): Promise<ReportSection[]> {
  const id = (name: string) => `${prefix}${name}`;
  const sections: (ReportSection | undefined)[] = [
    await scannerSection(results, id),
    results.connectome && (await connectomeSection(results.connectome, id)),
    await activitySection(results, id),
    await plasticitySection(results, id),
    await measuresSection(results, id),
    results.validation && (await validationSection(results.validation, id)),
    furtherSection(results),
  ];
  return sections.filter((section) => section !== undefined);
}

function furtherSection({ figures, values }: RunResults): ReportSection | undefined {
  if (figures.length === 0 && values.length === 0) return undefined;
  const table: ReportTable = {
    title: "Exported values",
    columns: [{ name: "name" }, { name: "value" }],
    rows: values.map(({ name, value }) => [name, value]),
  };
  return { title: "Further results", figures, tables: values.length > 0 ? [table] : [] };
}

type MakeId = (name: string) => string;

async function scannerSection({ volume, labels, morphologies: trees }: RunResults, id: MakeId) {
  const figures: Figure[] = [];
  const shown = volume ?? labels;
  if (shown) {
    const fitting = labels?.shape.every((n, i) => n === shown.shape[i]) ? labels : undefined;
    figures.push(await volumeSlices(shown, { id: id("volume-slices"), labels: fitting }));
  }
  if (trees.length > 0) figures.push(await morphologies(trees, { id: id("morphologies") }));
  if (figures.length === 0) return undefined;
  const tables = trees.length > 0 ? [morphologyTable(trees)] : [];
  return { title: volume ? "From the volume to morphologies" : "Morphologies", figures, tables };
}

/** Measures of each tree; of many the first 20. */
export function morphologyTable(trees: readonly Morphology[]): ReportTable {
  const most = 10;
  const rows = trees.slice(0, most).map((tree) => {
    const m = measureMorphology(tree);
    return [
      tree.name,
      m.nPoints,
      m.nStems,
      m.nBranchPoints,
      m.nTips,
      m.cableLength,
      m.maxPathLength,
      m.neuriteArea,
      m.soma.area,
    ];
  });
  return {
    title: "Measures of the morphologies",
    columns: [
      { name: "neuron" },
      { name: "points" },
      { name: "stems" },
      { name: "branch points" },
      { name: "tips" },
      { name: "cable length", unit: "um" },
      { name: "longest path", unit: "um" },
      { name: "neurite area", unit: "um2" },
      { name: "soma area", unit: "um2" },
    ],
    rows,
    note: `Cable is what lies between neurite points; tips = branch points + stems where every branching is in two.${trees.length > most ? ` The first ${most} of ${trees.length}.` : ""}`,
  };
}

/** Matrix, degrees and counts. Inhibitory weights are drawn as negative; gap junctions are counted, not drawn. */
export async function connectomeSection(
  connectome: Connectome,
  id: MakeId,
  title = "Connectome",
): Promise<ReportSection> {
  const { synapses, synapseTypes, nodes, metadata } = connectome;
  const nNeurons = nodes.ids.length;
  const inhibitory = synapseTypes.indexOf("inhibitory");
  const electrical = synapseTypes.indexOf("electrical");
  const chemical = Array.from(synapses.source.keys()).filter((s) => synapses.type[s] !== electrical);
  const source = chemical.map((s) => synapses.source[s]!);
  const target = chemical.map((s) => synapses.target[s]!);
  const weight = chemical.map((s) => synapses.weight[s]! * (synapses.type[s] === inhibitory ? -1 : 1));
  const classes = nodes.types.map((type) => type || "unknown");
  const counts = synapseTypes.map((name, type) => [name, synapses.type.reduce((n, t) => n + (t === type ? 1 : 0), 0)]);
  return {
    title,
    text: `${metadata.name}: ${metadata.source}`,
    figures: [
      await adjacencyMatrix(
        {
          nNeurons,
          source,
          target,
          weight,
          weightUnit: "nS",
          classOf: new Set(classes).size > 1 ? classes : undefined,
        },
        { id: id("adjacency-matrix"), signNames: ["excitatory", "inhibitory"], title: "Chemical synapses" },
      ),
      await degreeDistribution(
        { nNeurons, source, target },
        { id: id("degrees"), title: "Degrees (chemical synapses)" },
      ),
    ],
    tables: [
      {
        title: "Synapses by type",
        columns: [{ name: "type" }, { name: "synapses" }],
        rows: counts,
        note: "A gap junction counts once for each direction.",
      },
    ],
  };
}

async function activitySection(results: RunResults, id: MakeId): Promise<ReportSection | undefined> {
  const { spikes, states } = results;
  const figures: Figure[] = [];
  const hasWindow = spikes !== undefined && spikes.nNeurons > 0 && spikes.stopStep > spikes.startStep;
  if (hasWindow) figures.push(await raster(spikes, { id: id("raster"), classOf: classesOf(results) }));
  for (const [k, state] of states.entries()) {
    if (state.neurons.length === 0 || state.sampleStep.length === 0) continue;
    const own = spikes?.populations.find((population) => population.name === state.population);
    const start = own?.start ?? 0;
    const isOnly = spikes?.populations.length === 1;
    figures.push(
      await stateTraces(state, {
        id: id(`traces-${k + 1}-${state.variable.replace(/\W/g, "_")}`),
        title: isOnly ? `${state.variable} over time` : `${state.variable} of ${state.population}`,
        spikes,
        // Where V crosses 0 mV the model draws its spikes itself; strokes are for models that reset below.
        drawsSpikes: state.variable === "V" && state.data.every((v) => v < 0),
        nameOf: (neuron) => (own && !isOnly ? `${own.name} ${neuron - start}` : `neuron ${neuron}`),
      }),
    );
  }
  if (figures.length === 0) return undefined;
  return { title: "Activity", figures, tables: hasWindow ? [rateTable(spikes)] : [] };
}

/** Classes of the connectome's neurons, where they are the network's neurons and all in one population. */
function classesOf({ connectome, spikes }: RunResults): readonly string[] | undefined {
  if (!connectome || spikes?.populations.length !== 1 || connectome.nodes.ids.length !== spikes.nNeurons)
    return undefined;
  const classes = connectome.nodes.types.map((type) => type || "unknown");
  return new Set(classes).size > 1 ? classes : undefined;
}

/** Mean rate and silent neurons of each population. */
export function rateTable(spikes: SpikeData): ReportTable {
  const counts = new Uint32Array(spikes.nNeurons);
  for (const neuron of spikes.neuron) counts[neuron]! += 1;
  const duration = ((spikes.stopStep - spikes.startStep) * spikes.dt) / 1000;
  const rows = spikes.populations.map(({ name, start, size }) => {
    const own = counts.subarray(start, start + size);
    const total = own.reduce((a, b) => a + b, 0);
    const rate = size > 0 ? total / size / duration : null;
    const highest = own.reduce((a, b) => Math.max(a, b), 0) / duration;
    return [name, size, total, rate, highest, own.filter((n) => n === 0).length];
  });
  return {
    title: "Rates",
    columns: [
      { name: "population" },
      { name: "neurons" },
      { name: "spikes" },
      { name: "mean rate", unit: "Hz" },
      { name: "highest rate", unit: "Hz" },
      { name: "silent neurons" },
    ],
    rows,
    note: `Over the whole recording of ${Number(duration.toPrecision(6))} s.`,
  };
}

async function plasticitySection({ weights }: RunResults, id: MakeId): Promise<ReportSection | undefined> {
  const figures: Figure[] = [];
  for (const { projection, unit, before, after } of weights) {
    if (!before || after.length === 0 || isEqual(before, after)) continue;
    const title = `Weights of ${projection} before and after`;
    figures.push(
      await weightHistogram(before, after, unit, { id: id(`weights-${projection.replace(/\W/g, "_")}`), title }),
    );
  }
  return figures.length > 0 ? { title: "Plasticity", figures } : undefined;
}

const isEqual = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((value, i) => value === b[i]);

async function measuresSection({ measures }: RunResults, id: MakeId): Promise<ReportSection | undefined> {
  if (measures.length === 0) return undefined;
  const withNull = measures.filter(({ measured }) => measured.null !== undefined || !Number.isFinite(measured.value));
  const figures = withNull.length > 0 ? [await nullDistribution(withNull, { id: id("null-distributions") })] : [];
  return { title: "Measures", measured: measures, figures };
}

async function validationSection(report: ValidationReport, id: MakeId): Promise<ReportSection> {
  const figures: Figure[] = [];
  for (const [v, verdict] of report.verdicts.entries()) {
    for (const [k, data] of verdict.figures.entries()) {
      figures.push(await fiCurve(data, { id: id(`validation-${v + 1}-${k + 1}`), title: data.title }));
    }
  }
  const { length } = report.verdicts;
  return {
    title: "Validation",
    text: `Summary score ${(100 * report.summaryScore).toFixed(0)} %: the mean over ${length} ${length === 1 ? "verdict" : "verdicts"}, where one with insufficient data counts as 0.`,
    figures,
    tables: [
      {
        title: "Verdicts",
        columns: [
          { name: "benchmark" },
          { name: "validator" },
          { name: "outcome" },
          { name: "score" },
          { name: "source" },
        ],
        rows: report.verdicts.map((v) => [v.title || v.benchmark, v.validator, v.outcome, v.score, v.source]),
      },
      ...report.verdicts.filter((verdict) => verdict.measured.length > 0).map(verdictTable),
    ],
  };
}

/** The measured values of a verdict: one column per parameter that varies, the common ones once in the note. */
function verdictTable(verdict: ValidationReport["verdicts"][number]): ReportTable {
  const { measured } = verdict;
  const [first] = measured;
  const names = [...new Set(measured.flatMap((m) => Object.keys(m.parameters)))];
  const text = (value: unknown) => (Array.isArray(value) ? value.join(", ") : String(value));
  const varying = names.filter((name) => new Set(measured.map((m) => text(m.parameters[name]))).size > 1);
  const common = names
    .filter((name) => !varying.includes(name))
    .map((name) => `${name} = ${text(first?.parameters[name])}`);
  const warnings = measured.flatMap((m) => m.warnings);
  return {
    title: verdict.title || verdict.benchmark,
    columns: [...varying.map((name) => ({ name })), { name: "measured", unit: first?.unit }],
    rows: measured.map((m) => [
      ...varying.map((name) => {
        const value = m.parameters[name];
        return typeof value === "number" ? value : value === undefined ? null : text(value);
      }),
      m.value,
    ]),
    note: [`${first?.method ?? ""}.`, common.length ? `${common.join("; ")}.` : "", ...warnings]
      .filter(Boolean)
      .join(" "),
  };
}
