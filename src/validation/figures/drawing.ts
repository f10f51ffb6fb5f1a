/**
 * Access to the drawing libraries, loaded on first use: @observablehq/plot (with linkedom as its document
 * outside a browser) and fast-png. Importing them takes about a quarter of a second, so nothing imports them early.
 *
 * @module
 */
import type { PlotOptions } from "@observablehq/plot";
import { panelDefaults } from "./style.js";

/** Vector markup of a given size in px, ready to be placed in a figure. */
export interface Panel {
  markup: string;
  width: number;
  height: number;
}

export interface Drawing {
  Plot: typeof import("@observablehq/plot");
  /** Draws one chart. Legends and titles are not asked of Plot: they are laid out by the figure. */
  panel(options: PlotOptions & { width: number; height: number }): Panel;
  /** RGBA bytes, row by row from the top, as a data: URI. */
  png(width: number, height: number, rgba: Uint8Array): string;
  /** `n` colours of a named d3 scheme ("viridis", "oranges", …) as RGB triples, over the given part of it. */
  ramp(scheme: string, n: number, from?: number, to?: number): [number, number, number][];
}

let loading: Promise<Drawing> | undefined;

export function loadDrawing(): Promise<Drawing> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Drawing> {
  const [Plot, { encode }, page] = await Promise.all([
    import("@observablehq/plot"),
    import("fast-png"),
    loadDocument(),
  ]);
  return {
    Plot,
    panel(options) {
      const element = Plot.plot({ ...panelDefaults, ...options, document: page.document });
      // Plot's style sheet sizes the element for a web page; inside a composed figure it would move panels.
      for (const style of element.querySelectorAll("style")) style.remove();
      const markup = page
        .serialize(element)
        .replace(/^<svg[^>]*>/, "")
        .replace(/<\/svg>$/, "");
      return { markup, width: options.width, height: options.height };
    },
    png(width, height, rgba) {
      return `data:image/png;base64,${toBase64(encode({ width, height, data: rgba, channels: 4, depth: 8 }))}`;
    },
    ramp(scheme, n, from = 0, to = 1) {
      const scale = Plot.scale({ color: { type: "linear", scheme: scheme as "viridis", domain: [0, 1] } });
      return Array.from({ length: n }, (_, i) => parseRgb(scale.apply(from + ((to - from) * i) / Math.max(1, n - 1))));
    },
  };
}

async function loadDocument(): Promise<{ document: Document; serialize: (element: Element) => string }> {
  if (typeof document !== "undefined" && typeof XMLSerializer !== "undefined") {
    const serializer = new XMLSerializer();
    return { document, serialize: (element) => serializer.serializeToString(element) };
  }
  const { parseHTML } = await import("linkedom");
  return { document: parseHTML("<html><body></body></html>").document, serialize: (element) => element.outerHTML };
}

function parseRgb(color: string): [number, number, number] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (hex) return [hex[1], hex[2], hex[3]].map((part) => Number.parseInt(part!, 16)) as [number, number, number];
  return (color.match(/\d+/g) ?? []).slice(0, 3).map(Number) as [number, number, number];
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}
