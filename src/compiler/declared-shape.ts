/**
 * Form of a declaration from outside (a file, a page): every field there and of the right kind, no field unknown,
 * so that a misspelt "refractry" is not silently left out. What the texts mean is checked by model.ts.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

type Check = (value: unknown, field: string) => void;

/** Ids and port names stand in comments of generated code and before the dot of "port.parameter". */
const idPattern = /^\p{L}[\p{L}\p{N} _+-]{0,99}$/u;

export function isModelName(name: string): boolean {
  return idPattern.test(name);
}

export const modelNameRule =
  "Names of models start with a letter and hold letters, digits, spaces, _, + and - (at most 100).";

class ShapeChecker {
  private readonly where: string;

  constructor(kind: string, id: unknown) {
    this.where = typeof id === "string" && isModelName(id) ? `${kind} "${id}"` : kind;
  }

  refuse(expected: string, found: unknown, field: string, remedy?: string): never {
    throw new WbeError("MODEL_INVALID", `expected ${expected} for ${field}, found ${describe(found)}`, {
      where: this.where,
      remedy,
    });
  }

  readonly id: Check = (value, field) => {
    if (typeof value !== "string" || !isModelName(value)) this.refuse("a name", value, field, modelNameRule);
  };

  readonly text: Check = (value, field) => {
    if (typeof value !== "string") this.refuse("text", value, field);
  };

  readonly flag: Check = (value, field) => {
    if (typeof value !== "boolean") this.refuse("true or false", value, field);
  };

  readonly number: Check = (value, field) => {
    if (typeof value !== "number" || !Number.isFinite(value)) this.refuse("a finite number", value, field);
  };

  readonly texts: Check = (value, field) => {
    if (!Array.isArray(value)) this.refuse("a list of texts", value, field);
    (value as unknown[]).forEach((entry, k) => {
      this.text(entry, `${field}[${k}]`);
    });
  };

  readonly optional =
    (check: Check): Check =>
    (value, field) => {
      if (value !== undefined) check(value, field);
    };

  readonly table =
    (check: Check): Check =>
    (value, field) => {
      if (!isTable(value)) this.refuse("an object", value, field);
      for (const [name, entry] of Object.entries(value as object)) check(entry, `${field}.${name}`);
    };

  /** [value, unit] or [value, unit, range]. */
  readonly quantity =
    (allowsText: boolean): Check =>
    (value, field) => {
      const form = `[${allowsText ? "value or expression" : "value"}, unit] or [value, unit, range]`;
      if (!Array.isArray(value) || value.length < 2 || value.length > 3) this.refuse(form, value, field);
      const [initial, unit, range] = value as [unknown, unknown, unknown];
      if (!(typeof initial === "number" || (allowsText && typeof initial === "string"))) {
        this.refuse("a number", initial, `the value of ${field}`);
      }
      if (typeof initial === "number" && !Number.isFinite(initial)) {
        this.refuse("a finite number", initial, `the value of ${field}`);
      }
      this.text(unit, `the unit of ${field}`);
      if (range === undefined) return;
      this.fields(range, { min: this.bound, max: this.bound, above: this.bound }, `the range of ${field}`);
      const { min, max, above } = range as Partial<Record<"min" | "max" | "above", number>>;
      const v = initial as number;
      if ((min !== undefined && v < min) || (max !== undefined && v > max) || (above !== undefined && v <= above)) {
        this.refuse(`a value within its own range ${JSON.stringify(range)}`, initial, field);
      }
    };

  private readonly bound: Check = (value, field) => {
    if (value !== undefined && (typeof value !== "number" || Number.isNaN(value)))
      this.refuse("a number", value, field);
  };

