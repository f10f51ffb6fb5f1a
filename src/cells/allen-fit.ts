/**
 * Fit files of the Allen Cell Types Database, read strictly: each value is found, or an error names file and key.
 *
 * @module
 */
import { JsonPlace } from "./json-place.js";

/** The parameters of a biophysical model, in the units of the file: Ω·cm, µF/cm², mV, S/cm², °C. */
export interface AllenFit {
  readonly kind: "perisomatic" | "all-active";
  readonly Ra: number;
  /** By section kind: soma, axon, dend, apic. Perisomatic models only. */
  readonly Cm: ReadonlyMap<string, number>;
  readonly ELeak: number | undefined;
  readonly celsius: number;
  readonly vInit: number;
  readonly reversal: readonly { readonly section: string; readonly ena: number; readonly ek: number }[];
  readonly genome: readonly AllenGene[];
}

export interface AllenGene {
  readonly section: string;
  readonly name: string;
  readonly value: number;
  /** "" for a passive parameter. */
  readonly mechanism: string;
  /** Where it stands: "genome[3]". */
  readonly key: string;
}

export const allenSections = ["soma", "axon", "dend", "apic"];

/**
 * Reads a `*_fit.json` or `fit_parameters.json`. A model whose genome gives cm, Ra or e_pas by region is all-active;
 * perisomatic ones give them once, as `passive`.
 *
 * @throws WbeError PARAMETER_MISSING, FORMAT, NAME_UNKNOWN, with the file and key.
 */
export function readAllenFit(json: unknown, file: string): AllenFit {
  const root = new JsonPlace(json, "", file);
  const passive = root.at("passive").at(0);
  const conditions = root.at("conditions").at(0);
  const genome = root.at("genome").list().map(readGene);
  const isAllActive = genome.some(({ name }) => name === "cm" || name === "Ra" || name === "e_pas");
  const Cm = new Map<string, number>();
  if (!isAllActive) {
    for (const entry of passive.at("cm").list()) Cm.set(readSection(entry), entry.at("cm").number());
  }
  const reversal = conditions
    .at("erev")
    .list()
    .map((e) => ({ section: readSection(e), ena: e.at("ena").number(), ek: e.at("ek").number() }));
  return {
    kind: isAllActive ? "all-active" : "perisomatic",
    Ra: passive.at("ra").number(),
    Cm,
    ELeak: isAllActive ? undefined : passive.at("e_pas").number(),
    celsius: conditions.at("celsius").number(),
    vInit: conditions.at("v_init").number(),
    reversal,
    genome,
  };
}

function readGene(place: JsonPlace): AllenGene {
  const mechanism = place.at("mechanism").text();
  const name = place.at("name").text();
  const isKnown = mechanism === "" ? ["g_pas", "e_pas", "cm", "Ra"].includes(name) : name.endsWith(`_${mechanism}`);
  if (!isKnown) {
    const remedy = "Known are g_pas, e_pas, cm, Ra without a mechanism, and PARAMETER_MECHANISM with one.";
    throw place.at("name").fault("NAME_UNKNOWN", `unknown fit parameter "${name}" of mechanism "${mechanism}"`, remedy);
  }
  return { section: readSection(place), name, value: place.at("value").number(), mechanism, key: place.key };
}

function readSection(entry: JsonPlace): string {
  const section = entry.at("section").text();
  if (allenSections.includes(section)) return section;
  const remedy = `There are ${allenSections.join(", ")}.`;
  throw entry.at("section").fault("NAME_UNKNOWN", `unknown section "${section}"`, remedy);
}
