/**
 * The interface between validators and the suite: what they ask of a subject, and what they hand back.
 *
 * @module
 */
import type { Measured } from "../core/measured.js";
import type { LongCallOptions } from "../core/progress.js";
import type { SpikeData } from "../core/spikes.js";
import type { NetworkDescription } from "../simulation/description.js";
import type { Benchmark } from "./benchmarks/benchmark.js";
import type { FICurveInput } from "./figures/fi-curve.js";

/** What a subject can give. */
export type Capability = "description" | "simulate" | "spikes";

/** What is validated: an engine that ran, or anything that answers the same questions. */
export interface Subject {
  name: string;
  description?: NetworkDescription;
  /** Runs another description with the subject's own means (its engine) and returns all spikes. */
  simulate?(description: NetworkDescription, options: LongCallOptions): Promise<SpikeData>;
  /** Spikes of the subject's own run. */
  spikes?(): SpikeData;
}

/** Data of a figure, not yet drawn: `fiCurve` of this folder draws it. */
export interface FICurveFigure extends FICurveInput {
  kind: "fi-curve";
  title: string;
}
export type FigureData = FICurveFigure;

export type Outcome = "pass" | "fail" | "insufficient data";

export interface Verdict {
  validator: string;
  /** Id of the benchmark; "none" when there is none for the subject. */
  benchmark: string;
  title: string;
  source: string;
  measured: Measured[];
  /** 0 … 1; null when nothing could be compared. */
  score: number | null;
  outcome: Outcome;
  figures: FigureData[];
  warnings: string[];
}

export interface Validator {
  readonly id: string;
  readonly needs: readonly Capability[];
  /** Benchmarks that apply to the subject, and what of the subject has none, in words. */
  plan(subject: Subject): { benchmarks: Benchmark[]; gaps: string[] };
  run(subject: Subject, benchmark: Benchmark, options: LongCallOptions): Promise<Verdict>;
}
