/**
 * Units of NMODL files in the spelling of wbe, and constants of nature by their names in NEURON's units table.
 *
 * @module
 */
import { parseUnit } from "../../core/units.js";
import { nmodlError } from "./syntax.js";

/** CODATA 2018, in the unit that the table is asked for in most files. */
const natural: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  faraday: { coulomb: 96485.33212, coulombs: 96485.33212, kilocoulombs: 96.48533212, kilocoulomb: 96.48533212 },
  "k-mole": { "joule/degC": 8.314462618, "joule/kelvin": 8.314462618, "volt-coul/degC": 8.314462618 },
  "mole k": { "mV-coulomb/degC": 8314.462618 },
  k: { "joule/degC": 1.380649e-23 },
  e: { coulomb: 1.602176634e-19 },
  pi: { "1": Math.PI, "": Math.PI },
};

/** FARADAY = (faraday) (10000 coulomb): the constant over the number in the unit. @throws WbeError UNSUPPORTED. */
export function readUnitConstant(name: string, unit: string, file: string, line: number): number {
  const match = /^(\d[\d.]*(?:[eE][-+]?\d+)?)?\s*(.*)$/s.exec(unit)!;
  const isOnlyNumber = match[2] === "";
  const scale = match[1] === undefined || isOnlyNumber ? 1 : Number(match[1]);
  const value = natural[name]?.[isOnlyNumber ? "1" : match[2]!];
  if (value !== undefined) return value / scale;
  const remedy = `There are ${Object.keys(natural).join(", ")}; others can be written as numbers.`;
  throw nmodlError("UNSUPPORTED", `unknown constant (${name}) in (${unit})`, file, line, remedy);
}

const spelled: readonly [RegExp, string][] = [
  [/\bmho\b/g, "S"],
  [/\bsiemens\b/g, "S"],
  [/\bmillisiemens\b/g, "mS"],
  [/\bmicrosiemens\b|\bumho\b/g, "uS"],
  [/\bmillivolts?\b/g, "mV"],
  [/\bmilliamps?\b/g, "mA"],
  [/\bnanoamps?\b/g, "nA"],
  [/\bmicrons?\b|\bmicrometer\b/g, "um"],
  [/\bmillimolar\b|\bmmol\/l\b/g, "mM"],
  [/\bmillisecond\b/g, "ms"],
  [/\bhertz\b/g, "Hz"],
  [/\bcelsius\b/g, "degC"],
];

export interface NmodlUnit {
  /** In wbe's spelling: "mS/cm2". */
  readonly text: string;
  /** One of the unit as an expression of the model language: "((1 mS)/(1 cm2))". */
  readonly one: string;
}

/**
 * Reads a unit as NEURON does: factors joined by "-", "*" or blanks; all that follows the first "/" divides. Undefined for a
 * unit that wbe's table does not hold, and for none: then values are plain numbers.
 */
export function readNmodlUnit(text: string): NmodlUnit | undefined {
  let spelling = text.trim();
  for (const [pattern, replacement] of spelled) spelling = spelling.replace(pattern, replacement);
  const slash = spelling.indexOf("/");
  const factors = (part: string): string[] =>
    part.split(/[-*\s/]+/).filter((factor) => factor !== "" && factor !== "1");
  const above = factors(slash < 0 ? spelling : spelling.slice(0, slash));
  const below = slash < 0 ? [] : factors(spelling.slice(slash + 1));
  if (above.length + below.length === 0) return undefined;
  const own = [above.join("*") || "1", ...below].join("/");
  try {
    parseUnit(own);
  } catch {
    return undefined;
  }
  const product = above.map((factor) => `(1 ${factor})`).join("*") || "1";
  const one = [product, ...below.map((factor) => `(1 ${factor})`)].join("/");
  return { text: own, one: above.length === 1 && below.length === 0 ? one : `(${one})` };
}
