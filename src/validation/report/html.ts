/**
 * Pieces of HTML: escaping, paragraphs, numbers.
 *
 * @module
 */
import { escapeXml, printedUnit } from "../figures/svg.js";

/** Paragraphs parted by blank lines; `code` in backticks is the only markup. */
export function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => `<p>${inline(part)}</p>`)
    .join("\n");
}

/** Escaped text with code and powers of ten marked up. */
export function inline(text: string): string {
  return escapeXml(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/× 10\^(−?\d+)/g, "× 10<sup>$1</sup>");
}

/** Five significant digits, powers of ten only where plain digits would be long; "–" for no value. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "no value";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en").replace("-", "−");
  const size = Math.abs(value);
  const text =
    size >= 1e-3 && size < 1e7
      ? Number(value.toPrecision(5)).toLocaleString("en", { maximumFractionDigits: 12 })
      : value
          .toExponential(3)
          .replace(/e([+-])(\d+)/, (_, sign, digits) => ` × 10^${sign === "-" ? "−" : ""}${digits}`);
  return text.replace(/^-/, "−");
}

export const withUnit = (text: string, unit: string): string =>
  unit === "" || unit === "1" ? text : `${text} ${printedUnit(unit)}`;

/** A number with its full precision as a tooltip, or any other scalar as text. */
export function cell(value: string | number | boolean | null): string {
  if (value === null) return "–";
  if (typeof value === "number") return `<span title="${value}">${inline(formatNumber(value))}</span>`;
  return inline(String(value));
}

/** A name as an anchor: lower-case words joined by hyphens, with a number so that equal titles differ. */
export function anchor(title: string, number: number): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return `s${number}-${words.join("-")}`;
}
