/** Where the time of a run goes. */
import { expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { type PhaseTimes, SimulationEngine } from "wbe/simulation";
import { richNetwork } from "./networks.js";

it.each([1, 2])("the phases of a run add up to its time, on %d threads", async (threads) => {
  const engine = await SimulationEngine.fromDescription(richNetwork({ duration: 100 }), {
    threads,
    catalogue: { rules: plasticityRules },
  });
  try {
    let times: PhaseTimes | undefined;
    const start = performance.now();
    await engine.run({
      onPhases: (phases) => {
        times = phases;
      },
    });
    const whole = (performance.now() - start) / 1000;
    const sum = Object.values(times!).reduce((a, b) => a + b, 0);
    expect(sum).toBeLessThan(whole);
    // What comes before the first epoch and after the last is short.
    expect(sum).toBeGreaterThan(whole / 2);
    expect(times!.update).toBeGreaterThan(0);
    expect(times!.deliver).toBeGreaterThan(0);
    expect(times!.wait === 0 && times!.exchange === 0).toBe(threads === 1);
  } finally {
    await engine.dispose();
  }
});
