/** Every wrong network is one clear WbeError that names the place. */
import { describe, expect, it } from "vitest";
import { pairSTDPRule, plasticityRules } from "wbe/plasticity";
import { parseDescription, SimulationEngine } from "wbe/simulation";

const projection = {
  name: "loop",
  from: "cells",
  to: "cells",
  synapse: "ExpConductance",
  rule: { kind: "bernoulli", p: 0.5 },
  weight: 1,
  delay: 1,
};
const base = {
  version: 1,
  seed: 1,
  dt: 0.1,
  duration: 10,
  populations: [{ name: "cells", model: "LIF", size: 4 }],
  projections: [projection],
  stimuli: [],
  recorders: [],
};
const cells = (changes: object) => ({ populations: [{ name: "cells", model: "LIF", size: 4, ...changes }] });
const loop = (changes: object) => ({ projections: [{ ...projection, ...changes }] });
const stdp = (params: object) => loop({ plasticity: [{ rule: "PairSTDP", params }] });

const build = (changes: object) =>
  SimulationEngine.fromDescription({ ...base, ...changes }, { catalogue: { rules: plasticityRules } });

describe("a network is refused, with code, value, place and remedy, for", () => {
  it("nothing, when it is right", async () => {
    await build({});
  });

  it.each([
    ["a time step of 0", { dt: 0 }, "ARGUMENT", ["time step above 0 ms, found 0", "dt"]],
    ["a negative time step", { dt: -0.1 }, "ARGUMENT", ["found -0.1"]],
    ["a duration beyond 2³² steps", { duration: 1e12 }, "ARGUMENT", ["duration", "found 1000000000000"]],
    [
      "an unknown model, near one",
      cells({ model: "Adex" }),
      "NAME_UNKNOWN",
      ['"Adex"', 'population "cells"', 'Did you mean "AdEx"?'],
    ],
    ["an unknown model, misspelt", cells({ model: "HodgkinHuxly" }), "NAME_UNKNOWN", ['Did you mean "HodgkinHuxley"?']],
    ["an unknown model, near none", cells({ model: "Purkinje" }), "NAME_UNKNOWN", ["There are AdEx, "]],
    [
      "an unknown parameter",
      cells({ params: { Vthr: -50 } }),
      "NAME_UNKNOWN",
      ['"Vthr"', 'model "LIF"', 'population "cells"', 'Did you mean "Vth"?'],
    ],
    ["an unknown state", cells({ init: { v: -50 } }), "NAME_UNKNOWN", ['"v"', 'Did you mean "V"?']],
    [
      "too few values",
      cells({ params: { C: { values: [1, 2, 3] } } }),
      "ARGUMENT",
      ["expected 4 values, found 3", "parameter C"],
    ],
    [
      "too many initial values",
      cells({ init: { V: { values: [1, 2, 3, 4, 5] } } }),
      "ARGUMENT",
      ["expected 4 values, found 5", "initial V"],
    ],
    [
      "positions of another number of neurons",
      cells({ positions: [0, 0, 0] }),
      "ARGUMENT",
      ["expected 12 coordinates", "found 3"],
    ],
    [
      "a parameter outside its range",
      cells({ params: { C: -250 } }),
      "PARAMETER_RANGE",
      ["above 0 (pF), found -250", "parameter C"],
    ],
    [
      "one neuron's parameter outside its range",
      cells({ params: { C: { values: [250, 250, 0, 250] } } }),
      "PARAMETER_RANGE",
      ["found 0", "neuron 2"],
    ],
    [
      "parameters that contradict each other",
      cells({ params: { Vreset: -40 } }),
      "PARAMETER_RANGE",
      ["Vreset < Vth", 'population "cells"'],
    ],
    ["a parameter in another dimension", cells({ params: { C: "250 mV" } }), "DIMENSION", ["250 mV", "parameter C"]],
    [
      "a parameter in an unknown unit",
      cells({ params: { C: "250 pfarad" } }),
      "UNIT_UNKNOWN",
      ["pfarad", "parameter C"],
    ],
    [
      "two populations of one name",
      { populations: [base.populations[0], base.populations[0]] },
      "NAME_CLASH",
      ['"cells"'],
    ],
    ["two projections of one name", { projections: [projection, projection] }, "NAME_CLASH", ['"loop"']],
    [
      "an unknown source population",
      loop({ from: "cell" }),
      "NAME_UNKNOWN",
      ['"cell"', 'projection "loop"', 'Did you mean "cells"?'],
    ],
    [
      "an unknown target population",
      loop({ to: "x" }),
      "NAME_UNKNOWN",
      ['"x"', 'projection "loop"', "There are cells."],
    ],
    [
      "an unknown synapse",
      loop({ synapse: "expconductance" }),
      "NAME_UNKNOWN",
      ['projection "loop"', 'Did you mean "ExpConductance"?'],
    ],
    ["an unknown synapse parameter", loop({ params: { Erv: 0 } }), "NAME_UNKNOWN", ['"Erv"', 'Did you mean "Erev"?']],
    [
      "a negative conductance",
      loop({ weight: -1 }),
      "PARAMETER_RANGE",
      ["at least 0 nS, found -1", "synapse 0", "Erev"],
    ],
    ["a weight in another dimension", loop({ weight: "3 pA" }), "DIMENSION", ["3 pA", 'projection "loop", weight']],
    [
      "a delay below one step",
      loop({ delay: 0.04 }),
      "ARGUMENT",
      ["one step (0.1 ms)", "found 0.04 ms", 'projection "loop"', "Lengthen the delay"],
    ],
    ["a spread below 0", loop({ weight: { normal: [1, -1] } }), "ARGUMENT", ["spread of at least 0, found -1"]],
    ["bounds in the wrong order", loop({ weight: { uniform: [2, 1] } }), "ARGUMENT", ["found 2 and 1"]],
    ["a median of 0", loop({ weight: { lognormal: [0, 1] } }), "ARGUMENT", ["median above 0"]],
    ["an axonal part above 1", loop({ axonalFraction: 1.2 }), "ARGUMENT", ["axonalFraction in [0, 1], found 1.2"]],
    [
      "a probability above 1",
      loop({ rule: { kind: "bernoulli", p: 1.5 } }),
      "ARGUMENT",
      ["probability in [0, 1], found 1.5", 'projection "loop"'],
    ],
    [
      "a degree without partners",
      { ...cells({ size: 1 }), ...loop({ rule: { kind: "fixed-in-degree", k: 2 } }) },
      "ARGUMENT",
      ["degree of 2", "found 0", "autapses"],
    ],
    [
      "a degree above the number of partners",
      loop({ rule: { kind: "fixed-out-degree", k: 4, multapses: false } }),
      "ARGUMENT",
      ["degree of 4", "found 3", "multapses"],
    ],
    [
      "an edge beyond the population",
      loop({ rule: { kind: "edges", source: [0, 4], target: [0, 0] } }),
      "ARGUMENT",
      ["source index from 0 to 3, found 4", "edge 1"],
    ],
    [
      "edges of two lengths",
      loop({ rule: { kind: "edges", source: [0, 1], target: [0] } }),
      "ARGUMENT",
      ["found 2 and 1"],
    ],
    [
      "one-to-one between unequal populations",
      {
        populations: [...base.populations, { name: "two", model: "LIF", size: 2 }],
        ...loop({ to: "two", rule: { kind: "one-to-one" } }),
      },
      "ARGUMENT",
      ["found 4 and 2"],
    ],
    [
      "an unknown plasticity rule",
      loop({ plasticity: [{ rule: "PairSTPD" }] }),
      "NAME_UNKNOWN",
      ['Did you mean "PairSTDP"?', 'projection "loop"'],
    ],
    [
      "an unknown rule parameter",
      stdp({ tauplus: 3 }),
      "NAME_UNKNOWN",
      ['Did you mean "tauPlus"?', 'projection "loop"'],
    ],
    [
      "a rule parameter outside its range",
      stdp({ tauPlus: 0, wMax: 2 }),
      "PARAMETER_RANGE",
      ["expected tauPlus above 0 (ms), found 0", 'projection "loop"'],
    ],
    [
      "a weight outside the rule's bounds",
      stdp({ wMax: 0.5 }),
      "PARAMETER_RANGE",
      ["from 0 to 0.5 nS, found 1", "synapse 0", "Widen wMin and wMax"],
    ],
    [
      "a plastic projection whose axonal delays differ too much",
      loop({
        rule: { kind: "edges", source: [0, 1], target: [1, 2] },
        delay: { values: [1, 5] },
        axonalFraction: 1,
        plasticity: [{ rule: pairSTDPRule }],
      }),
      "UNSUPPORTED",
      ['projection "loop"', "axonalFraction of at most 0.5"],
    ],
  ])("%s", async (_, changes, code, texts) => {
    const error = await build(changes).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: "WbeError", code });
    for (const text of texts) expect((error as Error).message).toContain(text);
  });
});

