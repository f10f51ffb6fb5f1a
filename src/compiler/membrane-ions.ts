/**
 * Names that the channels of one membrane share: the temperature, the diameter, and for each ion its reversal potential, its
 * concentrations, and the current that its pool sees.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { parseUnit, type Unit } from "../core/units.js";
import type { ChannelDeclaration, IonName } from "../neuron-models/channels/declaration.js";
import type { Scope, Typed } from "./check.js";
import type { Graph, Node } from "./ir.js";
import type { ModelParameter } from "./part.js";

const units = {
  mV: parseUnit("mV"),
  density: parseUnit("uA/cm2"),
  mM: parseUnit("mM"),
  celsius: parseUnit("degC"),
  um: parseUnit("um"),
};
const valences: Readonly<Record<IonName, number>> = { na: 1, k: 1, ca: 2 };
export const ionNames = Object.keys(valences) as IonName[];

/** Gas constant over Faraday's, mV/K: CODATA 2018. */
const gasPerFaraday = (8.314462618 / 96485.33212) * 1000;
const absoluteZero = 273.15;

export class SharedNames {
  /** Values that only the cell can give: NaN as default. */
  readonly params = new Map<string, ModelParameter>();
  private readonly pools = new Map<IonName, ChannelDeclaration>();

  /** @throws WbeError MODEL_INVALID for an unknown ion, two pools of one ion, and a pool without a concentration. */
  constructor(
    private readonly g: Graph,
    private readonly V: Node,
    channels: readonly ChannelDeclaration[],
  ) {
    for (const { id, ion, isPool, currents = {}, states } of channels) {
      const where = `channel "${id}"`;
      for (const name of [...(ion === undefined ? [] : [ion]), ...Object.keys(currents)]) {
        if (ionNames.includes(name as IonName)) continue;
        throw new WbeError("MODEL_INVALID", `expected the ion na, k or ca, found "${name}"`, { where });
      }
      if (!isPool) continue;
      if (ion === undefined) throw new WbeError("MODEL_INVALID", "expected a pool to name its ion", { where });
      const other = this.pools.get(ion);
      if (other) {
        throw new WbeError("MODEL_INVALID", `expected at most one pool of ${ion}, found ${other.id}, ${id}`, {
          remedy: "Keep one of them in each region.",
        });
      }
      if (!Object.hasOwn(states, `${ion}i`) && !Object.hasOwn(states, `${ion}o`)) {
        throw new WbeError("MODEL_INVALID", `expected a pool to have the state "${ion}i" or "${ion}o"`, { where });
      }
      this.pools.set(ion, channels.find((channel) => channel.id === id)!);
    }
  }

  /** Ions with a pool, in a fixed order. */
  pooled(): IonName[] {
    return ionNames.filter((ion) => this.pools.has(ion));
  }

  /** What a channel's equations may use besides its own names. */
  scope(channel: ChannelDeclaration): Scope {
    const own = channel.isPool ? [`i${channel.ion}`] : [];
    const shared = ["V", "celsius", "diam", ...ionNames.flatMap((ion) => [`e${ion}`, `${ion}i`, `${ion}o`])];
    const names = [...shared, ...own];
    return { lookUp: (name) => (names.includes(name) ? this.lookUp(name) : undefined), names: () => names };
  }

  private lookUp(name: string): Typed {
    if (name === "V") return { node: this.V, scale: units.mV };
    if (name === "celsius") return { node: this.parameter(name, units.celsius), scale: units.celsius };
    if (name === "diam") return { node: this.parameter(name, units.um), scale: units.um };
    const ion = ionNames.find((candidate) => name.includes(candidate))!;
    if (name === `i${ion}`) return { node: this.g.leaf("state", name), scale: units.density };
    if (name !== `e${ion}`) return { node: this.concentration(ion, name), scale: units.mM };
    return { node: this.pools.has(ion) ? this.nernst(ion) : this.parameter(name, units.mV), scale: units.mV };
  }

  private parameter(name: string, unit: Unit): Node {
    const leaf = this.g.leaf("param", name);
    this.params.set(name, { name, unit, default: Number.NaN, range: {}, leaf });
    return leaf;
  }

  /** A state or parameter of the ion's pool where that has one, else the cell's to give. */
  private concentration(ion: IonName, name: string): Node {
    const pool = this.pools.get(ion);
    if (pool && Object.hasOwn(pool.states, name)) return this.g.leaf("state", `${pool.id}.${name}`);
    if (pool && Object.hasOwn(pool.params, name)) return this.g.leaf("param", `${pool.id}.${name}`);
    return this.parameter(name, units.mM);
  }

  /** RT/zF·ln(outside/inside), mV. */
  private nernst(ion: IonName): Node {
    const { g } = this;
    const kelvin = g.add(this.parameter("celsius", units.celsius), g.constant(absoluteZero));
    const ratio = g.div(this.concentration(ion, `${ion}o`), this.concentration(ion, `${ion}i`));
    return g.mul(g.mul(kelvin, g.constant(gasPerFaraday / valences[ion])), g.call("log", [ratio]));
  }
}
