/**
 * Values of JSON files, each with the place it was read from, so that errors name file and key.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

/** A JSON value with the place it was read from. */
export class JsonPlace {
  constructor(
    readonly value: unknown,
    readonly key: string,
    readonly file: string,
  ) {}

  at(name: string | number): JsonPlace {
    const key = typeof name === "number" ? `${this.key}[${name}]` : this.key === "" ? name : `${this.key}.${name}`;
    const { value } = this;
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    if (!isThere) throw this.fault("PARAMETER_MISSING", `${key} is missing`);
    return new JsonPlace((value as Record<string | number, unknown>)[name], key, this.file);
  }

  has(name: string): boolean {
    return typeof this.value === "object" && this.value !== null && Object.hasOwn(this.value, name);
  }

  /** A finite number; all-active fits write numbers as text. */
  number(): number {
    const { value } = this;
    const isNumeric = typeof value === "number" || (typeof value === "string" && value.trim() !== "");
    const number = isNumeric ? Number(value) : Number.NaN;
    if (Number.isFinite(number)) return number;
    throw this.fault("FORMAT", `expected a finite number as ${this.key}, found ${JSON.stringify(value)}`);
  }

  text(): string {
    if (typeof this.value === "string") return this.value;
    throw this.fault("FORMAT", `expected text as ${this.key}, found ${JSON.stringify(this.value)}`);
  }

  list(): JsonPlace[] {
    if (Array.isArray(this.value)) return this.value.map((_, k) => this.at(k));
    throw this.fault("FORMAT", `expected a list as ${this.key}, found ${JSON.stringify(this.value)}`);
  }

  /** The value at a name, or undefined where there is none or it is null. */
  optional(name: string): JsonPlace | undefined {
    return this.has(name) && this.at(name).value !== null ? this.at(name) : undefined;
  }

  fault(code: "PARAMETER_MISSING" | "FORMAT" | "NAME_UNKNOWN" | "UNSUPPORTED", message: string, remedy = ""): WbeError {
    return new WbeError(code, message, { where: `${this.file}${this.key === "" ? "" : `, ${this.key}`}`, remedy });
  }
}

/** Reads text as JSON. @throws WbeError FORMAT with the file. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WbeError("FORMAT", "expected JSON", { where: file, cause });
  }
}
