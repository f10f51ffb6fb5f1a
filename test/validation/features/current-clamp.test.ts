import { describe, expect, it } from "vitest";
import { measureCurrentClamp, type StepResponse } from "wbe/validation";

/** A leaky membrane (τ 10 ms, 100 MΩ, rest −70 mV) that fires every 5 ms from `rheobase` pA on. */
const cell = (rheobase: number, asked: number[] = []) => {
  return async (amplitude: number): Promise<StepResponse> => {
    asked.push(amplitude);
    const t = Float64Array.from({ length: 2001 }, (_, k) => k * 0.1);
    const V = t.map((time) => -70 + (time <= 50 ? 0 : 0.1 * amplitude * (1 - Math.exp(-(time - 50) / 10))));
    const spikes = amplitude >= rheobase ? [10, ...Array.from({ length: 25 }, (_, k) => 55 + 5 * k)] : [];
    return { t, V, spikes };
  };
};
const protocol = { onset: 50, duration: 100, amplitudes: [20, 40], test: -5 };

describe("measureCurrentClamp", () => {
  it("takes rest before the step, resistance at its end, and counts spikes within it", async () => {
    const { rest, inputResistance, timeConstant, steps, rheobase } = await measureCurrentClamp(cell(30), protocol);
    expect(rest).toBe(-70);
    expect(inputResistance).toBeCloseTo(100 * (1 - Math.exp(-10)), 9);
    expect(timeConstant).toBeCloseTo(10, 6);
    const counted = steps.map(({ response: _, ...step }) => step);
    // Of the spikes at 10, 55, 60, … 175 ms those up to 150 ms.
    expect(counted).toEqual([
      { amplitude: 20, spikes: 0, rate: 0, latency: undefined },
      { amplitude: 40, spikes: 20, rate: 200, latency: 5 },
    ]);
    expect(rheobase).toBeUndefined();
  });

  it.each([1, 2, 37, 64, 1000])("finds a rheobase of %i pA in few responses", async (value) => {
    const asked: number[] = [];
    const found = await measureCurrentClamp(cell(value, asked), { ...protocol, amplitudes: [], rheobaseUpTo: 1000 });
    expect(found.rheobase).toBe(value);
    expect(asked.length).toBeLessThan(22);
  });

  it("says that there is none up to the bound", async () => {
    const found = await measureCurrentClamp(cell(1001), { ...protocol, rheobaseUpTo: 1000 });
    expect(found.rheobase).toBeUndefined();
  });

  it("refuses protocols that make no sense", async () => {
    await expect(measureCurrentClamp(cell(1), { ...protocol, test: 0 })).rejects.toThrow(/test current that is not 0/);
    await expect(measureCurrentClamp(cell(1), { ...protocol, onset: 0 })).rejects.toThrow(/onset/);
    const signal = AbortSignal.abort();
    await expect(measureCurrentClamp(cell(1), protocol, { signal })).rejects.toThrow(
      expect.objectContaining({ code: "CANCELLED" }),
    );
  });
});
