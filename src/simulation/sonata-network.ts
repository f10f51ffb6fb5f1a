/**
 * A SONATA circuit of point neurons as a network description.
 *
 * | model_template | becomes |
 * | --- | --- |
 * | nrn:IntFire1 | LIF with EL = Vreset = 0, Vth = 1 (its m in the place of mV); edges are pulses of sign·nsyns·syn_weight |
 * | nest:iaf_psc_delta | LIF; edges are pulses of nsyns·syn_weight mV |
 * | nest:iaf_psc_exp | LIF; edges are exponential currents of nsyns·syn_weight pA |
 * | nest:iaf_psc_alpha | LIF; edges are alpha currents whose peak is nsyns·syn_weight pA |
 *
 * Virtual nodes become given spike trains. Currents are in pA for NEST.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { confinePath } from "../io/folder.js";
import { readComponent, readSonataFile, rowsOfIds, type SonataCircuit, selectNodes } from "../io/sonata-config.js";
import { needNumbers, resolveAttribute, type SonataEdges, type SonataNodes } from "../io/sonata-data.js";
import type { TypeTable } from "../io/sonata-types.js";
import { defineSynapse } from "../synapse-models/declaration.js";
import type { NetworkDescription, ProjectionSpec, RecorderSpec, StimulusSpec } from "./description.js";

/** The alpha function of NEST's iaf_psc_alpha: e/tau · t · exp(−t/tau), peak 1 at t = tau. */
const alphaCurrent = defineSynapse({
  id: "AlphaCurrent",
  doc: "A spike adds a current that rises and falls as t·exp(−t/tau), with its weight as the peak.",
  source: "Rotter & Diesmann 1999, Biol Cybern 81:381; NEST iaf_psc_alpha",
  weightUnit: "input",
  params: { tau: [2, "ms", { above: 0 }] },
  states: { rise: [0, "input"], i: [0, "input"] },
  equations: "drise/dt = -rise/tau\ndi/dt = (rise - i)/tau",
  // e to 16 digits: the peak of t/tau·exp(−t/tau) is 1/e.
  onSpike: "rise = rise + 2.718281828459045*weight",
  current: "i",
});

type Params = Readonly<Record<string, unknown>>;

/** Parameters of one neuron, in wbe's units. */
interface Neuron {
  readonly template: string;
  readonly values: Readonly<Record<"C" | "gL" | "EL" | "Vth" | "Vreset" | "tRef", number>>;
  readonly bias: number;
  readonly tau: readonly [excitatory: number, inhibitory: number];
}

function numberIn(params: Params, name: string, otherwise: number, where: string): number {
  const value = params[name] ?? otherwise;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new WbeError("FORMAT", `expected a number as ${name}, found ${JSON.stringify(value)}`, { where });
}

/** Defaults are those of the simulators: NEST 3's iaf models, NEURON's IntFire1. */
function makeNeuron(template: string, params: Params, where: string): Neuron {
  const get = (name: string, otherwise: number) => numberIn(params, name, otherwise, where);
  if (template === "nrn:IntFire1") {
    // The files give seconds; BMTK multiplies by 1000.
    const values = { C: 1000 * get("tau", 0.01), gL: 1, EL: 0, Vth: 1, Vreset: 0, tRef: 1000 * get("refrac", 0.005) };
    return { template, values, bias: 0, tau: [0, 0] };
  }
  const family = /^nest:iaf_psc_(delta|exp|alpha)$/.exec(template)?.[1];
  if (!family) {
    throw new WbeError("UNSUPPORTED", `expected a point neuron that wbe knows, found model_template "${template}"`, {
      where,
      remedy: "Known: nrn:IntFire1, nest:iaf_psc_delta, nest:iaf_psc_exp, nest:iaf_psc_alpha.",
    });
  }
  const C = get("C_m", 250);
  return {
    template,
    values: {
      C,
      gL: C / get("tau_m", 10),
      EL: get("E_L", -70),
      Vth: get("V_th", -55),
      Vreset: get("V_reset", -70),
      tRef: get("t_ref", 2),
    },
    bias: get("I_e", 0),
    tau: [get("tau_syn_ex", 2), get("tau_syn_in", 2)],
  };
}

interface Population {
  readonly rows: SonataNodes;
  readonly types: TypeTable;
  readonly isVirtual: boolean;
  readonly neurons: readonly Neuron[];
}

export interface SonataNetwork {
  readonly description: NetworkDescription;
  readonly warnings: readonly string[];
}

