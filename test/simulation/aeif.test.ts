/**
 * AdEx beside NEST's aeif_cond_exp. NEST resets V inside its adaptive solver, at the moment of the spike, and stamps the end
 * of the step; wbe resets at the end of the step (DESIGN §3), so each of its intervals begins up to one step later and is
 * rounded up once more. Grid-constrained schemes (Brian2, peers.test.ts) agree spike for spike.
 */
import { describe, expect, it } from "vitest";
import adEx from "../golden/adex.json" with { type: "json" };
import { network, run } from "./networks.js";

const cases = adEx.runs.flatMap((golden) => (["0.1", "0.01"] as const).map((dt) => ({ I: golden.I, dt, golden })));

describe("AdEx beside NEST", () => {
  it.each(cases)(
    "$I pA at dt $dt ms: as many spikes, the first to one step, intervals 0 to 3 steps longer",
    async ({ I, dt, golden }) => {
      const engine = await run(
        network({
          dt: Number(dt),
          duration: 1000,
          cells: { model: "AdEx", method: "rk4" },
          stimuli: [{ kind: "constant", population: "cells", amplitude: I }],
        }),
      );
      const nest = golden.nest[dt];
      const lag = [...engine.spikes().step].map((step, k) => step - nest[k]!);
      expect(lag).toHaveLength(nest.length);
      lag.forEach((steps, k) => {
        const more = steps - (k === 0 ? 0 : lag[k - 1]!);
        expect(more).toBeGreaterThanOrEqual(0);
        expect(more).toBeLessThanOrEqual(k === 0 ? 1 : 3);
      });
    },
  );
});
