/**
 * What actions may do to an engine: read states and weights, scale weights, change parameters.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { parseUnit } from "../core/units.js";
import type { ActionTarget } from "./actions.js";
import { type BuiltNetwork, isNeverNegative, type NetworkPlan } from "./network.js";
import { weightBounds } from "./plastic-projection.js";
import type { PopulationSettings } from "./population-settings.js";
import type { WholeNetwork } from "./whole-network.js";

/** @param flush brings the plastic weights of a projection up to date. */
export function makeActionTarget(
  plan: NetworkPlan,
  network: BuiltNetwork,
  whole: WholeNetwork,
  settings: readonly PopulationSettings[],
  flush: (projection: number) => void,
): ActionTarget {
  return {
    description: plan.description,
    settings,
    projections: plan.projections.map(({ name }) => name),
    stateNames: (k) => plan.populations[k]!.compiled.program.stateNames.filter((name) => !name.startsWith("@")),
    readState: (k, variable) => {
      const { built, states } = whole.populations[k]!;
      return states[built.compiled.program.stateNames.indexOf(variable)]!.read().subarray(0, built.size);
    },
    readWeights: (k) => {
      flush(k);
      const { weights, sharesWeight, drawn } = whole.projections[k]!;
      const values = drawn?.() ?? weights.read();
      return sharesWeight ? new Float64Array(network.projections[k]!.extent.synapses).fill(values[0]!) : values;
    },
    checkFactor: (k, factor, where) => checkFactor(network, k, factor, where),
    scaleWeights: (k, factor) => {
      flush(k);
      const { weights } = whole.projections[k]!;
      const { low, high } = weightBounds(network.projections[k]!);
      const values = weights.read();
      for (let e = 0; e < values.length; e++) values[e] = Math.min(high, Math.max(low, values[e]! * factor));
      if (!weights.isLive) weights.write(values);
    },
  };
}

/** @throws WbeError PARAMETER_RANGE for a factor that turns conductances negative. */
function checkFactor({ projections }: BuiltNetwork, k: number, factor: number, where: string): void {
  const unit = parseUnit(projections[k]!.weightUnit);
  if (factor < 0 && isNeverNegative(unit)) {
    throw new WbeError(
      "PARAMETER_RANGE",
      `expected a factor of at least 0 for a conductance or concentration (${unit.text}), found ${factor}`,
      {
        where,
      },
    );
  }
  const { name, rows } = projections[k]!;
  if (rows.plan && typeof rows.weights !== "number") {
    throw new WbeError("UNSUPPORTED", `the weights of "${name}" are drawn at each spike and cannot be scaled`, {
      where,
      remedy: 'Leave out storage: "procedural", or give one weight.',
    });
  }
}