/**
 * Describes a circuit with its inputs and reports.
 *
 * @param options.seed of the description; SONATA has none.
 * @param options.dt ms, instead of the configuration's.
 * @throws WbeError UNSUPPORTED for neurons that are no known point neurons and inputs of other kinds; PARAMETER_MISSING
 *   naming the edge for an edge without weight or delay.
 */
export async function describeSonata(
  circuit: SonataCircuit,
  options: { seed?: number; dt?: number } = {},
): Promise<SonataNetwork> {
  const warnings = [...circuit.warnings];
  const { tstop } = circuit.config.run;
  const { seed = 1, dt = circuit.config.run.dt ?? 0.1 } = options;
  if (tstop === undefined) {
    throw new WbeError("FORMAT", "expected run.tstop in the simulation's configuration, found none", {
      where: circuit.folder.name,
    });
  }
  const populations = new Map<string, Population>();
  for (const { rows, types } of circuit.nodes) {
    populations.set(rows.name, await readPopulation(circuit, rows, types));
  }
  const real = [...populations.values()].filter(({ isVirtual }) => !isVirtual);
  if (dt > 0.025 && real.some(({ neurons }) => neurons.some(({ template }) => template === "nrn:IntFire1"))) {
    warnings.push(
      `IntFire1 has no step in NEURON; here it has one of ${dt} ms: take 0.02 ms or less for the same spikes`,
    );
  }
  const projections: ProjectionSpec[] = [];
  const stimuli: StimulusSpec[] = [];
  const trains = await readTrains(circuit, warnings);
  for (const { rows, types } of circuit.edges) {
    const target = need(populations, rows.targetPopulation, rows);
    const source = need(populations, rows.sourcePopulation, rows);
    const edges = await readEdges(circuit, rows, types, source, target, warnings);
    if (source.isVirtual) stimuli.push(...stimuliOf(edges, target, trains.get(rows.sourcePopulation) ?? []));
    else projections.push(...projectionsOf(edges, rows.name, source, target));
  }
  for (const { rows, neurons } of real) {
    if (neurons.some(({ bias }) => bias !== 0)) {
      stimuli.push({ kind: "constant", population: rows.name, amplitude: { values: neurons.map(({ bias }) => bias) } });
    }
  }
  stimuli.push(...currentsOf(circuit, populations));
  const description: NetworkDescription = {
    version: 1,
    seed,
    dt,
    duration: tstop,
    populations: real.map(({ rows, neurons }) => ({
      name: rows.name,
      model: "LIF",
      size: rows.size,
      params: Object.fromEntries(
        (["C", "gL", "EL", "Vth", "Vreset", "tRef"] as const).map((name) => [
          name,
          { values: neurons.map(({ values }) => values[name]) },
        ]),
      ),
    })),
    projections,
    stimuli,
    recorders: [{ kind: "spikes" }, ...recordersOf(circuit, populations, warnings)],
  };
  return { description, warnings };
}

function need(populations: ReadonlyMap<string, Population>, name: string, edges: SonataEdges): Population {
  const found = populations.get(name);
  if (found) return found;
  throw new WbeError("NAME_UNKNOWN", `no population "${name}"`, {
    where: `edges "${edges.name}"`,
    remedy: `The circuit has ${[...populations.keys()].join(", ")}.`,
  });
}

async function readPopulation(circuit: SonataCircuit, rows: SonataNodes, types: TypeTable): Promise<Population> {
  const kind = resolveAttribute(rows, "model_type", types);
  const isVirtual = rows.size > 0 && kind.texts.every((text) => text === "virtual");
  if (isVirtual) return { rows, types, isVirtual, neurons: [] };
  const template = resolveAttribute(rows, "model_template", types);
  const file = resolveAttribute(rows, "dynamics_params", types);
  const own = [...new Set([...rows.groups.values()].flatMap((columns) => [...columns.keys()]))]
    .filter((name) => name.startsWith("dynamics_params/"))
    .map((name) => [name.slice("dynamics_params/".length), resolveAttribute(rows, name)] as const);
  const files = new Map<string, Params>();
  const neurons: Neuron[] = [];
  for (let row = 0; row < rows.size; row++) {
    const where = `population "${rows.name}", node ${row}`;
    if (kind.texts[row] === "biophysical" || kind.texts[row] === "virtual") {
      throw new WbeError("UNSUPPORTED", `expected point neurons, found model_type "${kind.texts[row]}"`, { where });
    }
    const name = file.texts[row]!;
    let params = files.get(name);
    if (!params) {
      params = file.present[row] ? await readComponent(circuit, "point_neuron_models_dir", name) : {};
      files.set(name, params);
    }
    const overrides = Object.fromEntries(
      own.filter(([, column]) => column.present[row]).map(([key, column]) => [key, column.numbers[row]]),
    );
    neurons.push(makeNeuron(template.texts[row]!, { ...params, ...overrides }, where));
  }
  return { rows, types, isVirtual, neurons };
}

