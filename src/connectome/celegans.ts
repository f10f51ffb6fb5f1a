/**
 * The nervous system of the adult C. elegans hermaphrodite, from the project's own fact tables (data/).
 *
 * @module
 */
import { requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { formatNeuronID } from "../core/ids.js";
import { Connectome, defaultSynapseTypes } from "./columns.js";
import { conductionDelay, defaultConductionVelocity } from "./synapse-values.js";

/** The six touch receptor neurons for gentle touch. Source: Chalfie et al. 1985, J Neurosci 5:956. */
export const celegansTouchNeurons: readonly string[] = Object.freeze(["ALML", "ALMR", "AVM", "PLML", "PLMR", "PVM"]);

/**
 * The command interneurons of locomotion: AVA, AVD, AVE backward, AVB, PVC forward.
 * Source: Chalfie et al. 1985, J Neurosci 5:956; White et al. 1986, Phil Trans R Soc Lond B 314:1.
 */
export const celegansCommandInterneurons: readonly string[] = Object.freeze([
  "AVAL",
  "AVAR",
  "AVBL",
  "AVBR",
  "AVDL",
  "AVDR",
  "AVEL",
  "AVER",
  "PVCL",
  "PVCR",
]);

export type CelegansTransmitter = "ACh" | "Glu" | "GABA" | "DA" | "5HT" | "TA" | "OA";
export type CelegansClass = "sensory" | "interneuron" | "motor";

export interface CelegansNeuron {
  readonly name: string;
  /** One, or several for a polymodal neuron; none for CANL and CANR, which make no synapses. */
  readonly classes: readonly CelegansClass[];
  /**
   * Released transmitters, the atlas's main one first: acetylcholine, glutamate, GABA, dopamine, serotonin, tyramine,
   * octopamine. `potential`: marked as not certain by the atlas. Empty where none is known.
   */
  readonly transmitters: readonly { readonly name: CelegansTransmitter; readonly potential: boolean }[];
  /** Centre of the soma, um: +x left, +y posterior, +z dorsal. */
  readonly position: readonly [number, number, number];
}

export interface CelegansOptions {
  /**
   * "varshney2011" (default): 279 neurons of the somatic nervous system, the counts of synaptic contacts and gap
   * junctions. It is the default because it counts contacts, is consistent between its two directions, and is the
   * wiring on which most published network statistics and models rest. "cook2019": all 302 neurons, pharynx included,
   * re-annotated; its numbers are sizes in sections, so a pair is one synapse with a weight in proportion.
   */
  wiring?: "varshney2011" | "cook2019";
  /**
   * Type of the synapses of neurons whose main transmitter is glutamate. Excitatory by default, as in the models of
   * the field; inhibitory where glutamate-gated chloride channels dominate (Fenyves et al. 2020, PLoS Comput Biol
   * 16:e1007974). GABA is always inhibitory, all other transmitters are excitatory.
   */
  glutamate?: "excitatory" | "inhibitory";
  /**
   * nS per contact (per section in "cook2019"). Default 0.1, the order of magnitude assumed, not measured, for passive worm
   * neurons of 1 pF (Kunert, Shlizerman & Kutz 2014, Phys Rev E 89:052805, arXiv:1310.6689; the 1 pF was checked, the
   * 100 pS is quoted from memory); larger neuron models need larger conductances.
   */
  contactConductance?: number;
  /** nS per gap junction (per section in "cook2019"). Default 0.1, as above. */
  gapConductance?: number;
  /** One synapse per pair with the summed weight instead of one per contact. Default false. */
  mergeContacts?: boolean;
  /** Id of the neuron model. Default "HodgkinHuxley". */
  model?: string;
}

const letterClasses: Record<string, CelegansClass> = { s: "sensory", i: "interneuron", m: "motor" };

/** The 302 neurons with class, transmitters and soma position; sources as in data/celegans-neurons.ts. */
export async function celegansNeurons(): Promise<CelegansNeuron[]> {
  const { celegansNeurons: table } = await import("./data/celegans-neurons.js");
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [name, classes, transmitters, x, y, z] = line.split(" ") as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      return {
        name,
        classes: classes === "-" ? [] : [...classes].map((letter) => letterClasses[letter]!),
        transmitters:
          transmitters === "-"
            ? []
            : transmitters.split(",").map((text) => ({
                name: text.replace("?", "") as CelegansTransmitter,
                potential: text.endsWith("?"),
              })),
        position: [Number(x), Number(y), Number(z)],
      };
    });
}

interface Edge {
  readonly source: string;
  readonly target: string;
  readonly count: number;
}

/** "A>B:3 C" chemical, "A=B:2 C" gap junctions. */
function parseWiring(table: string): { chemical: Edge[]; gaps: Edge[] } {
  const wiring: { chemical: Edge[]; gaps: Edge[] } = { chemical: [], gaps: [] };
  for (const line of table.trim().split("\n")) {
    const [, source, mark, targets] = /^(\w+)([>=])(.*)$/.exec(line)!;
    for (const item of targets!.split(" ")) {
      const [target, count = "1"] = item.split(":");
      wiring[mark === ">" ? "chemical" : "gaps"].push({ source: source!, target: target!, count: Number(count) });
    }
  }
  return wiring;
}

