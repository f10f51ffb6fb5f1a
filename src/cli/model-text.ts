/**
 * A model as text for a terminal.
 *
 * @module
 */

import { buildProgram, compileWat, emitJs, emitWat } from "../compiler/index.js";
import type { Precision } from "../core/column.js";
import type { DeclaredRange, ParameterDeclaration, StateDeclaration } from "../core/declaration.js";
import { WbeError } from "../core/errors.js";
import type { NeuronDeclaration } from "../neuron-models/declaration.js";
import type { SynapseDeclaration } from "../synapse-models/declaration.js";

interface TextOptions {
  readonly method?: string;
  /** Shows the WebAssembly text instead of the reference. */
  readonly wat: boolean;
  readonly precision?: Precision;
}

/**
 * The declaration in words and tables, then the kernel made from it.
 *
 * @throws WbeError for every fault of the declaration.
 */
export async function describeModel(
  declaration: NeuronDeclaration,
  { method, wat: showsWat, precision = "f64" }: TextOptions,
): Promise<string> {
  const start = performance.now();
  const { program, notes } = buildProgram(declaration, { method, precision });
  const wat = emitWat(program);
  await compileWat(wat);
  const compiled = performance.now() - start;
  const js = emitJs(program);
  const {
    id,
    doc,
    source,
    params,
    states,
    inputs = { I: "pA" },
    functions = {},
    equations,
    spike,
    reset,
    refractory,
    constraints = [],
  } = declaration;
  const lines = [
    ...heading(id, doc, source),
    ...values(params, states),
    "Input currents",
    ...table(Object.entries(inputs).map(([name, of]) => [name, of])),
    "",
    ...functionTexts(functions),
    "Equations",
    ...block(equations),
    "",
    ...table([
      ["spike when", spike],
      ...(reset ? [["then", reset]] : []),
      ...(refractory ? [["refractory for", refractory]] : []),
      ...constraints.map((text) => ["must hold", text]),
      [
        "integrator",
        `${program.method}${program.method === declaration.method ? "" : ` (declared: ${declaration.method})`}`,
      ],
    ]),
    "",
    `Checked and compiled in ${compiled.toFixed(0)} ms: ${program.slots.length} values computed once, ${program.stateNames.length} state ${program.stateNames.length === 1 ? "array" : "arrays"} (${program.stateNames.join(", ")}), ${wat.split("\n").length} lines of WebAssembly text.`,
    ...notes.map((note) => `Note: ${note}`),
    "",
    showsWat
      ? `Kernel (WebAssembly text, ${precision}, ${precision === "f32" ? "four" : "two"} neurons per vector)`
      : "Kernel (reference, JavaScript; --wat prints the SIMD kernel)",
    ...block(showsWat ? wat : js),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * A synapse model, and the kernel of a host neuron that receives it under the port name "syn".
 *
 * @throws WbeError for every fault of the declaration.
 */
export async function describeSynapse(
  synapse: SynapseDeclaration,
  host: NeuronDeclaration,
  { method, wat: showsWat, precision = "f64" }: TextOptions,
): Promise<string> {
  const ports = [{ name: "syn", synapse }];
  const build = () => {
    if (method !== undefined) return buildProgram(host, { method, ports, precision });
    try {
      return buildProgram(host, { ports, precision });
    } catch (cause) {
      if (!(cause instanceof WbeError) || cause.code !== "MODEL_INVALID") throw cause;
      // A current that bends with V (the magnesium block) leaves the host's own method behind.
      const built = buildProgram(host, { method: "rk4", ports, precision });
      return {
        ...built,
        notes: [...built.notes, `with this synapse ${host.id} cannot be solved by ${host.method}: shown with rk4`],
      };
    }
  };
  const { program, notes } = build();
  const wat = emitWat(program);
  await compileWat(wat);
  const { id, doc, source, weightUnit, params, states, functions = {}, equations, onSpike, current } = synapse;
  const lines = [
    ...heading(id, doc, source),
    ...values(params, states),
    ...functionTexts(functions),
    "Equations",
    ...(equations.trim() === "" ? ["  none"] : block(equations)),
    "",
    ...table([
      ["weight in", weightUnit === "input" ? "the unit of the neuron's input current" : weightUnit],
      ...(onSpike === "" ? [] : [["at a spike", onSpike]]),
      ...(current === undefined ? [] : [["current", current]]),
    ]),
    "",
    ...notes.map((note) => `Note: ${note}`),
    `Kernel of ${host.id} with this synapse as port "syn", ${program.method} (${showsWat ? "WebAssembly text" : "reference, JavaScript; --wat prints the SIMD kernel"})`,
    ...block(showsWat ? wat : emitJs(program)),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function heading(id: string, doc: string | undefined, source: string): string[] {
  return [id, "=".repeat(id.length), ...(doc ? [doc, ""] : []), `Source: ${source}`, ""];
}

function values(
  params: Readonly<Record<string, ParameterDeclaration>>,
  states: Readonly<Record<string, StateDeclaration>>,
): string[] {
  return [
    "Parameters",
    ...orNone(table(Object.entries(params).map(([name, p]) => [name, `${p[0]} ${unit(p)}`.trim(), range(p[2])]))),
    "",
    "States (initial value)",
    ...orNone(table(Object.entries(states).map(([name, s]) => [name, `${s[0]}`, unit(s), range(s[2])]))),
    "",
  ];
}

const unit = (of: ParameterDeclaration | StateDeclaration): string => (of[1] === "1" ? "" : of[1]);

function range(bounds: DeclaredRange | undefined): string {
  if (!bounds) return "";
  const parts = [
    bounds.above === undefined ? "" : `> ${bounds.above}`,
    bounds.min === undefined ? "" : `≥ ${bounds.min}`,
    bounds.max === undefined ? "" : `≤ ${bounds.max}`,
  ];
  return parts.filter(Boolean).join(", ");
}

const orNone = (lines: string[]): string[] => (lines.length > 0 ? lines : ["  none"]);

/** Columns of equal width, indented. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, c) => {
      widths[c] = Math.max(widths[c] ?? 0, cell.length);
    });
  return rows.map((row) => `  ${row.map((cell, c) => cell.padEnd(widths[c]!)).join("  ")}`.trimEnd());
}

/** Lines with their common indentation replaced by two spaces. */
function functionTexts(functions: Readonly<Record<string, string>>): string[] {
  const texts = Object.entries(functions);
  return texts.length === 0 ? [] : ["Functions", ...texts.map(([name, text]) => `  ${name}${text.trim()}`), ""];
}

function block(text: string): string[] {
  const lines = text.replace(/^\n+|\s+$/g, "").split("\n");
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => (line.trim() ? `  ${line.slice(indent)}` : ""));
}
