/**
 * Units and quantities. wbe uses one consistent set (DESIGN §3), so that no factor appears in a kernel:
 *
 * - point neurons: ms, mV, pA, nS, pF (mV·nS = pA, pF·mV/ms = pA);
 * - densities and cables: uA/cm2, mS/cm2, uF/cm2, ohm*cm, um;
 * - concentration mM; rates Hz; temperature degC.
 *
 * A plain number in an API is in the unit that its doc comment names. A string such as "10 nS" is accepted
 * wherever a quantity is, and converted or refused.
 *
 * @module
 */
import { WbeError } from "./errors.js";

/** Exponents of m, kg, s, A, K, mol, degC, whole or half (noise has time^−1/2). Degrees Celsius are a dimension of their own: they never mix with K. */
export type Dimensions = readonly [number, number, number, number, number, number, number];

export interface Unit {
  readonly text: string;
  readonly dimensions: Dimensions;
  /** Value in SI = value · factor · 10^exponent; whole, so that decimal prefixes convert exactly, or a half with half powers. */
  readonly exponent: number;
  readonly factor: number;
}

export const dimensionless: Dimensions = [0, 0, 0, 0, 0, 0, 0];

const baseNames = ["m", "kg", "s", "A", "K", "mol", "degC"] as const;

/** symbol → [dimensions, power of ten to SI, other factor] */
const namedUnits: Record<string, [Dimensions, number, number?]> = {
  m: [[1, 0, 0, 0, 0, 0, 0], 0],
  g: [[0, 1, 0, 0, 0, 0, 0], -3],
  s: [[0, 0, 1, 0, 0, 0, 0], 0],
  A: [[0, 0, 0, 1, 0, 0, 0], 0],
  K: [[0, 0, 0, 0, 1, 0, 0], 0],
  mol: [[0, 0, 0, 0, 0, 1, 0], 0],
  degC: [[0, 0, 0, 0, 0, 0, 1], 0],
  Hz: [[0, 0, -1, 0, 0, 0, 0], 0],
  V: [[2, 1, -3, -1, 0, 0, 0], 0],
  S: [[-2, -1, 3, 2, 0, 0, 0], 0],
  ohm: [[2, 1, -3, -2, 0, 0, 0], 0],
  F: [[-2, -1, 4, 2, 0, 0, 0], 0],
  C: [[0, 0, 1, 1, 0, 0, 0], 0],
  M: [[-3, 0, 0, 0, 0, 1, 0], 3],
  L: [[3, 0, 0, 0, 0, 0, 0], -3],
  N: [[1, 1, -2, 0, 0, 0, 0], 0],
  Pa: [[-1, 1, -2, 0, 0, 0, 0], 0],
  J: [[2, 1, -2, 0, 0, 0, 0], 0],
  W: [[2, 1, -3, 0, 0, 0, 0], 0],
};

/** Units that take no prefix. */
const wholeUnits: Record<string, [Dimensions, number, number?]> = {
  min: [[0, 0, 1, 0, 0, 0, 0], 0, 60],
  mmHg: [[-1, 1, -2, 0, 0, 0, 0], 0, 133.322387415],
  "%": [dimensionless, -2],
};

const prefixes: Record<string, number> = { f: -15, p: -12, n: -9, u: -6, m: -3, c: -2, d: -1, k: 3, M: 6, G: 9 };

const spellings: [RegExp, string][] = [
  [/[µμ]/g, "u"],
  [/Ω|Ohms?\b|ohms\b/g, "ohm"],
  [/°C|celsius\b/g, "degC"],
  [/²/g, "2"],
  [/³/g, "3"],
  [/⁻¹/g, "-1"],
  [/[·⋅]/g, "*"],
  [/sqrt\(([A-Za-z]+)\)|√([A-Za-z]+)/g, "$1$2^0.5"],
];

