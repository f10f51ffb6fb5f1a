/**
 * Which plasticity rules act on which projections: those of the description and those of a scheduler beside it.
 *
 * @module
 */
import type { PlasticityRule } from "../compiler/plasticity-rule.js";
import { WbeError } from "../core/errors.js";
import { suggestName } from "../core/suggestion.js";
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
    const applied = specs.map(({ rule, params = {}, modulator, mayChangeSign }): AppliedRule => {
      const found = findModel(rule, catalogue.rules, "plasticity rule", where);
      return { rule: found, params, mayChangeSign, ...findModulator(found, modulator, populations, where) };
    });
    if (new Set(applied.flatMap((given) => given.modulator ?? [])).size > 1) {
      throw new WbeError("UNSUPPORTED", "expected one modulating population, found several", {
        where,
        remedy: "Rules of one projection share their modulator.",
      });
    }
    return applied;
  });
}

/** Index of the population that modulates, where the rule wants one. */
function findModulator(
  rule: PlasticityRule,
  modulator: string | undefined,
  populations: NetworkPlan["populations"],
  where: string,
): { modulator?: number } {
  const names = populations.map(({ name }) => name);
  if (!rule.modulator === (modulator === undefined)) {
    if (modulator === undefined) return {};
    const index = names.indexOf(modulator);
    if (index >= 0) return { modulator: index };
    throw new WbeError("NAME_UNKNOWN", `unknown modulating population "${modulator}"`, {
      where,
      remedy: suggestName(modulator, names),
    });
  }
  throw new WbeError(
    "DESCRIPTION_INVALID",
    rule.modulator
      ? `expected a modulating population for plasticity rule "${rule.id}", found none`
      : `plasticity rule "${rule.id}" has no modulatory signal, found modulator "${modulator}"`,
    {
      where,
      remedy: rule.modulator
        ? "Give the rule `modulator`: the population whose spikes are its signal."
        : "Leave `modulator` out.",
    },
  );
}

/** See ProjectionInfo. */
export function isExcitatory(
  { reversal, isElectrical }: Pick<BuiltProjection, "reversal" | "isElectrical">,
  { sum }: WeightSummary,
): boolean {
  if (isElectrical) return false;
  return reversal === undefined ? sum > 0 : reversal > -50;
}