const sources = {
  varshney2011: "Varshney et al. 2011, PLoS Comput Biol 7:e1001066",
  cook2019: "Cook et al. 2019, Nature 571:63",
};

/**
 * The C. elegans connectome. Labels are the neurons' names, types their classes joined by "/", ids CEL-00000001 …
 * in the order of the table of 302. Chemical synapses are "excitatory" or "inhibitory" by the transmitter of the
 * source; gap junctions are "electrical", stored in both directions (a junction of a cell with itself once).
 * Delays: straight soma-to-soma distance at 0.3 m/s plus 0.5 ms; 0 for gap junctions.
 *
 * @throws WbeError ARGUMENT for an unknown wiring or a conductance that is negative or not finite.
 * @example
 * const worm = await celegans();
 * const avm = worm.indexOf("AVM");
 */
export async function celegans(options: CelegansOptions = {}): Promise<Connectome> {
  const { wiring = "varshney2011", glutamate = "excitatory", contactConductance = 0.1, gapConductance = 0.1 } = options;
  requireWithin(contactConductance, 0, Number.POSITIVE_INFINITY, "contactConductance in nS");
  requireWithin(gapConductance, 0, Number.POSITIVE_INFINITY, "gapConductance in nS");
  if (glutamate !== "excitatory" && glutamate !== "inhibitory") {
    throw new WbeError("ARGUMENT", `expected glutamate "excitatory" or "inhibitory", found "${String(glutamate)}"`);
  }
  const { chemical, gaps } = parseWiring(await loadWiring(wiring));
  const all = (await celegansNeurons()).map((neuron, number) => ({ ...neuron, number: number + 1 }));
  const wired = new Set([...chemical, ...gaps].flatMap(({ source, target }) => [source, target]));
  const neurons = wiring === "cook2019" ? all : all.filter(({ name }) => wired.has(name));
  const indexOf = new Map(neurons.map(({ name }, index) => [name, index]));
  const inhibitory = neurons.map((neuron) => isInhibitory(neuron, glutamate));
  const perContact = wiring === "varshney2011" && !options.mergeContacts;

  const source: number[] = [];
  const target: number[] = [];
  const weight: number[] = [];
  const delay: number[] = [];
  const type: number[] = [];
  const add = (from: number, to: number, count: number, conductance: number, delayMs: number, typeName: string) => {
    const synapses = perContact ? count : 1;
    for (let k = 0; k < synapses; k++) {
      source.push(from);
      target.push(to);
      weight.push(perContact ? conductance : conductance * count);
      delay.push(delayMs);
      type.push(defaultSynapseTypes.indexOf(typeName));
    }
  };
  for (const edge of chemical) {
    const [from, to] = [indexOf.get(edge.source)!, indexOf.get(edge.target)!];
    const ms = conductionDelay(distance(neurons[from]!.position, neurons[to]!.position), defaultConductionVelocity);
    add(from, to, edge.count, contactConductance, ms, inhibitory[from] ? "inhibitory" : "excitatory");
  }
  for (const edge of gaps) {
    const [from, to] = [indexOf.get(edge.source)!, indexOf.get(edge.target)!];
    add(from, to, edge.count, gapConductance, 0, "electrical");
    if (from !== to) add(to, from, edge.count, gapConductance, 0, "electrical");
  }
  const unknown = neurons.filter(({ transmitters }) => !transmitters.some(({ potential }) => !potential));
  return new Connectome({
    nodes: {
      ids: neurons.map(({ number }) => formatNeuronID("CEL", number)),
      labels: neurons.map(({ name }) => name),
      types: neurons.map(({ classes }) => classes.join("/")),
      regions: neurons.map(() => "CEL"),
      models: neurons.map(() => options.model ?? "HodgkinHuxley"),
      positions: Float32Array.from(neurons.flatMap(({ position }) => [...position])),
      frame: "atlas:virtual-worm",
      morphologies: neurons.map(() => null),
    },
    synapses: { source, target, weight, delay, type },
    metadata: {
      name: `C. elegans hermaphrodite (${wiring})`,
      source: `${sources[wiring]}; transmitters: Wang et al. 2024, eLife 13:RP95402; classes and positions: OpenWorm c302`,
      warnings: [
        `${unknown.length} neurons without a certain transmitter are taken as excitatory: ${unknown.map(({ name }) => name).join(" ")}`,
      ],
    },
  });
}

async function loadWiring(wiring: string): Promise<string> {
  if (wiring === "varshney2011") return (await import("./data/celegans-varshney2011.js")).varshney2011;
  if (wiring === "cook2019") return (await import("./data/celegans-cook2019.js")).cook2019;
  throw new WbeError("ARGUMENT", `expected the wiring "varshney2011" or "cook2019", found "${wiring}"`);
}

/** A certain GABA anywhere, or, on request, glutamate as the first certain transmitter. */
function isInhibitory(neuron: CelegansNeuron, glutamate: "excitatory" | "inhibitory"): boolean {
  const certain = neuron.transmitters.filter(({ potential }) => !potential).map(({ name }) => name);
  return certain.includes("GABA") || (glutamate === "inhibitory" && certain[0] === "Glu");
}

function distance(a: readonly [number, number, number], b: readonly [number, number, number]): number {
  const [dx, dy, dz] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}