function lookUpSymbol(symbol: string): [Dimensions, number, number?] | undefined {
  if (Object.hasOwn(wholeUnits, symbol)) return wholeUnits[symbol];
  if (Object.hasOwn(namedUnits, symbol)) return namedUnits[symbol];
  const prefix = symbol[0]!;
  const rest = symbol.slice(1);
  if (rest === "degC" || !Object.hasOwn(prefixes, prefix) || !Object.hasOwn(namedUnits, rest)) return undefined;
  const [dimensions, exponent, factor] = namedUnits[rest]!;
  return [dimensions, exponent + prefixes[prefix]!, factor];
}

/**
 * True for a symbol of two or more letters that means a unit (mV, ms, pA, cm2, …). Such names are reserved in
 * equations; one-letter symbols (V, m, s, …) are not, because models use them as variables.
 */
export function isReservedUnitSymbol(symbol: string): boolean {
  const letters = symbol.replace(/[23]$/, "");
  return letters.length > 1 && lookUpSymbol(letters) !== undefined;
}

const cache = new Map<string, Unit>();
/** Characters. No unit is as long; longer texts would only cost time. */
const longestUnit = 200;

/**
 * Reads a unit: products, quotients, whole and half powers of the closed table ("mS/cm2", "ohm*cm", "1/ms",
 * "mV/sqrt(ms)", "mM", "1"). µ, Ω, ° and superscripts are accepted. The empty string and "1" are dimensionless.
 *
 * @throws WbeError UNIT_UNKNOWN, naming the symbol that the table does not hold.
 */
export function parseUnit(text: string, where?: string): Unit {
  const known = cache.get(text);
  if (known) return known;
  if (text.length > longestUnit) {
    throw new WbeError("UNIT_UNKNOWN", `expected a unit, found a text of ${text.length} characters`, { where });
  }
  let normal = text.trim();
  for (const [pattern, replacement] of spellings) normal = normal.replace(pattern, replacement);
  normal = normal
    .replace(/\*\*/g, "^")
    .replace(/\s*([*/^])\s*/g, "$1")
    .replace(/\s+/g, "*");
  const dimensions = [0, 0, 0, 0, 0, 0, 0];
  let exponent = 0;
  let factor = 1;
  if (normal !== "" && normal !== "1") {
    const token = /([*/]?)(?:(1)|([A-Za-z%]+)(?:\^([+-]?\d*\.5)(?!\d)|\^?([+-]?\d+))?)/y;
    let at = 0;
    while (at < normal.length) {
      token.lastIndex = at;
      const match = token.exec(normal);
      if (!match || at > 0 !== (match[1] !== "")) {
        throw new WbeError("UNIT_UNKNOWN", `expected a unit such as "nS", "mS/cm2" or "1/ms", found "${text}"`, {
          where,
          remedy: "Write symbols of the unit table joined by * or /, with whole or half powers.",
        });
      }
      at = token.lastIndex;
      if (match[2]) continue;
      const symbol = match[3]!;
      const entry = lookUpSymbol(symbol);
      if (!entry) {
        throw new WbeError("UNIT_UNKNOWN", `unknown unit "${symbol}"${symbol === text ? "" : ` in "${text}"`}`, {
          where,
          remedy: `${suggestUnit(symbol)}The table holds ${Object.keys(namedUnits).join(", ")} with the usual prefixes.`,
        });
      }
      const power = Number(match[4] ?? match[5] ?? 1) * (match[1] === "/" ? -1 : 1);
      entry[0].forEach((d, i) => {
        dimensions[i]! += d * power;
      });
      exponent += entry[1] * power;
      factor *= powerOf(entry[2] ?? 1, power);
    }
  }
  const unit: Unit = { text, dimensions: dimensions as unknown as Dimensions, exponent, factor };
  cache.set(text, unit);
  return unit;
}

