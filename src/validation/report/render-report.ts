/**
 * One self-contained page: no script, no request to anywhere, readable on a telephone, in the dark and on paper.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Figure } from "../figures/figure.js";
import { escapeXml, printedUnit } from "../figures/svg.js";
import { anchor, cell, formatNumber, inline, paragraphs, withUnit } from "./html.js";
import type { ReportInput, ReportMeasure, ReportSection, ReportTable } from "./report.js";
import { styleSheet } from "./style-sheet.js";

// Even a figure or a caption from an untrusted file can load nothing and run nothing.
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * Renders a report as one HTML document (a string of UTF-8 text).
 *
 * @throws WbeError NAME_CLASH when two figures share an id, ARGUMENT when a table's rows do not fit its columns.
 */
export function renderReport(report: ReportInput): string {
  const sections = report.sections.map((section, i) => ({ section, id: anchor(section.title, i + 1) }));
  checkFigureIds(report.sections);
  const numbering = { figure: 0 };
  const contents = [
    ...sections.map(({ section, id }) => ({ title: section.title, id })),
    { title: "Provenance", id: "provenance" },
  ];
  const body = sections.map(({ section, id }) => renderSection(section, id, numbering)).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeXml(report.title)}</title>
<style>${styleSheet}</style>
</head>
<body>
<div class="page">
<header>
<h1>${inline(report.title)}</h1>
${paragraphs(report.summary)}
${renderWarnings(report.warnings)}</header>
<nav aria-label="Contents"><div><strong>Contents</strong>
<ol>${contents.map(({ title, id }) => `<li><a href="#${id}">${inline(title)}</a></li>`).join("")}</ol>
</div></nav>
<main>
${body}
${renderProvenance(report.provenance)}
</main>
</div>
</body>
</html>
`;
}

function checkFigureIds(sections: readonly ReportSection[]): void {
  const seen = new Map<string, string>();
  for (const { title, figures = [] } of sections) {
    for (const { id } of figures) {
      const other = seen.get(id);
      if (other !== undefined) {
        throw new WbeError("NAME_CLASH", `expected each figure to have an id of its own, found "${id}" twice`, {
          where: other === title ? `section "${title}"` : `sections "${other}" and "${title}"`,
          remedy: "Give one of the figures another id.",
        });
      }
      seen.set(id, title);
    }
  }
}

function renderSection(section: ReportSection, id: string, numbering: { figure: number }): string {
  const { title, text = "", figures = [], tables = [], measured = [] } = section;
  return [
    `<section id="${id}"><h2>${inline(title)}</h2>`,
    paragraphs(text),
    measured.length ? renderMeasures(measured) : "",
    ...figures.map((figure) => renderFigure(figure, ++numbering.figure)),
    ...tables.map(renderTable),
    "</section>",
  ]
    .filter(Boolean)
    .join("\n");
}

function renderFigure({ id, title, caption, svg }: Figure, number: number): string {
  return `<figure id="fig-${escapeXml(id)}"><div class="canvas">${svg}</div>
<figcaption><b>Figure ${number}. ${inline(title)}.</b> ${inline(caption)}</figcaption></figure>`;
}

function renderTable({ title, columns, rows, note }: ReportTable): string {
  rows.forEach((row, i) => {
    if (row.length !== columns.length) {
      throw new WbeError("ARGUMENT", `expected ${columns.length} cells, found ${row.length}`, {
        where: `row ${i + 1} of table "${title}"`,
      });
    }
  });
  const head = columns.map(
    ({ name, unit }) => `<th>${inline(name)}${unit ? ` <small>(${inline(printedUnit(unit))})</small>` : ""}</th>`,
  );
  const body = rows.map((row) => `<tr>${row.map((v) => `<td${cellClass(v)}>${cell(v)}</td>`).join("")}</tr>`);
  return `<h3>${inline(title)}</h3>
<div class="scroll"><table><thead><tr>${head.join("")}</tr></thead><tbody>
${body.join("\n")}
</tbody></table></div>
${note ? `<p class="note">${inline(note)}</p>` : ""}`;
}

/** Numbers line up, and words of up to a few syllables are not broken; longer text wraps. */
function cellClass(value: ReportTable["rows"][number][number]): string {
  if (typeof value === "number") return ' class="number"';
  return typeof value === "string" && value.length <= 24 ? ' class="short"' : "";
}

function renderMeasures(measures: readonly ReportMeasure[]): string {
  const showsExpected = measures.some((m) => m.expected !== undefined);
  const rows = measures.map(({ name, measured, expected }) => {
    const { value, unit, interval, null: none, method, parameters, source, warnings } = measured;
    const range = interval
      ? `<div class="detail">${inline(`95 %: ${formatNumber(interval[0])} to ${formatNumber(interval[1])}`)}</div>`
      : "";
    const nullText = none ? `${formatNumber(none.mean)} ± ${formatNumber(none.sd)}, p = ${formatNumber(none.p)}` : "–";
    const settings = Object.entries(parameters).map(([key, v]) => `${key} = ${formatParameter(v)}`);
    return `<tr><td><b>${inline(name)}</b></td>
<td data-label="Value"><span class="value" title="${value}">${inline(withUnit(formatNumber(value), unit))}</span>${range}</td>
${showsExpected ? `<td data-label="Expected">${expected === undefined ? "–" : inline(expected)}</td>` : ""}
<td data-label="Null">${inline(nullText)}</td>
<td data-label="Method">${inline(method)}${settings.length ? `<div class="detail">${inline(settings.join("; "))}</div>` : ""}${warnings.map((w) => `<div class="warning">${inline(w)}</div>`).join("")}</td>
<td data-label="Source">${inline(source)}</td></tr>`;
  });
  return `<table class="measures"><thead><tr><th>Measure</th><th>Value</th>${showsExpected ? "<th>Expected</th>" : ""}<th>Null (mean ± SD, p)</th><th>Method and parameters</th><th>Source</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table>`;
}

function formatParameter(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return `[${value.map(formatParameter).join(", ")}]`;
  return String(value);
}

function renderWarnings(warnings: readonly string[]): string {
  if (warnings.length === 0) return "";
  return `<div class="warnings" role="note"><b>${warnings.length === 1 ? "One warning" : `${warnings.length} warnings`}</b>
<ul>${warnings.map((w) => `<li>${inline(w)}</li>`).join("")}</ul></div>
`;
}

function renderProvenance(provenance: Readonly<Record<string, unknown>>): string {
  const items: string[] = [];
  const folded: string[] = [];
  for (const [name, value] of Object.entries(provenance)) {
    if (value === undefined) continue;
    if (value !== null && typeof value === "object") {
      folded.push(
        `<details><summary>${inline(name)}</summary><pre>${escapeXml(JSON.stringify(value, null, 2))}</pre></details>`,
      );
    } else {
      const text =
        typeof value === "number" ? String(value) : typeof value === "string" ? value : JSON.stringify(value);
      items.push(`<dt>${inline(name)}</dt><dd>${inline(text)}</dd>`);
    }
  }
  return `<section id="provenance"><h2>Provenance</h2>
<dl>${items.join("")}</dl>
${folded.join("\n")}</section>`;
}
