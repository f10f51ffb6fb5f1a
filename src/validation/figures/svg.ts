/**
 * Composition of figures: panels, words, legends and scale bars placed in one <svg>.
 *
 * @module
 */
import type { Panel } from "./drawing.js";
import type { Figure } from "./figure.js";
import { fontFamily, fontSize, ink, paper, softInk } from "./style.js";

export function escapeXml(text: string): string {
  return (
    text
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      // Control characters are not allowed in XML at all.
      .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
  );
}

/** A unit as it is printed: µ for u, raised powers ("uA/cm2" → "µA/cm²"). */
export function printedUnit(unit: string): string {
  return unit
    .replace(/(?<![A-Za-z])u(?=[A-Za-z])/g, "µ")
    .replace(/(?<![A-Za-z])ohm/g, "Ω")
    .replace(/(?<=[A-Za-z])\^?2/g, "²")
    .replace(/(?<=[A-Za-z])\^?3/g, "³")
    .replace(/\*/g, "·");
}

/** A coordinate with at most two decimals: enough for a screen and for print, and short. */
export const px = (value: number): string => String(Math.round(value * 100) / 100);

/** Width of a line of text, estimated: no font is measured outside a browser. */
export const textWidth = (text: string, size = fontSize): number => text.length * size * 0.56;

export interface TextOptions {
  anchor?: "start" | "middle" | "end";
  size?: number;
  color?: string;
  bold?: boolean;
  rotate?: number;
}

export function textAt(x: number, y: number, text: string, options: TextOptions = {}): string {
  const { anchor = "start", size = fontSize, color = ink, bold = false, rotate } = options;
  const turn = rotate === undefined ? "" : ` transform="rotate(${rotate} ${px(x)} ${px(y)})"`;
  const weight = bold ? ' font-weight="600"' : "";
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" font-size="${size}" fill="${color}"${weight}${turn}>${escapeXml(text)}</text>`;
}

export function place(panel: Panel, x: number, y: number): string {
  return `<g transform="translate(${px(x)},${px(y)})" fill="currentColor" text-anchor="middle">${panel.markup}</g>`;
}

/** Swatches with names from left to right, starting at (x, y = middle of the line). */
export function legend(
  items: readonly { name: string; color: string; dash?: boolean }[],
  x: number,
  y: number,
): string {
  let at = x;
  return items
    .map(({ name, color, dash }) => {
      const swatch = dash
        ? `<line x1="${px(at)}" x2="${px(at + 18)}" y1="${px(y)}" y2="${px(y)}" stroke="${color}" stroke-width="2" stroke-dasharray="5 3"/>`
        : `<rect x="${px(at)}" y="${px(y - 5)}" width="18" height="10" rx="2" fill="${color}"/>`;
      const label = textAt(at + 24, y + 4, name);
      at += 24 + textWidth(name) + 18;
      return swatch + label;
    })
    .join("");
}

/** The largest of 1, 2, 5 · 10^k that is at most `limit` (> 0). */
export function niceLength(limit: number): number {
  const power = 10 ** Math.floor(Math.log10(limit));
  const lead = limit / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

/** A scale bar of a round length, at most a third of `width` px, with its left end at (x, y); scale in px per um. */
export function scaleBar(x: number, y: number, width: number, pixelsPerUm: number, color = ink): string {
  const length = niceLength(width / 3 / pixelsPerUm);
  const end = x + length * pixelsPerUm;
  const label = `${Number(length.toPrecision(3))} µm`;
  const bar = `<line x1="${px(x)}" x2="${px(end)}" y1="${px(y)}" y2="${px(y)}" stroke="${color}" stroke-width="3"/>`;
  // A white bar lies on a picture, where something bright may be behind it.
  const plate =
    color === "#ffffff"
      ? `<rect x="${px(x - 4)}" y="${px(y - 18)}" width="${px(Math.max(end - x, textWidth(label, 11)) + 8)}" height="22" rx="2" fill="#000000" fill-opacity="0.55"/>`
      : "";
  return plate + bar + textAt(x, y - 6, label, { color, size: 11 });
}

/** A vertical colour bar with tick labels at its right; `image` runs from low (bottom) to high (top). */
export function colorBar(options: {
  image: string;
  x: number;
  y: number;
  width: number;
  height: number;
  ticks: readonly { at: number; label: string }[];
  title: string;
}): string {
  const { image, x, y, width, height, ticks, title } = options;
  const marks = ticks.map(({ at, label }) => {
    const level = y + height * (1 - at);
    return `<line x1="${px(x + width)}" x2="${px(x + width + 4)}" y1="${px(level)}" y2="${px(level)}" stroke="${softInk}"/>${textAt(x + width + 7, level + 4, label, { size: 11 })}`;
  });
  return (
    `<image x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" preserveAspectRatio="none" href="${image}"/>` +
    `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="none" stroke="${softInk}"/>` +
    marks.join("") +
    textAt(x, y - 8, title, { size: 11, color: softInk })
  );
}

/** Puts the parts into one <svg> and gives element ids a prefix of their own, so that figures can share a page. */
export function composeFigure(
  words: { id: string; title: string; caption: string },
  width: number,
  height: number,
  parts: readonly string[],
): Figure {
  const numbers = new Map<string, number>();
  const body = parts.join("").replace(/plot-clip-\d+/g, (id) => {
    if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
    return `${words.id}-clip-${numbers.get(id)}`;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" ` +
    `role="img" aria-label="${escapeXml(words.title)}" font-family="${fontFamily}" font-size="${fontSize}" color="${ink}" fill="${ink}">` +
    `<title>${escapeXml(words.title)}</title>` +
    `<rect width="100%" height="100%" fill="${paper}"/>${body}</svg>`;
  return { ...words, svg };
}
