/**
 * The border: unknown input → NetworkDescription, field by field.
 *
 * @module
 */
import { z } from "zod";
import { WbeError } from "../core/errors.js";
import type { NetworkDescription, StimulusSpec } from "./description.js";

const quantity = z.union([z.number(), z.string()]);
/** Arrays of numbers may be large: checked by one pass, not element by element through the schema. */
const numbers = z.custom<readonly number[] | Uint32Array | Float32Array | Float64Array>(isFiniteNumbers, {
  message: "expected an array of finite numbers",
});

function isFiniteNumbers(value: unknown): boolean {
  if (value instanceof Uint32Array) return true;
  if (value instanceof Float64Array || value instanceof Float32Array) return value.every(Number.isFinite);
  return (Array.isArray(value) || ArrayBuffer.isView(value)) && Array.prototype.every.call(value, Number.isFinite);
}

const pair = z.tuple([quantity, quantity]);
const bounds = { clip: pair.optional(), redraw: pair.optional() };
const dist = z.union([
  quantity,
  z.strictObject({ normal: pair, ...bounds }),
  z.strictObject({ lognormal: z.tuple([quantity, z.number()]), ...bounds }),
  z.strictObject({ uniform: pair }),
  z.strictObject({ values: numbers }),
]);
const table = z.record(z.string(), dist);
const quantities = z.record(z.string(), quantity);
const name = z.string().min(1);
/** Declarations are checked in full by the compiler; here only that it is an object with an id. */
const declaration = z.looseObject({ id: z.string() });
const model = z.union([z.string(), declaration]);
const method = z.enum(["euler", "exponential-euler", "exact", "heun", "rk4", "event-driven"]);

const population = z.strictObject({
  name,
  model,
  size: z.int().min(1),
  params: table.optional(),
  init: table.optional(),
  positions: numbers.optional(),
  precision: z.enum(["f64", "f32"]).optional(),
  method: method.optional(),
  spikeTimes: z.enum(["grid", "exact"]).optional(),
  restTolerance: z.number().positive().optional(),
});

const degree = { k: z.int().min(0), autapses: z.boolean().optional(), multapses: z.boolean().optional() };
const rule = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("one-to-one") }),
  z.strictObject({ kind: z.literal("all-to-all"), autapses: z.boolean().optional() }),
  z.strictObject({ kind: z.literal("bernoulli"), p: z.number(), autapses: z.boolean().optional() }),
  z.strictObject({ kind: z.literal("fixed-in-degree"), ...degree }),
  z.strictObject({ kind: z.literal("fixed-out-degree"), ...degree }),
  z.strictObject({
    kind: z.literal("fixed-total"),
    n: z.int().min(0),
    autapses: z.boolean().optional(),
    multapses: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal("edges"), source: numbers, target: numbers }),
]);

const projection = z.strictObject({
  name: name.optional(),
  from: name,
  to: name,
  synapse: model,
  params: quantities.optional(),
  site: name.optional(),
  fromSite: name.optional(),
  rule,
  weight: dist,
  delay: dist,
  drawnBy: z.enum(["target", "source"]).optional(),
  storage: z.enum(["stored", "procedural"]).optional(),
  axonalFraction: z.number().optional(),
  plasticity: z
    .array(
      z.strictObject({
        rule: model,
        params: quantities.optional(),
        modulator: name.optional(),
        mayChangeSign: z.boolean().optional(),
      }),
    )
    .optional(),
  release: z
    .strictObject({
      sites: z.number(),
      U: z.number(),
      tauRec: quantity,
      tauFac: quantity.optional(),
      asynchronous: z.strictObject({ p: z.number(), tau: quantity, longest: quantity.optional() }).optional(),
      spontaneous: quantity.optional(),
    })
    .optional(),
});

const selection = z.array(z.int().min(0)).optional();
const spikeInput = { weight: quantity, synapse: model, params: quantities.optional(), site: name.optional() };
const window = { start: quantity.optional(), stop: quantity.optional() };
const called = { name: name.optional() };
const stimulus = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("constant"),
    ...called,
    population: name,
    neurons: selection,
    amplitude: dist,
    input: name.optional(),
    ...window,
  }),
  z.strictObject({
    kind: z.literal("pulse"),
    ...called,
    population: name,
    neurons: selection,
    amplitude: dist,
    start: quantity,
    duration: quantity,
    input: name.optional(),
  }),
  z.strictObject({
    kind: z.literal("poisson"),
    ...called,
    population: name,
    neurons: selection,
    rate: quantity,
    ...spikeInput,
    ...window,
  }),
  z
    .strictObject({
      kind: z.literal("spikes"),
      ...called,
      population: name,
      neurons: selection,
      times: numbers.optional(),
      indices: numbers.optional(),
      file: name.optional(),
      firstIndex: z.int().min(0).optional(),
      ...spikeInput,
    })
    .refine(({ times, file }) => (times === undefined) !== (file === undefined), {
      message: 'expected either "times" or "file"',
    })
    .refine(({ neurons, indices, file }) => [neurons, indices, file].filter((x) => x !== undefined).length <= 1, {
      message: 'expected only one of "neurons" (all times to each), "indices" (one for each time) and "file"',
    }),
]);