describe("a description is refused field by field for", () => {
  it.each([
    ["a number in text", { seed: "1" }, "seed"],
    ["a seed that is not whole", { seed: 1.5 }, "seed"],
    ["a seed beyond 32 bits", { seed: 2 ** 32 }, "seed"],
    ["a dt that is not finite", { dt: Number.NaN }, "dt"],
    ["a negative duration", { duration: -1 }, "duration"],
    ["another version", { version: 2 }, "version"],
    ["no population", { populations: [] }, "populations"],
    ["an empty population", cells({ size: 0 }), "populations[0].size"],
    ["a size that is not whole", cells({ size: 2.5 }), "populations[0].size"],
    ["an unknown method", cells({ method: "leapfrog" }), "populations[0].method"],
    ["a parameter that is no distribution", cells({ params: { C: { gauss: [1, 2] } } }), "populations[0].params.C"],
    ["values that are not finite", loop({ weight: { values: [1, Number.NaN] } }), "projections[0].weight"],
    ["an unknown rule", loop({ rule: { kind: "small-world" } }), "projections[0].rule.kind"],
    ["a rule without its number", loop({ rule: { kind: "bernoulli" } }), "projections[0].rule.p"],
    ["a negative degree", loop({ rule: { kind: "fixed-in-degree", k: -1 } }), "projections[0].rule.k"],
    ["a missing delay", loop({ delay: undefined }), "projections[0].delay"],
    ["a stimulus without amplitude", { stimuli: [{ kind: "constant", population: "cells" }] }, "stimuli[0].amplitude"],
    ["an unknown recorder", { recorders: [{ kind: "spikes" }, { kind: "lfp" }] }, "recorders[1].kind"],
    ["no object at all", undefined, "(the whole)"],
  ])("%s", (_, changes, path) => {
    const input = changes === undefined ? "network" : { ...base, ...changes };
    expect(() => parseDescription(input)).toThrowError(
      expect.objectContaining({
        code: "DESCRIPTION_INVALID",
        message: expect.stringContaining(`description field ${path}`),
      }),
    );
  });

  it.each([
    ["at the top", { recorder: [] }, "recorder"],
    ["in a population", cells({ parameters: {} }), "parameters"],
    ["in a rule", loop({ rule: { kind: "one-to-one", p: 1 } }), "p"],
    ["in a stimulus", { stimuli: [{ kind: "constant", population: "cells", amplitude: 1, end: 3 }] }, "end"],
  ])("a field that does not exist, %s", (_, changes, field) => {
    expect(() => parseDescription({ ...base, ...changes })).toThrowError(
      expect.objectContaining({ code: "DESCRIPTION_INVALID", message: expect.stringContaining(`"${field}"`) }),
    );
  });

  it("nothing, when optional parts are left out", () => {
    const { projections: _p, stimuli: _s, recorders: _r, ...least } = base;
    expect(parseDescription(least)).toMatchObject({ projections: [], stimuli: [], recorders: [{ kind: "spikes" }] });
  });
});

