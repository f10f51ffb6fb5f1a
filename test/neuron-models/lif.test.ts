/** The leaky integrate-and-fire neuron beside its closed form. */
import { describe, expect, it } from "vitest";
import { leakyIntegrateAndFire } from "wbe/neuron-models";
import { drive } from "./drive.js";

const [C, gL, EL, Vth, Vreset] = (["C", "gL", "EL", "Vth", "Vreset"] as const).map(
  (name) => leakyIntegrateAndFire.params[name][0],
) as [number, number, number, number, number];
const tau = C / gL;
/** Time (ms) from V to threshold. */
const rise = (V: number, current: number): number => {
  const end = EL + current / gL;
  return tau * Math.log((end - V) / (end - Vth));
};

describe("LIF under constant current", () => {
  const currents = Array.from({ length: 40 }, (_, k) => 251 + 25 * k); // rheobase 250 pA

  it.each([0, 2, 3.3])("40 currents, refractory for %d ms: every interval of 1 s is the closed form", async (tRef) => {
    const dt = 0.1;
    const { steps } = await drive({ model: "LIF", params: { tRef }, currents, dt, duration: 1000 });
    const waiting = Math.ceil(tRef / dt - 1e-9);
    currents.forEach((current, k) => {
      const first = Math.ceil(rise(EL, current) / dt);
      const between = waiting + Math.ceil(rise(Vreset, current) / dt);
      const expected = Array.from({ length: Math.floor((10000 - first) / between) + 1 }, (_, n) => first + n * between);
      expect(steps[k], `${current} pA`).toEqual(expected);
    });
  });
});
