/**
 * Runs validators on a subject and sums up.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { type LongCallOptions, throwIfCancelled } from "../core/progress.js";
import type { Benchmark } from "./benchmarks/benchmark.js";
import { type EngineLike, isEngine, subjectOfEngine } from "./engine-subject.js";
import type { Capability, Outcome, Subject, Validator, Verdict } from "./validator.js";

export interface ValidationReport {
  subject: string;
  verdicts: Verdict[];
  /**
   * Mean score over all verdicts, where one with insufficient data counts as 0: what has not been shown adds nothing.
   * 0 … 1; 0 (with a warning) when there is no verdict.
   */
  summaryScore: number;
  /** Share of verdicts that have a score. */
  coverage: number;
  counts: Record<Outcome, number>;
  warnings: string[];
  /** Plain data: JSON.stringify(report) is the report. */
  toJSON(): Omit<ValidationReport, "toJSON">;
}

/**
 * @example
 * const report = await new ValidationSuite([new FICurveValidator()]).run(engine);
 * report.summaryScore; // 1 when every point lies within its published band
 */
export class ValidationSuite {
  readonly validators: readonly Validator[];

  /** @throws WbeError NAME_CLASH for two validators of one id. */
  constructor(validators: readonly Validator[]) {
    const ids = new Set<string>();
    for (const { id } of validators) {
      if (ids.has(id)) throw new WbeError("NAME_CLASH", `expected validators with different ids, found "${id}" twice`);
      ids.add(id);
    }
    this.validators = validators;
  }

  /**
   * Runs every validator on every benchmark that applies. Progress counts finished benchmarks. A model that stops being
   * finite in a protocol fails there; other errors are thrown.
   */
  async run(subject: EngineLike | Subject, options: LongCallOptions = {}): Promise<ValidationReport> {
    const whole = isEngine(subject) ? subjectOfEngine(subject) : subject;
    const verdicts: Verdict[] = [];
    const jobs: { validator: Validator; benchmark: Benchmark }[] = [];
    for (const validator of this.validators) {
      const missing = validator.needs.filter((need) => !hasCapability(whole, need));
      if (missing.length > 0) {
        verdicts.push(insufficient(validator, `the subject gives no ${missing.join(" and no ")}`));
        continue;
      }
      const { benchmarks, gaps } = validator.plan(whole);
      for (const benchmark of benchmarks) jobs.push({ validator, benchmark });
      for (const gap of gaps) verdicts.push(insufficient(validator, gap));
    }
    for (const [done, { validator, benchmark }] of jobs.entries()) {
      throwIfCancelled(options.signal, "the validation");
      options.onProgress?.(done, jobs.length);
      verdicts.push(await runOne(validator, whole, benchmark, options.signal));
    }
    options.onProgress?.(jobs.length, jobs.length);
    return summarise(whole.name, verdicts);
  }
}

async function runOne(
  validator: Validator,
  subject: Subject,
  benchmark: Benchmark,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  try {
    return await validator.run(subject, benchmark, signal ? { signal } : {});
  } catch (error) {
    if (!(error instanceof WbeError) || error.code !== "NOT_FINITE") throw error;
    return {
      validator: validator.id,
      benchmark: benchmark.id,
      title: benchmark.title,
      source: benchmark.source,
      measured: [],
      score: 0,
      outcome: "fail",
      figures: [],
      warnings: [error.message],
    };
  }
}

function hasCapability(subject: Subject, capability: Capability): boolean {
  return subject[capability] !== undefined;
}

function insufficient(validator: Validator, why: string): Verdict {
  return {
    validator: validator.id,
    benchmark: "none",
    title: validator.id,
    source: "",
    measured: [],
    score: null,
    outcome: "insufficient data",
    figures: [],
    warnings: [why],
  };
}

function summarise(subject: string, verdicts: Verdict[]): ValidationReport {
  const counts: Record<Outcome, number> = { pass: 0, fail: 0, "insufficient data": 0 };
  const warnings: string[] = [];
  let [sum, scored] = [0, 0];
  for (const verdict of verdicts) {
    counts[verdict.outcome]++;
    for (const warning of verdict.warnings) warnings.push(`${verdict.validator}, ${verdict.benchmark}: ${warning}`);
    if (verdict.score === null) continue;
    sum += verdict.score;
    scored++;
  }
  if (scored === 0)
    warnings.push("nothing could be compared with a benchmark: the summary score of 0 is not a finding");
  const data = {
    subject,
    verdicts,
    summaryScore: verdicts.length > 0 ? sum / verdicts.length : 0,
    coverage: verdicts.length > 0 ? scored / verdicts.length : 0,
    counts,
    warnings,
  };
  return { ...data, toJSON: () => data };
}
