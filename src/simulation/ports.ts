/**
 * Receptors of a population: synapse models with parameters, shared by all connections and stimuli that agree in both.
 *
 * @module
 */

import { type CellModel, isCellModel, namedSites, unknownSite } from "../cells/cell-model.js";
import { checkSynapseShape } from "../compiler/declared-shape.js";
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import { parseQuantity } from "../core/units.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { SynapseDeclaration } from "../synapse-models/declaration.js";
import { findNamed } from "./action-plan.js";
import { type Catalogue, findModel } from "./catalogue.js";
import type { PopulationSpec, Quantity, StimulusSpec } from "./description.js";

export interface PortChoice {
  /** "ExpConductance", "ExpConductance2", …; unique in the population. */
  readonly name: string;
  readonly synapse: SynapseDeclaration;
  /** Values of the synapse's parameters, in its units. */
  readonly params: ReadonlyMap<string, number>;
  /** Of a detailed cell: where it is. */
  readonly site?: string | undefined;
}

/** Names of the sites of a population's cells; none for other neurons. */
export function siteNames({ model }: Pick<PopulationSpec, "model">): string[] {
  return typeof model !== "string" && isCellModel(model) ? namedSites(model).map(({ name }) => name) : [];
}

/** Unit of what synapses bring a neuron, where a synapse says "input". */
export function synapticUnit({ inputs }: NeuronDeclaration): string {
  return inputs?.Isyn ?? inputs?.I ?? "pA";
}

/**
 * Ports of the stimuli that arrive through a synapse model, by their places in the list.
 *
 * @param lists by population; ports that are not there yet are made.
 * @throws WbeError NAME_UNKNOWN for a population or synapse, UNSUPPORTED for an electrical one.
 */
export function findStimulusPorts(
  stimuli: readonly StimulusSpec[],
  populations: readonly string[],
  lists: readonly PortList[],
): Map<number, number> {
  const found = new Map<number, number>();
  stimuli.forEach((stimulus, k) => {
    const where = `stimulus ${k} (${stimulus.kind})`;
    const list = lists[findNamed(stimulus.population, populations, "population", where)]!;
    if (stimulus.kind !== "poisson" && stimulus.kind !== "spikes") return;
    const port = list.request(stimulus.synapse, stimulus.params, where, stimulus.site);
    if (list.ports[port]!.synapse.electrical) {
      throw new WbeError("UNSUPPORTED", "spikes cannot arrive through an electrical synapse", { where });
    }
    found.set(k, port);
  });
  return found;
}

/**
 * As findStimulusPorts in a network that is built: its kernels have the ports that they have.
 *
 * @throws WbeError UNSUPPORTED for a synapse that has no port.
 */
export function findBuiltPorts(
  stimuli: readonly StimulusSpec[],
  populations: readonly {
    name: string;
    declaration: NeuronDeclaration;
    ports: readonly PortChoice[];
    cell?: CellModel | undefined;
  }[],
  catalogue: Catalogue,
): Map<number, number> {
  const lists = populations.map(({ declaration, ports, cell }) => {
    const list = new PortList(catalogue, synapticUnit(declaration), cell ? siteNames({ model: cell }) : []);
    for (const { synapse, params, site } of ports) {
      list.request(synapse, Object.fromEntries(params), declaration.id, site);
    }
    return list;
  });
  const names = populations.map(({ name }) => name);
  const found = findStimulusPorts(stimuli, names, lists);
  for (const [k, port] of found) {
    const { name, ports } = populations[names.indexOf(stimuli[k]!.population)]!;
    if (port < ports.length) continue;
    throw new WbeError("UNSUPPORTED", `population "${name}" was built without this synapse model and parameters`, {
      where: `stimulus ${k} (${stimuli[k]!.kind})`,
      remedy: "Give a stimulus or projection through it in the description, of rate or weight 0 if need be.",
    });
  }
  return found;
}

/** The ports of one population, in the order in which they were first asked for. */
export class PortList {
  readonly ports: PortChoice[] = [];
  private readonly indexOf = new Map<string, number>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly inputUnit: string,
    /** Of a detailed cell; none for other neurons. */
    private readonly sites: readonly string[] = [],
  ) {}

  /** Index of the port for a synapse model with these parameters; made if there is none yet. */
  request(
    given: string | SynapseDeclaration,
    params: Record<string, Quantity> | undefined,
    where: string,
    at?: string,
  ): number {
    const synapse = findModel(given, this.catalogue.synapses, "synapse model", where);
    checkSynapseShape(synapse);
    const values = this.readParams(synapse, params ?? {}, where);
    const site = at ?? this.sites[0];
    if (site !== undefined && !this.sites.includes(site)) throw unknownSite(site, this.sites, where);
    const key = JSON.stringify([synapse, site, ...values]);
    const known = this.indexOf.get(key);
    if (known !== undefined) return known;
    const base = site === undefined || at === undefined ? synapse.id : `${synapse.id}_${site}`;
    const names = this.ports.map((port) => port.name);
    let name = base;
    for (let k = 2; names.includes(name); k++) name = base + String(k);
    this.ports.push({ name, synapse, params: values, site });
    this.indexOf.set(key, this.ports.length - 1);
    return this.ports.length - 1;
  }

  private readParams(
    synapse: SynapseDeclaration,
    given: Record<string, Quantity>,
    where: string,
  ): ReadonlyMap<string, number> {
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(synapse.params, name)) {
        throw new WbeError("NAME_UNKNOWN", `synapse "${synapse.id}" has no parameter "${name}"`, {
          where,
          remedy: suggestName(name, Object.keys(synapse.params)),
        });
      }
    }
    return new Map(
      Object.entries(synapse.params).map(([name, [value, unit]]) => {
        const inUnit = unit.replace(/\binput\b/, this.inputUnit);
        const quantity = Object.hasOwn(given, name) ? given[name] : undefined;
        return [name, quantity === undefined ? value : parseQuantity(quantity, inUnit, `${where}, parameter ${name}`)];
      }),
    );
  }
}