/** Edges that share a synapse model: its parameters, and the columns. */
interface EdgeGroup {
  readonly synapse: ProjectionSpec["synapse"];
  readonly params: Record<string, number>;
  readonly source: number[];
  readonly target: number[];
  readonly weight: number[];
  readonly delay: number[];
}

async function readEdges(
  circuit: SonataCircuit,
  rows: SonataEdges,
  types: TypeTable,
  source: Population,
  target: Population,
  warnings: string[],
): Promise<EdgeGroup[]> {
  const where = `edges "${rows.name}"`;
  const from = rowsOfIds(source.rows, rows.source, where);
  const to = rowsOfIds(target.rows, rows.target, where);
  const weight = needNumbers(rows, "syn_weight", types);
  const delay = needNumbers(rows, "delay", types);
  const nsyns = resolveAttribute(rows, "nsyns", types);
  const rule = resolveAttribute(rows, "weight_function", types);
  const other = rule.texts.find((text, i) => rule.present[i] && text !== "wmax");
  if (other) warnings.push(`${where}: weight_function "${other}" is not applied; weights are nsyns·syn_weight`);
  const signs = await readSigns(circuit, rows, types, target);
  const groups = new Map<string, EdgeGroup>();
  for (let i = 0; i < rows.size; i++) {
    const neuron = target.neurons[to[i]!]!;
    const value = weight[i]! * (nsyns.present[i] ? nsyns.numbers[i]! : 1) * signs(i);
    const tau = neuron.tau[value < 0 ? 1 : 0];
    const isPulse = neuron.template === "nrn:IntFire1" || neuron.template.endsWith("delta");
    const key = isPulse ? "pulse" : `${neuron.template} ${tau}`;
    let group = groups.get(key);
    if (!group) {
      const synapse = isPulse ? "Pulse" : neuron.template.endsWith("exp") ? "ExpCurrent" : alphaCurrent;
      group = { synapse, params: isPulse ? {} : { tau }, source: [], target: [], weight: [], delay: [] };
      groups.set(key, group);
    }
    group.source.push(from[i]!);
    group.target.push(to[i]!);
    group.weight.push(value);
    group.delay.push(delay[i]!);
  }
  return [...groups.values()];
}

/** The sign of an edge onto IntFire1 stands in its dynamics_params; NEST's weights carry it themselves. */
async function readSigns(circuit: SonataCircuit, rows: SonataEdges, types: TypeTable, target: Population) {
  if (!target.neurons.some(({ template }) => template === "nrn:IntFire1")) return () => 1;
  const file = resolveAttribute(rows, "dynamics_params", types);
  const signs = new Map<string, number>();
  for (const name of new Set(file.texts)) {
    const params = name === "" ? {} : await readComponent(circuit, "synaptic_models_dir", name);
    signs.set(name, numberIn(params, "sign", 1, name));
  }
  return (i: number) => signs.get(file.texts[i]!) ?? 1;
}

function projectionsOf(groups: EdgeGroup[], name: string, source: Population, target: Population): ProjectionSpec[] {
  return groups.map((group, g) => ({
    name: groups.length === 1 ? name : `${name} ${g}`,
    from: source.rows.name,
    to: target.rows.name,
    synapse: group.synapse,
    ...(Object.keys(group.params).length > 0 ? { params: group.params } : {}),
    rule: { kind: "edges", source: Uint32Array.from(group.source), target: Uint32Array.from(group.target) },
    weight: { values: group.weight },
    delay: { values: group.delay },
  }));
}