function suggestUnit(symbol: string): string {
  const lower = symbol.toLowerCase();
  for (const prefix of ["", ...Object.keys(prefixes)]) {
    for (const name of [...Object.keys(namedUnits), ...Object.keys(wholeUnits)]) {
      const candidate = prefix + name;
      if (candidate.toLowerCase() === lower && lookUpSymbol(candidate)) return `Did you mean "${candidate}"? `;
    }
  }
  return "";
}

/** base^power for a whole or half power, without the engine's own pow for halves. */
export function powerOf(base: number, power: number): number {
  return Number.isInteger(power) ? base ** power : Math.sqrt(base ** (2 * power));
}

export function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  return a.every((d, i) => d === b[i]);
}

/** Multiplies by the ratio of two units of one dimension; a power of ten is applied as one exact operation. */
export function convert(value: number, from: Unit, to: Unit): number {
  const power = from.exponent - to.exponent;
  const scaled = power >= 0 ? value * powerOf(10, power) : value / powerOf(10, -power);
  return from.factor === to.factor ? scaled : (scaled * from.factor) / to.factor;
}

/** value(to) = value(from) · conversionFactor(from, to). */
export function conversionFactor(from: Unit, to: Unit): number {
  return convert(1, from, to);
}

/**
 * Reads a quantity given as a number (already in `unit`) or as text ("10 nS", "-65 mV", "2.5e-3 s"), in `unit`.
 *
 * @throws WbeError DIMENSION when the units do not fit, UNIT_UNKNOWN, or ARGUMENT when it is not a finite number.
 */
export function parseQuantity(input: number | string, unit: string, where?: string): number {
  if (typeof input === "number") {
    if (Number.isFinite(input)) return input;
    throw new WbeError("ARGUMENT", `expected a finite number in ${unit}, found ${input}`, { where });
  }
  const match =
    input.length > 2 * longestUnit ? null : /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*$/u.exec(input);
  if (!match) {
    throw new WbeError("ARGUMENT", `expected a quantity such as "10 ${unit}", found "${input.slice(0, longestUnit)}"`, {
      where,
    });
  }
  const value = Number(match[1]);
  const target = parseUnit(unit, where);
  const given = parseUnit(match[2]!, where);
  if (match[2] === "K" && unit === "degC") return value - 273.15;
  if (!sameDimensions(given.dimensions, target.dimensions)) {
    throw new WbeError(
      "DIMENSION",
      `expected a quantity in ${unit} (${describeDimensions(target.dimensions)}), found "${input}" (${describeDimensions(given.dimensions)})`,
      { where, remedy: `Give a number in ${unit}, or text with a unit that converts to it.` },
    );
  }
  return convert(value, given, target);
}

const quantityNames: [string, string][] = [
  ["V", "voltage"],
  ["A", "current"],
  ["S", "conductance"],
  ["F", "capacitance"],
  ["ohm", "resistance"],
  ["s", "time"],
  ["Hz", "rate"],
  ["m", "length"],
  ["m2", "area"],
  ["m3", "volume"],
  ["C", "charge"],
  ["M", "concentration"],
  ["mol", "amount"],
  ["V/s", "voltage per time"],
  ["A/s", "current per time"],
  ["S/s", "conductance per time"],
  ["A/m2", "current density"],
  ["S/m2", "conductance density"],
  ["F/m2", "capacitance per area"],
  ["ohm*m", "resistivity"],
  ["K", "temperature"],
  ["degC", "temperature"],
  ["Pa", "pressure"],
  ["J", "energy"],
  ["W", "power"],
];

/** The name of a physical dimension in words where it has one ("voltage"), else as powers of base units. */
export function describeDimensions(dimensions: Dimensions): string {
  if (sameDimensions(dimensions, dimensionless)) return "dimensionless";
  for (const [symbol, name] of quantityNames) {
    if (sameDimensions(parseUnit(symbol).dimensions, dimensions)) return name;
  }
  return dimensions
    .map((d, i) => (d === 0 ? "" : d === 1 ? baseNames[i] : `${baseNames[i]}^${d}`))
    .filter(Boolean)
    .join("·");
}
