/**
 * What a report is made of: plain data, so that a run, a validation and a page can all hand one over.
 *
 * @module
 */
import type { Measured } from "../../core/measured.js";
import type { Figure } from "../figures/figure.js";

export interface ReportTable {
  title: string;
  columns: readonly { name: string; unit?: string }[];
  /** null is shown as "–". */
  rows: readonly (readonly (string | number | boolean | null)[])[];
  /** What the table shows and what is expected. */
  note?: string;
}

export interface ReportMeasure {
  name: string;
  measured: Measured;
  /** The expected value or band, in words. */
  expected?: string;
}

export interface ReportSection {
  title: string;
  /** Paragraphs parted by blank lines; `code` in backticks. */
  text?: string;
  figures?: readonly Figure[];
  tables?: readonly ReportTable[];
  measured?: readonly ReportMeasure[];
}

export interface ReportInput {
  title: string;
  /** What was done and what came out, in a few sentences; same markup as a section's text. */
  summary: string;
  sections: readonly ReportSection[];
  /** Version, seed, machine, timings, …: numbers and words are listed, objects shown as folded JSON. */
  provenance: Readonly<Record<string, unknown>>;
  warnings: readonly string[];
}