describe("a network beyond the memory is refused before anything is allocated", () => {
  const big = { name: "cells", model: "LIF", size: 100_000 };
  it.each([
    [
      "too many neurons",
      { populations: [{ ...big, size: 1e12 }], projections: [] },
      /^population "cells" of 1000000000000 neurons at \d+ bytes/,
    ],
    [
      "all to all",
      { populations: [big], ...loop({ rule: { kind: "all-to-all" } }) },
      /^projection "loop" of 10000000000 synapses at \d+ bytes = [\d.e+]+ GiB, population/,
    ],
    [
      "a dense random graph",
      { populations: [big], ...loop({ rule: { kind: "bernoulli", p: 0.2 } }) },
      /^projection "loop" of 2000000000 synapses at \d+ bytes = [\d.e+]+ GiB, population/,
    ],
    [
      "a huge in-degree",
      { populations: [big], ...loop({ rule: { kind: "fixed-in-degree", k: 1e6 } }) },
      /^projection "loop" of 100000000000 synapses at \d+ bytes = [\d.e+]+ GiB, population/,
    ],
    [
      "a huge out-degree",
      { populations: [big], ...loop({ rule: { kind: "fixed-out-degree", k: 1e6 } }) },
      /^projection "loop" of 100000000000 synapses at \d+ bytes = [\d.e+]+ GiB, population/,
    ],
  ])("%s", async (_, changes, where) => {
    const before = process.memoryUsage();
    const start = performance.now();
    const onOneThread = SimulationEngine.fromDescription({ ...base, ...changes }, { threads: 1 });
    await expect(onOneThread).rejects.toMatchObject({
      code: "LIMIT",
      message: expect.stringMatching(/needs at least [\d.e+]+ GiB; one WebAssembly memory holds 4\.00 GiB/),
      where: expect.stringMatching(where),
    });
    const after = process.memoryUsage();
    expect(performance.now() - start).toBeLessThan(200);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 24);
  });

  it("while half a million unconnected neurons fit", async () => {
    const engine = await build({ populations: [{ ...big, size: 500_000 }], projections: [], duration: 1 });
    await engine.run();
    expect(engine.stepCount).toBe(10);
  });
});
