import { describe, expect, it } from "vitest";
import type { Figure } from "../../../src/validation/figures/figure.js";
import { weightHistogram } from "../../../src/validation/figures/weight-histogram.js";
import { formatNumber } from "../../../src/validation/report/html.js";
import { renderReport } from "../../../src/validation/report/render-report.js";
import type { ReportInput } from "../../../src/validation/report/report.js";

async function sample(): Promise<ReportInput> {
  return {
    title: "A <run>",
    summary: "First.\n\nSecond with `code`.",
    warnings: ["the window was short"],
    sections: [
      { title: "Weights & more", figures: [await weightHistogram([1, 2], [2, 3], "nS")] },
      {
        title: "Measures",
        measured: [
          {
            name: "Φ",
            expected: "above 0",
            measured: {
              value: 0.3123456,
              unit: "1",
              method: "an estimator",
              parameters: { lag: 1, bins: [1, 2] },
              source: "A paper",
              interval: [0.2, 0.4],
              null: { mean: 0.1, sd: 0.01, p: 0.005 },
              warnings: ["few samples"],
            },
          },
        ],
        tables: [
          {
            title: "Cells",
            columns: [{ name: "length", unit: "um" }, { name: "ok" }],
            rows: [
              [1.25, true],
              [null, false],
            ],
          },
        ],
      },
    ],
    provenance: { version: "0.1.0", seed: 42, timings: { run: 1.5 }, nothing: undefined },
  };
}

describe("the report", () => {
  it("asks nothing of the network: no script, no link, no address outside itself", async () => {
    const html = await sample().then(renderReport);
    expect(html).not.toMatch(/<script|<link|<iframe|@import|url\(/i);
    const addresses = html.match(/https?:\/\/[^"'\s<]+/g) ?? [];
    expect(addresses.filter((a) => a !== "http://www.w3.org/2000/svg")).toEqual([]);
    for (const [, target] of html.matchAll(/(?:href|src)="([^"]*)"/g)) expect(target).toMatch(/^(?:#|data:image\/png)/);
    expect(html).toContain("default-src 'none'");
  });

  it("every entry of the contents leads to a section", async () => {
    const html = await sample().then(renderReport);
    const targets = [...html.matchAll(/<a href="#([^"]+)"/g)].map((m) => m[1]!);
    expect(targets).toHaveLength(3);
    for (const target of targets) expect(html).toContain(`id="${target}"`);
  });

  it("shows value, interval, null, method, parameters, source and warnings of a measure", async () => {
    const html = await sample().then(renderReport);
    for (const part of [
      "0.31235",
      "95 %: 0.2 to 0.4",
      "0.1 ± 0.01, p = 0.005",
      "an estimator",
      "lag = 1; bins = [1, 2]",
      "A paper",
      "few samples",
      "above 0",
    ]) {
      expect(html).toContain(part);
    }
    expect(html).toContain("the window was short");
  });

  it("numbers and captions every figure, prints units in tables, folds the description", async () => {
    const html = await sample().then(renderReport);
    expect(html).toContain("<b>Figure 1. Synaptic weights before and after.</b>");
    expect(html).toContain("<small>(µm)</small>");
    expect(html).toContain("<td>–</td>");
    expect(html).toContain("<details><summary>timings</summary>");
    expect(html).not.toContain("nothing");
  });

  it("escapes text, and marks up only paragraphs and code", async () => {
    const html = await sample().then(renderReport);
    expect(html).toContain("<h1>A &lt;run&gt;</h1>");
    expect(html).toContain("<p>Second with <code>code</code>.</p>");
  });

  it("refuses two figures of one id and a row that does not fit its table", async () => {
    const figure: Figure = { id: "a", title: "A", caption: "c", svg: "<svg/>" };
    const report = await sample();
    expect(() => renderReport({ ...report, sections: [{ title: "S", figures: [figure, figure] }] })).toThrow(
      /"a" twice/,
    );
    const table = { title: "T", columns: [{ name: "x" }], rows: [[1, 2]] };
    expect(() => renderReport({ ...report, sections: [{ title: "S", tables: [table] }] })).toThrow(
      /row 1 of table "T"/,
    );
  });
});

it("numbers keep five digits, and powers of ten only where digits would be long", () => {
  expect([0, 12, 1234567, 0.123456, -2.5, 1.5e-9, Number.NaN, Infinity].map(formatNumber)).toEqual([
    "0",
    "12",
    "1,234,567",
    "0.12346",
    "−2.5",
    "1.500 × 10^−9",
    "no value",
    "∞",
  ]);
});
