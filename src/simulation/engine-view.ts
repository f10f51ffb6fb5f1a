/**
 * Live views of an engine for processes, monitors and probes.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
import type { LiveViews } from "./live-views.js";
import type { BuiltNetwork, NetworkPlan } from "./network.js";
import { isExcitatory } from "./projection-rules.js";
import type { EngineView, ProjectionView } from "./view.js";
import type { WholeNetwork } from "./whole-network.js";

/**
 * @param network whole, or a share: what is read of it is the same in all.
 * @param live keeps copies of what lies in several shares.
 * @param counts spikes of each neuron by population, as the view's owner counts them.
 * @param bringWeightsUpToDate called with a projection's index before its weights are read.
 */
export function makeEngineView(
  network: BuiltNetwork,
  whole: WholeNetwork,
  live: LiveViews,
  counts: readonly Uint32Array[],
  bringWeightsUpToDate: (projection: number) => void,
): EngineView {
  const { projections, description } = network;
  const populations = whole.populations.map(({ built }) => built);
  const indexOf = (name: string): number => findPopulation(network, name);
  return {
    dt: description.dt,
    populations: populations.map(({ name, wholeStart, wholeSize }) => ({ name, start: wholeStart, size: wholeSize })),
    projections: projections.map(
      (p, k): ProjectionView => ({
        name: p.name,
        from: populations[p.from]!.name,
        to: populations[p.to]!.name,
        synapse: populations[p.to]!.ports[p.port]!.synapse.id,
        isExcitatory: isExcitatory(p, p.extent.weights),
        get offsets() {
          return whole.projections[k]!.wiring().offsets;
        },
        get targets() {
          return whole.projections[k]!.wiring().targets;
        },
      }),
    ),
    state: (population, variable) => {
      const { built, states } = whole.populations[indexOf(population)]!;
      const { program } = built.compiled;
      const index = program.stateNames.indexOf(variable);
      if (index < 0) {
        throw new WbeError("NAME_UNKNOWN", `population "${population}" has no state "${variable}"`, {
          remedy: suggestName(
            variable,
            program.stateNames.filter((name) => !name.startsWith("@")),
          ),
        });
      }
      const unit = program.model.states[index]?.unit.text ?? "1";
      return {
        data: live.of(states[index]!).subarray(0, built.size),
        schema: { name: variable, unit, shape: [built.size], doc: `${variable} of each neuron of ${population}` },
      };
    },
    spikeCounts: (population) => counts[indexOf(population)]!,
    positions: (population) => populations[indexOf(population)]!.positions,
    weights: (name) => {
      const index = projections.findIndex((p) => p.name === name);
      const projection = whole.projections[index];
      if (!projection) {
        throw new WbeError("NAME_UNKNOWN", `unknown projection "${name}"`, {
          remedy: suggestName(
            name,
            projections.map((p) => p.name),
          ),
        });
      }
      bringWeightsUpToDate(index);
      const { weights, sharesWeight, drawn } = projection;
      const { extent, weightUnit } = projections[index]!;
      const one = (): Float32Array => new Float32Array(extent.synapses).fill(weights.read()[0]!);
      const data = sharesWeight ? one() : (drawn?.() ?? live.of(weights));
      const why = sharesWeight ? " (a copy: all synapses share one)" : drawn ? " (a copy: drawn at each spike)" : "";
      const doc = `weights of ${name}, row by row by source${why}`;
      return { data, schema: { name: "weight", unit: weightUnit, shape: [data.length], doc } };
    },
  };
}

/** Index of a population. @throws WbeError NAME_UNKNOWN with what there is. */
export function findPopulation({ populations }: Pick<NetworkPlan, "populations">, name: string): number {
  const names = populations.map((population) => population.name);
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new WbeError("NAME_UNKNOWN", `unknown population "${name}"`, { remedy: suggestName(name, names) });
}
