/** Stimuli set in a network that is built: from then on as if it had been built with them. */
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { decodeCheckpoint, encodeCheckpoint, SimulationEngine, type StimulusSpec } from "wbe/simulation";
import { bitsOf, network, richNetwork } from "./networks.js";

const options = { catalogue: { rules: plasticityRules } };
const before = richNetwork({ duration: 80 });
const excitation = { synapse: "ExpConductance", params: { tau: 5, Erev: 0 } } as const;
const after: StimulusSpec[] = [
  { kind: "poisson", population: "e", rate: 900, weight: 4, neurons: [1, 2, 3, 20, 30], ...excitation },
  { kind: "constant", population: "e", amplitude: { normal: [150, 30] }, stop: 60 },
  { kind: "poisson", population: "i", rate: 300, weight: 6, ...excitation },
  { kind: "spikes", population: "e", times: [45, 50], indices: [30, 8], weight: 20, ...excitation },
  { kind: "pulse", population: "i", amplitude: 200, start: 55, duration: 5 },
];

/** The network, before anything is set. */
const withBoth = (threads: number) => SimulationEngine.fromDescription(before, { ...options, threads });

async function setAt40(threads = 1): Promise<SimulationEngine> {
  const engine = await withBoth(threads);
  await engine.run({ duration: 40 });
  await engine.setStimuli(after);
  return engine;
}

describe("setStimuli", () => {
  it("before the first step gives the network that was built with them", async () => {
    const engine = await SimulationEngine.fromDescription(before, options);
    await engine.setStimuli(after);
    expect(engine.description.stimuli).toEqual(after);
    await engine.run();
    const built = await SimulationEngine.fromDescription({ ...before, stimuli: after }, options);
    await built.run();
    expect(bitsOf(engine)).toEqual(bitsOf(built));
    expect(engine.spikes().pulseTimes).toEqual([55]);
  });

  it("of the same list changes nothing, at any time", async () => {
    const engine = await SimulationEngine.fromDescription(before, options);
    const whole = await SimulationEngine.fromDescription(before, options);
    for (const duration of [0, 7.3, 20, 30]) {
      await engine.run({ duration });
      await engine.setStimuli(before.stimuli);
    }
    await engine.run();
    await whole.run();
    expect(bitsOf(engine)).toEqual(bitsOf(whole));
    expect(engine.spikes().pulseTimes).toEqual(whole.spikes().pulseTimes);
  });

  it("later equals lists whose stimuli end and begin at that time", async () => {
    const drive = (amplitude: number, rest: object): StimulusSpec => ({
      kind: "constant",
      population: "cells",
      amplitude,
      ...rest,
    });
    const engine = await SimulationEngine.fromDescription(
      network({ cells: { size: 3 }, stimuli: [drive(400, {}), drive(100, { start: 50 })] }),
    );
    await engine.run({ duration: 30 });
    await engine.setStimuli([drive(500, { stop: 60 })]);
    await engine.run();
    const built = await SimulationEngine.fromDescription(
      network({ cells: { size: 3 }, stimuli: [drive(400, { stop: 30 }), drive(500, { start: 30, stop: 60 })] }),
    );
    await built.run();
    expect(bitsOf(engine)).toEqual(bitsOf(built));
    expect(engine.spikes().step.length).toBeGreaterThan(3);
  });

  it("gives the same bits on two and three threads", async () => {
    const alone = await setAt40();
    await alone.run();
    for (const threads of [2, 3]) {
      const engine = await setAt40(threads);
      await engine.run({ duration: 12.5 });
      await engine.run();
      expect(bitsOf(engine)).toEqual(bitsOf(alone));
      await engine.dispose();
    }
  });

  it("is followed by checkpoints that resume to the bit, in an engine that was set in the same way", async () => {
    const runner = await setAt40();
    const whole = await setAt40();
    await whole.run();
    for (const duration of [0, 0.1, 14.9, 10]) {
      await runner.run({ duration });
      const checkpoint = await decodeCheckpoint(await encodeCheckpoint(await runner.save()));
      const engine = await SimulationEngine.fromDescription(before, options);
      await expect(engine.load(checkpoint)).rejects.toMatchObject({ code: "DESCRIPTION_INVALID" });
      await engine.setStimuli(after);
      await engine.load(checkpoint);
      await engine.run();
      expect(bitsOf(engine)).toEqual(bitsOf(whole));
      const built = await SimulationEngine.resume(runner.description, checkpoint, options);
      await built.run();
      expect(bitsOf(built)).toEqual(bitsOf(whole));
    }
  });

  it("keeps the pulses that were given in the list of pulses", async () => {
    const pulse = (start: number): StimulusSpec => ({
      kind: "pulse",
      population: "cells",
      amplitude: 100,
      start,
      duration: 1,
    });
    const engine = await SimulationEngine.fromDescription(network({ stimuli: [pulse(10), pulse(50)] }));
    await engine.run({ duration: 20 });
    await engine.setStimuli([pulse(5), pulse(30)]);
    expect(engine.spikes().pulseTimes).toEqual([10, 30]);
  });

  it("refuses what the kernels do not have, what does not fit and what is wrong, and changes nothing", async () => {
    const engine = await SimulationEngine.fromDescription(before, options);
    await engine.run({ duration: 40 });
    const poisson = after[0]!;
    const many = Array.from({ length: 200 }, (_, k) => ({ ...poisson, rate: 1000 * k }) as StimulusSpec);
    for (const [stimuli, code, text] of [
      [[{ ...poisson, synapse: "DualExpConductance", params: {} }], "UNSUPPORTED", "built without this synapse"],
      [[{ ...poisson, params: { tau: 6, Erev: 0 } }], "UNSUPPORTED", "built without this synapse"],
      [[{ ...poisson, population: "x" }], "NAME_UNKNOWN", 'unknown population "x"'],
      [[{ ...poisson, rate: -1 }], "PARAMETER_RANGE", "found -1"],
      [[{ ...poisson, neurons: [31] }], "ARGUMENT", "found 31"],
      [[{ ...poisson, kind: "noise" }], "DESCRIPTION_INVALID", "stimuli[0]"],
      [[{ ...after[3], times: undefined, indices: undefined, file: "x.txt" }], "UNSUPPORTED", "open the file"],
      [many, "LIMIT", "were set aside"],
    ] as [StimulusSpec[], string, string][]) {
      await expect(engine.setStimuli(stimuli)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    }
    await engine.run();
    const whole = await SimulationEngine.fromDescription(before, options);
    await whole.run();
    expect(bitsOf(engine)).toEqual(bitsOf(whole));
  });
});