/** Spikes of virtual nodes, later by the delay, to the targets that share source, weight and delay. */
function stimuliOf(groups: EdgeGroup[], target: Population, trains: readonly (readonly number[])[]): StimulusSpec[] {
  const stimuli: StimulusSpec[] = [];
  for (const { synapse, params, source, target: to, weight, delay } of groups) {
    const bundles = new Map<string, number[]>();
    for (let i = 0; i < source.length; i++) {
      if ((trains[source[i]!]?.length ?? 0) === 0) continue;
      const key = `${source[i]} ${weight[i]} ${delay[i]}`;
      const edges = bundles.get(key);
      if (edges) edges.push(i);
      else bundles.set(key, [i]);
    }
    for (const edges of bundles.values()) {
      const first = edges[0]!;
      // A target may be named once in a stimulus; several synapses of one pair need several.
      const counts = new Map<number, number>();
      for (const edge of edges) counts.set(to[edge]!, (counts.get(to[edge]!) ?? 0) + 1);
      for (let copy = 1; copy <= Math.max(...counts.values()); copy++) {
        stimuli.push({
          kind: "spikes",
          population: target.rows.name,
          neurons: [...counts]
            .filter(([, count]) => count >= copy)
            .map(([neuron]) => neuron)
            .sort((a, b) => a - b),
          times: trains[source[first]!]!.map((time) => time + delay[first]!),
          weight: weight[first]!,
          synapse,
          ...(Object.keys(params).length > 0 ? { params } : {}),
        });
      }
    }
  }
  return stimuli;
}

async function readTrains(circuit: SonataCircuit, warnings: string[]): Promise<Map<string, number[][]>> {
  const trains = new Map<string, number[][]>();
  for (const [name, input] of Object.entries(circuit.config.inputs)) {
    if (input.input_type !== "spikes" || input.enabled === false) continue;
    if (input.module !== "h5" && input.module !== "sonata") {
      throw new WbeError("UNSUPPORTED", `expected spikes of module h5 or sonata, found "${String(input.module)}"`, {
        where: `input "${name}"`,
      });
    }
    const path = confinePath(String(input.input_file), circuit.config.base, `input "${name}"`);
    const selected = selectNodes(circuit, input.node_set);
    for (const spikes of (await readSonataFile(circuit.folder, path)).spikes) {
      for (const [population, rows] of selected) {
        if (spikes.population !== "" && spikes.population !== population) continue;
        const nodes = circuit.nodes.find((one) => one.rows.name === population)!.rows;
        const list = trains.get(population) ?? Array.from({ length: nodes.size }, () => [] as number[]);
        trains.set(population, list);
        const chosen = new Set(rows);
        rowsOfIds(nodes, spikes.nodeIds, `input "${name}"`).forEach((row, i) => {
          if (chosen.has(row)) list[row]!.push(spikes.timestamps[i]!);
        });
      }
    }
    if (![...selected.keys()].some((population) => trains.has(population))) {
      warnings.push(`input "${name}" holds no spikes of its node set`);
    }
  }
  for (const list of trains.values()) for (const times of list) times.sort((a, b) => a - b);
  return trains;
}

function currentsOf(circuit: SonataCircuit, populations: ReadonlyMap<string, Population>): StimulusSpec[] {
  return Object.entries(circuit.config.inputs).flatMap(([name, input]) => {
    if (input.input_type === "spikes" || input.enabled === false) return [];
    const where = `input "${name}"`;
    if (input.input_type !== "current_clamp" || input.module !== "IClamp") {
      throw new WbeError("UNSUPPORTED", `expected spikes or an IClamp, found "${String(input.module)}"`, { where });
    }
    const list = (key: string) =>
      [input[key]].flat().map((value) => numberIn({ [key]: value }, key, Number.NaN, where));
    const [amplitudes, starts, durations] = [list("amp"), list("delay"), list("duration")];
    return [...selectNodes(circuit, input.node_set)].flatMap(([population, neurons]) =>
      populations.get(population)?.isVirtual === false
        ? amplitudes.map((amplitude, i): StimulusSpec => {
            const start = starts[i] ?? starts[0]!;
            return {
              kind: "constant",
              population,
              neurons,
              amplitude,
              start,
              stop: start + (durations[i] ?? durations[0]!),
            };
          })
        : [],
    );
  });
}

function recordersOf(
  circuit: SonataCircuit,
  populations: ReadonlyMap<string, Population>,
  warnings: string[],
): RecorderSpec[] {
  return Object.entries(circuit.config.reports).flatMap(([name, report]) => {
    if (report.enabled === false) return [];
    if (report.variable_name !== "V_m" && report.variable_name !== "v") {
      warnings.push(`report "${name}" of ${String(report.variable_name)} is not recorded: point neurons have V_m only`);
      return [];
    }
    return [...selectNodes(circuit, report.cells)].flatMap(([population, neurons]): RecorderSpec[] =>
      populations.get(population)?.isVirtual === false
        ? [
            {
              kind: "state",
              population,
              variable: "V",
              neurons,
              ...(typeof report.dt === "number" ? { every: report.dt } : {}),
            },
          ]
        : [],
    );
  });
}
