/**
 * Checks of plain arguments, so that every function refuses bad input in the same words and with the same code.
 *
 * @module
 */
import { WbeError } from "./errors.js";

/** @throws WbeError ARGUMENT unless `value` is a finite number. Returns it. */
export function requireFinite(value: number, name: string, where?: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new WbeError("ARGUMENT", `expected ${name} to be a finite number, found ${describe(value)}`, { where });
  }
  return value;
}

/** @throws WbeError ARGUMENT unless `value` is finite and > 0. Returns it. */
export function requirePositive(value: number, name: string, where?: string): number {
  if (requireFinite(value, name, where) <= 0) {
    throw new WbeError("ARGUMENT", `expected ${name} > 0, found ${value}`, { where });
  }
  return value;
}

/** @throws WbeError ARGUMENT unless `value` is finite and low ≤ value ≤ high. Returns it. */
export function requireWithin(value: number, low: number, high: number, name: string, where?: string): number {
  requireFinite(value, name, where);
  if (value < low || value > high) {
    const range = high === Number.POSITIVE_INFINITY ? `≥ ${low}` : `from ${low} to ${high}`;
    throw new WbeError("ARGUMENT", `expected ${name} ${range}, found ${value}`, { where });
  }
  return value;
}

/** @throws WbeError ARGUMENT unless `value` is a whole number with low ≤ value ≤ high. Returns it. */
export function requireInteger(value: number, low: number, high: number, name: string, where?: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < low || value > high) {
    throw new WbeError(
      "ARGUMENT",
      `expected ${name} to be a whole number from ${low} to ${high}, found ${describe(value)}`,
      { where },
    );
  }
  return value;
}

function describe(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
