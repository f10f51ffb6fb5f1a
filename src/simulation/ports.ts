/**
 * Receptors of a population: synapse models with parameters, shared by all connections and stimuli that agree in both.
 *
 * @module
 */
import { checkSynapseShape } from "../compiler/declared-shape.js";
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import { parseQuantity } from "../core/units.js";
import type { SynapseDeclaration } from "../synapse-models/declaration.js";
import { type Catalogue, findModel } from "./catalogue.js";
import type { Quantity } from "./description.js";

export interface PortChoice {
  /** "ExpConductance", "ExpConductance2", …; unique in the population. */
  readonly name: string;
  readonly synapse: SynapseDeclaration;
  /** Values of the synapse's parameters, in its units. */
  readonly params: ReadonlyMap<string, number>;
}

/** The ports of one population, in the order in which they were first asked for. */
export class PortList {
  readonly ports: PortChoice[] = [];
  private readonly indexOf = new Map<string, number>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly inputUnit: string,
  ) {}

  /** Index of the port for a synapse model with these parameters; made if there is none yet. */
  request(given: string | SynapseDeclaration, params: Record<string, Quantity> | undefined, where: string): number {
    const synapse = findModel(given, this.catalogue.synapses, "synapse model", where);
    checkSynapseShape(synapse);
    const values = this.readParams(synapse, params ?? {}, where);
    const key = JSON.stringify([synapse, ...values]);
    const known = this.indexOf.get(key);
    if (known !== undefined) return known;
    const sameModel = this.ports.filter((port) => port.synapse.id === synapse.id).length;
    const name = synapse.id + (sameModel > 0 ? String(sameModel + 1) : "");
    this.ports.push({ name, synapse, params: values });
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
