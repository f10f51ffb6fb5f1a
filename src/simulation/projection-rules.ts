/**
 * Which plasticity rules act on which projections: those of the description and those of a scheduler beside it.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { type AppliedRule, type Catalogue, findModel } from "./catalogue.js";
import type { PlasticitySpec } from "./description.js";
import type { BuiltProjection, NetworkPlan } from "./network.js";
import type { WeightSummary } from "./projection-extent.js";

/** What a rule may look at when it decides whether it applies to a projection. */
export interface ProjectionInfo {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly synapse: string;
  /** Its reversal potential lies above −50 mV or, where it has none, its weights sum to more than 0. */
  readonly isExcitatory: boolean;
  readonly weightUnit: string;
  /** Largest initial weight, 0 without synapses. */
  readonly maxWeight: number;
}

/** Plasticity given beside the description (by a scheduler): the rules of a projection. */
export type ExtraRules = (projection: ProjectionInfo) => readonly PlasticitySpec[];

/**
 * @param weights of the whole projections; asked for only where `extraRules` are given.
 * @throws WbeError NAME_UNKNOWN for a rule that the catalogue does not have, UNSUPPORTED on an electrical synapse.
 */
export async function findRules(
  { description, populations, projections }: NetworkPlan,
  catalogue: Catalogue,
  extraRules: ExtraRules | undefined,
  weights: () => Promise<readonly WeightSummary[]>,
): Promise<AppliedRule[][]> {
  const summaries = extraRules && (await weights());
  return projections.map(({ name, from, to, port }, k) => {
    const where = `projection "${name}"`;
    const target = populations[to]!;
    const { synapse, params } = target.ports[port]!;
    const isElectrical = synapse.electrical === true;
    const specs = [...(description.projections[k]!.plasticity ?? [])];
    if (extraRules && summaries) {
      const info: ProjectionInfo = {
        name,
        from: populations[from]!.name,
        to: target.name,
        synapse: synapse.id,
        isExcitatory: isExcitatory({ reversal: params.get("Erev"), isElectrical }, summaries[k]!),
        weightUnit: target.compiled.program.model.ports[port]!.weightUnit.text,
        maxWeight: summaries[k]!.largest,
      };
      specs.push(...extraRules(info));
    }
    if (isElectrical && specs.length > 0) {
      throw new WbeError(
        "UNSUPPORTED",
        `expected no plasticity on an electrical synapse, found ${specs.length} rules`,
        { where, remedy: "Rules act where spikes arrive; no spikes pass an electrical synapse." },
      );
    }
    return specs.map(({ rule, params = {} }) => ({
      rule: findModel(rule, catalogue.rules, "plasticity rule", where),
      params,
    }));
  });
}

/** See ProjectionInfo. */
export function isExcitatory(
  { reversal, isElectrical }: Pick<BuiltProjection, "reversal" | "isElectrical">,
  { sum }: WeightSummary,
): boolean {
  if (isElectrical) return false;
  return reversal === undefined ? sum > 0 : reversal > -50;
}
