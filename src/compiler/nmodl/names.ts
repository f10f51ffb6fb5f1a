/**
 * Names of an NMODL file as names of the model language, where some are taken.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import { ionNames } from "../membrane-ions.js";
import { requireFreeName } from "../scope.js";

const shared = [
  "V",
  "I",
  "celsius",
  "diam",
  "weight",
  ...ionNames.flatMap((ion) => [`e${ion}`, `${ion}i`, `${ion}o`, `i${ion}`]),
];

export class NameMaker {
  private readonly used = new Set<string>(shared);

  /** The name itself, or one close to it that is free; it is taken from then on. */
  fresh(name: string): string {
    const base = isFree(name) ? name : `n_${name.replace(/^_+/, "")}`;
    let own = base;
    for (let k = 2; this.used.has(own); k++) own = `${base}_${k}`;
    this.used.add(own);
    return own;
  }
}

function isFree(name: string): boolean {
  try {
    requireFreeName(name, "name", "");
    return true;
  } catch (error) {
    if (error instanceof WbeError) return false;
    throw error;
  }
}