const actionSelection = z.union([z.array(z.int().min(0)), z.strictObject({ fraction: z.number().min(0).max(1) })]);
const at = { at: quantity };
const action = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("set"),
    ...at,
    population: name,
    neurons: actionSelection.optional(),
    values: table,
  }),
  z.strictObject({ kind: z.literal("scale-weights"), ...at, projection: name, factor: z.number() }),
  z.strictObject({ kind: z.literal("lesion"), ...at, population: name, neurons: actionSelection.optional() }),
  z.strictObject({ kind: z.literal("cut"), ...at, projection: name }),
  z.strictObject({
    kind: z.literal("stimulus"),
    ...at,
    stimulus: z.union([name, z.int().min(0)]),
    on: z.boolean().optional(),
    amplitude: dist.optional(),
    rate: quantity.optional(),
    weight: quantity.optional(),
  }),
  z.strictObject({
    kind: z.literal("snapshot"),
    ...at,
    name,
    populations: z.array(name).optional(),
    projections: z.array(name).optional(),
  }),
  z.strictObject({ kind: z.literal("stop"), ...at }),
]);

const recorder = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("spikes"), population: name.optional(), neurons: selection }),
  z.strictObject({
    kind: z.literal("state"),
    population: name,
    variable: name,
    every: quantity.optional(),
    neurons: selection,
  }),
  z.strictObject({
    kind: z.literal("rate"),
    population: name,
    every: quantity,
    neurons: selection,
    name: name.optional(),
  }),
  z.strictObject({
    kind: z.literal("weights"),
    projection: name,
    every: quantity,
    synapses: selection,
    summary: z
      .union([
        z.literal("moments"),
        z.strictObject({ bins: z.int().min(1).max(65_536), range: z.tuple([quantity, quantity]) }),
      ])
      .optional(),
    name: name.optional(),
  }),
]);

const description = z.strictObject({
  version: z.literal(1),
  seed: z.int().min(0).max(0xffffffff),
  dt: z.number(),
  duration: z.number().min(0),
  name: z.string().optional(),
  populations: z.array(population).min(1),
  projections: z.array(projection).default([]),
  stimuli: z.array(stimulus).default([]),
  recorders: z.array(recorder).default([{ kind: "spikes" }]),
  actions: z.array(action).optional(),
  relaxations: z.int().min(0).max(20).optional(),
});

/**
 * Checks a description. Unknown fields are errors: a misspelt field must not be ignored.
 *
 * @throws WbeError DESCRIPTION_INVALID, naming the field's path and what was expected there.
 */
export function parseDescription(input: unknown): NetworkDescription {
  return parse(description, input) as NetworkDescription;
}

/** Checks a list of stimuli, as parseDescription does. */
export function parseStimuli(input: unknown): StimulusSpec[] {
  return (parse(z.strictObject({ stimuli: z.array(stimulus) }), { stimuli: input }) as NetworkDescription).stimuli;
}

function parse(schema: z.ZodType, input: unknown): unknown {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = deepestIssue(result.error.issues);
  throw new WbeError("DESCRIPTION_INVALID", issue.message, {
    where: `description field ${formatPath(issue.path)}`,
    remedy: "See NetworkDescription in the docs for the fields there are.",
    cause: result.error,
  });
}

/** A union reports each branch; the branch that got furthest tells the user most. */
function deepestIssue(issues: readonly z.core.$ZodIssue[]): { path: readonly PropertyKey[]; message: string } {
  const first = issues[0]!;
  if (first.code !== "invalid_union") return first;
  let best: { path: readonly PropertyKey[]; message: string } = first;
  for (const branch of first.errors) {
    if (branch.length === 0) continue;
    const inner = deepestIssue(branch);
    if (inner.path.length > 0 && first.path.length + inner.path.length > best.path.length) {
      best = { path: [...first.path, ...inner.path], message: inner.message };
    }
  }
  return best;
}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
  return text || "(the whole)";
}