  fields(value: unknown, checks: Readonly<Record<string, Check>>, what: string): void {
    if (!isTable(value)) this.refuse("an object", value, what);
    for (const name of Object.keys(value as object)) {
      if (Object.hasOwn(checks, name)) continue;
      throw new WbeError("MODEL_INVALID", `unknown field "${name}" in ${what}`, {
        where: this.where,
        remedy: `There are ${Object.keys(checks).join(", ")}.`,
      });
    }
    for (const [name, check] of Object.entries(checks)) check((value as Record<string, unknown>)[name], name);
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "number" || typeof value === "boolean" || value === undefined || value === null) {
    return value === undefined ? "nothing" : String(value);
  }
  return Array.isArray(value) ? `a list of ${value.length}` : `a value of type ${typeof value}`;
}

function idOf(value: unknown): unknown {
  return isTable(value) ? value.id : undefined;
}

/** @throws WbeError MODEL_INVALID, naming the field, what was expected and what was found. */
export function checkNeuronShape(declaration: unknown): void {
  const c = new ShapeChecker("neuron model", idOf(declaration));
  const shape: Record<string, Check> = {
    id: c.id,
    doc: c.optional(c.text),
    source: c.text,
    params: c.table(c.quantity(false)),
    states: c.table(c.quantity(true)),
    functions: c.optional(c.table(c.text)),
    inputs: c.optional(c.table(c.text)),
    equations: c.text,
    spike: c.text,
    reset: c.optional(c.text),
    refractory: c.optional(c.text),
    hold: c.optional(c.texts),
    constraints: c.optional(c.texts),
    method: c.text,
  };
  c.fields(declaration, shape, "the declaration");
}

/** @throws WbeError MODEL_INVALID, naming the field, what was expected and what was found. */
export function checkSynapseShape(declaration: unknown): void {
  const c = new ShapeChecker("synapse model", idOf(declaration));
  const shape: Record<string, Check> = {
    id: c.id,
    doc: c.optional(c.text),
    source: c.text,
    weightUnit: c.text,
    params: c.table(c.quantity(false)),
    states: c.table(c.quantity(true)),
    functions: c.optional(c.table(c.text)),
    equations: c.text,
    onSpike: c.text,
    current: c.optional(c.text),
    electrical: c.optional(c.flag),
  };
  c.fields(declaration, shape, "the declaration");
}

/** @throws WbeError MODEL_INVALID, naming the field, what was expected and what was found. */
export function checkRuleShape(declaration: unknown): void {
  const c = new ShapeChecker("plasticity rule", idOf(declaration));
  const side: Check = (value, field) =>
    c.fields(value, { states: c.table(c.quantity(true)), equations: c.text }, field);
  const params = isTable(declaration) && isTable(declaration.params) ? declaration.params : {};
  const bound: Check = (value, field) => {
    if (typeof value !== "string" || !Object.hasOwn(params, value)) c.refuse("the name of a parameter", value, field);
  };
  const shape: Record<string, Check> = {
    id: c.id,
    doc: c.optional(c.text),
    source: c.text,
    params: c.table(c.quantity(false)),
    pre: side,
    post: side,
    synapse: c.optional(side),
    modulator: c.optional(side),
    onPre: c.text,
    onPost: c.text,
    onModulator: c.optional(c.text),
    flow: c.optional(c.text),
    arrival: c.optional(c.text),
    bounds: c.optional((value, field) => c.fields(value, { min: bound, max: bound }, field)),
    constraints: c.optional(c.texts),
  };
  c.fields(declaration, shape, "the declaration");
}

/** @throws WbeError MODEL_INVALID, naming the field, what was expected and what was found. */
export function checkChannelShape(declaration: unknown): void {
  const c = new ShapeChecker("channel", idOf(declaration));
  const shape: Record<string, Check> = {
    id: c.id,
    doc: c.optional(c.text),
    source: c.text,
    params: c.table(c.quantity(false)),
    states: c.table(c.quantity(true)),
    functions: c.optional(c.table(c.text)),
    equations: c.text,
    method: c.optional((value, field) => {
      if (value !== "gates" && value !== "implicit") c.refuse('"gates" or "implicit"', value, field);
    }),
    sum: c.optional(c.number),
    current: c.optional(c.text),
    ion: c.optional(c.text),
    currents: c.optional(c.table(c.text)),
    isPool: c.optional(c.flag),
  };
  c.fields(declaration, shape, "the declaration");
}
