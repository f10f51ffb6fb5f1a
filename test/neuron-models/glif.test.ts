/** GLIF neurons of one Allen cell against NEST's glif_psc and the published rules (interop/golden/glif.py). */
import { describe, expect, it } from "vitest";
import { SimulationEngine } from "wbe/simulation";
import golden from "../golden/glif.json" with { type: "json" };

const { dt_ms, duration_ms: duration, current_ms_pA } = golden.parameters;
type Level = keyof typeof dt_ms;

async function run(level: Level) {
  const engine = await SimulationEngine.fromDescription({
    version: 1,
    seed: 0,
    dt: dt_ms[level],
    duration,
    populations: [{ name: "cell", size: 1, model: level, params: golden[level].params }],
    projections: [],
    stimuli: current_ms_pA.map(([start, amplitude], k) => ({
      kind: "constant" as const,
      population: "cell",
      start: start!,
      stop: current_ms_pA[k + 1]?.[0] ?? duration,
      amplitude: amplitude!,
    })),
    recorders: [{ kind: "spikes" }, { kind: "state", population: "cell", variable: "V", every: 1 }],
  });
  await engine.run();
  return { steps: [...engine.spikes().step], V: engine.recorded("V").data };
}

const largest = (differences: readonly number[]): number => Math.max(...differences.map(Math.abs));

describe("fires as NEST's glif_psc does", () => {
  // Afterspike currents are integrated exactly here; NEST takes their mean over each step.
  it.each(["GLIF1", "GLIF3"] as const)("%s at the same steps, with V within 1e-4 mV", async (level) => {
    const { steps, V } = await run(level);
    expect(steps).toEqual(golden[level].spikes);
    expect(largest(golden[level].V.map((v, k) => v - V[1 + 20 * k]!))).toBeLessThan(1e-4);
  });

  // NEST resets V from its value before the step of the spike, wbe from that after it: a spike's jump differs by at most
  // resetFraction times the rise in one step (0.02 mV at 0.005 ms), seen until it has decayed.
  it.each(["GLIF2", "GLIF4", "GLIF5"] as const)("%s within two steps of 5 us, V within 0.03 mV", async (level) => {
    const { steps, V } = await run(level);
    expect(steps.length).toBe(golden[level].spikes.length);
    expect(largest(golden[level].spikes.map((step, k) => step - steps[k]!))).toBeLessThanOrEqual(2);
    expect(largest(golden[level].V.map((v, k) => v - V[1 + 20 * k]!))).toBeLessThan(0.03);
  });
});

it.each(["GLIF2", "GLIF4", "GLIF5"] as const)(
  "%s fires where forward Euler by the published rules does",
  async (level) => {
    const { steps } = await run(level);
    // The error of forward Euler at 0.005 ms against time constants of 20 ms and more, summed over 15 spikes.
    const apart = golden[level].forward_euler_ms.slice(0, 15).map((t, k) => t - steps[k]! * dt_ms[level]);
    expect(largest(apart)).toBeLessThan(0.06);
  },
);
