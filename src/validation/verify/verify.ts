/**
 * Verification: published figures and closed forms, recomputed and compared. One file per area, listed in areas.ts.
 *
 * @module
 */
import { type LongCallOptions, throwIfCancelled, yieldToEventLoop } from "../../core/progress.js";

/** One recomputed figure: the JSON of `wbe verify` (DESIGN §9). */
export interface VerifiedFigure {
  id: string;
  what: string;
  /** Paper, table, standard or closed form that the expected value comes from. */
  source: string;
  expected: number | string;
  got: number | string;
  /** Largest allowed distance, in words where it is not a number. */
  tolerance: number | string;
  ok: boolean;
}

/** How a figure is recomputed. */
export interface FigureCheck {
  id: string;
  what: string;
  source: string;
  /** Left out by --fast. */
  isSlow?: boolean;
  check(options: LongCallOptions): Promise<Pick<VerifiedFigure, "expected" | "got" | "tolerance" | "ok">>;
}

export interface VerifyArea {
  area: string;
  figures: readonly FigureCheck[];
}

export interface Verification {
  area: string;
  passed: number;
  failed: number;
  figures: VerifiedFigure[];
}

/** A number within ± tolerance of another; NaN never is. */
export function within(got: number, expected: number, tolerance: number) {
  return { expected, got, tolerance, ok: Math.abs(got - expected) <= tolerance };
}

/** Exactly equal, numbers or words. */
export function equal(got: number | string, expected: number | string) {
  return { expected, got, tolerance: 0, ok: got === expected };
}

/**
 * Recomputes the figures of areas. A figure that throws has failed, and says with what.
 *
 * @param options.isFast leaves out figures marked slow.
 * @param options.onFigure called after each figure.
 * @throws WbeError CANCELLED
 */
export async function verifyAreas(
  areas: readonly VerifyArea[],
  options: LongCallOptions & { isFast?: boolean; onFigure?: (figure: VerifiedFigure) => void } = {},
): Promise<Verification> {
  const { isFast = false, onFigure, onProgress, signal } = options;
  const jobs = areas.flatMap(({ area, figures }) =>
    figures
      .filter((figure) => !(isFast && figure.isSlow))
      .map((figure) => ({ figure, id: areas.length === 1 ? figure.id : `${area}/${figure.id}` })),
  );
  const figures: VerifiedFigure[] = [];
  for (const { figure, id } of jobs) {
    throwIfCancelled(signal, "the verification");
    const { what, source } = figure;
    let verified: VerifiedFigure;
    try {
      verified = { id, what, source, ...(await figure.check({ signal })) };
    } catch (error) {
      throwIfCancelled(signal, "the verification");
      const got = `failed: ${error instanceof Error ? error.message : String(error)}`;
      verified = { id, what, source, expected: "a value", got, tolerance: "none", ok: false };
    }
    figures.push(verified);
    onFigure?.(verified);
    onProgress?.(figures.length, jobs.length);
    await yieldToEventLoop();
  }
  const passed = figures.filter((figure) => figure.ok).length;
  const area = areas.length === 1 ? areas[0]!.area : "all";
  return { area, passed, failed: figures.length - passed, figures };
}
