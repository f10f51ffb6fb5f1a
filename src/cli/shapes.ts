/**
 * From a command's shapes to commander's arguments and options, and from words to parsed values.
 *
 * @module
 */
import type { Command as Program } from "commander";
import { type ZodType, z } from "zod";
import { internalError } from "../core/errors.js";
import type { AnyCommand, CommandIO } from "./command.js";
import { UsageError } from "./failure.js";

/** Adds arguments, options, examples and the action of a command. */
export function addCommand(program: Program, command: AnyCommand, io: CommandIO): void {
  for (const [name, schema] of Object.entries(command.arguments)) {
    const { kind, isOptional } = inspect(schema);
    const word = kebab(name) + (kind === "array" ? "..." : "");
    program.argument(isOptional ? `[${word}]` : `<${word}>`, schema.description ?? "");
  }
  for (const [name, schema] of Object.entries(command.options)) {
    const { kind, fallback, placeholder, choices } = inspect(schema);
    const value = kind === "boolean" ? "" : ` <${placeholder ?? kind}${kind === "array" ? "..." : ""}>`;
    const notes = [
      choices ? `one of ${choices.join(", ")}` : "",
      fallback !== undefined && fallback !== false ? `default ${fallback}` : "",
    ].filter(Boolean);
    program.option(
      `--${kebab(name)}${value}`,
      `${schema.description ?? ""}${notes.length ? ` (${notes.join("; ")})` : ""}`,
    );
  }
  const after = [
    command.details ? `\n${command.details.trim()}` : "",
    command.examples.length ? `\nExamples:\n${command.examples.map((line) => `  $ ${line}`).join("\n")}` : "",
  ];
  program.addHelpText("after", after.filter(Boolean).join("\n"));
  program.action(async (...received: unknown[]) => {
    const given = program.opts<Record<string, unknown>>();
    const values: Record<string, unknown> = {};
    Object.entries(command.arguments).forEach(([name, schema], i) => {
      values[name] = parseWord(schema, received[i], `<${kebab(name)}>`);
    });
    for (const [name, schema] of Object.entries(command.options)) {
      values[name] = parseWord(schema, given[name], `--${kebab(name)}`);
    }
    // Each value has been parsed by its own schema, which is what the command's input type is made of.
    await command.run(values as never, io);
  });
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

function parseWord(schema: ZodType, word: unknown, where: string): unknown {
  const isNumber = inspect(schema).kind === "number";
  const result = schema.safeParse(isNumber && typeof word === "string" && word.trim() !== "" ? Number(word) : word);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => issue.message).join("; ");
  throw new UsageError(`${where}: ${problems}${word === undefined ? "" : `, found "${String(word)}"`}`);
}

interface Inspected {
  kind: "boolean" | "number" | "string" | "array";
  isOptional: boolean;
  fallback: unknown;
  placeholder: string | undefined;
  choices: string[] | undefined;
}

/** Looks through optional, default and pipe at the kind of value that a schema wants. */
function inspect(schema: ZodType): Inspected {
  let inner: unknown = schema;
  let [isOptional, fallback]: [boolean, unknown] = [false, undefined];
  for (;;) {
    if (inner instanceof z.ZodOptional) {
      isOptional = true;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodDefault) {
      isOptional = true;
      fallback = inner.def.defaultValue;
      inner = inner.def.innerType;
    } else if (inner instanceof z.ZodPipe) {
      inner = inner.def.in;
    } else break;
  }
  const meta = z.globalRegistry.get(schema);
  const placeholder = typeof meta?.placeholder === "string" ? meta.placeholder : undefined;
  const choices = inner instanceof z.ZodEnum ? Object.keys(inner.def.entries) : undefined;
  const result = (kind: Inspected["kind"]): Inspected => ({ kind, isOptional, fallback, placeholder, choices });
  if (inner instanceof z.ZodBoolean) return result("boolean");
  if (inner instanceof z.ZodNumber) return result("number");
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum) return result("string");
  if (inner instanceof z.ZodArray) return result("array");
  throw internalError("an argument or option must be a string, number, boolean, enum or list of strings");
}
