/** Short-term plasticity of the catalogue: published cases, NEST, and integration step by step. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plasticityRules } from "wbe/plasticity";
import { SimulationEngine } from "wbe/simulation";
import { exp } from "../../src/core/math.js";
import golden from "../golden/release.json" with { type: "json" };
import { createPairs, dt } from "./pairs.js";

/** What arrives, spike by spike, from the jumps of a decaying current: single precision. */
async function releases(rule: string, params: Record<string, number>, steps: readonly number[], threads = 1) {
  const engine = await SimulationEngine.fromDescription(
    {
      version: 1,
      seed: 0,
      dt,
      duration: 0,
      populations: [
        { name: "pre", model: "LIF", size: 1, params: { tRef: 0 } },
        { name: "post", model: "LIF", size: 3, params: { C: 1e9 } },
      ],
      projections: [
        {
          name: "synapse",
          from: "pre",
          to: "post",
          synapse: "ExpCurrent",
          params: { tau: 1 },
          rule: { kind: "all-to-all" },
          weight: 1,
          delay: 1,
          plasticity: [{ rule, params }],
        },
      ],
      stimuli: [
        {
          kind: "spikes",
          population: "pre",
          times: steps.map((step) => (step - 1) * dt),
          weight: 1000,
          synapse: "Pulse",
        },
      ],
      recorders: [{ kind: "state", population: "post", variable: "ExpCurrent.i", neurons: [1] }],
    },
    { threads, catalogue: { rules: plasticityRules } },
  );
  await engine.run({ duration: (steps.at(-1)! + 20) * dt });
  const { data } = engine.recorded("ExpCurrent.i");
  const sent = steps.map((step) => data[step + 11]! / exp(-dt) - data[step + 10]!);
  await engine.dispose();
  return { sent, current: data };
}

const depressing = { U: 0.5, tauRec: 800, tauFac: 0 };
const facilitating = { U: 0.15, tauRec: 130, tauFac: 530 };
/** The ring buffers are single precision, and jumps are differences of the current: a few of its ulp. */
const single = 4e-7;

describe("TsodyksMarkram", () => {
  it.each([
    ["depresses", depressing, [10, 510, 1010], [0.5, 0.2651467343, 0.1548346215]],
    ["depresses, a second later", depressing, [10_010, 10_510, 11_010], [0.5, 0.2651467343, 0.1548346215]],
    ["facilitates", facilitating, [10, 210, 410, 610], [0.15, 0.2376961466, 0.2560395418, 0.2328614072]],
  ])("%s by the numbers of NEST #957: the first spike finds a synapse at rest", async (_, params, steps, expected) => {
    const { sent } = await releases("TsodyksMarkram", params, steps);
    expected.forEach((value, k) => {
      expect(Math.abs(sent[k]! - value)).toBeLessThan(single);
    });
  });

  it("gives a train the same bits wherever it stands in time", async () => {
    const train = [10, 33, 210, 410, 411, 610];
    for (const rule of ["TsodyksMarkram", "TsodyksMarkramBaseline", "TsodyksUzielMarkram"]) {
      const early = await releases(rule, facilitating, train);
      const late = await releases(
        rule,
        facilitating,
        train.map((step) => step + 10_000),
      );
      expect(late.current.slice(10_000)).toEqual(early.current);
    }
  });

  it("has the limit tauRec = 0, which facilitates only, and tauFac = 0, which releases U of what is there", async () => {
    const train = [10, 60, 110, 160, 210];
    const only = await releases("TsodyksMarkram", { U: 0.1, tauRec: 0, tauFac: 200 }, train);
    let u = 0;
    only.sent.forEach((value, k) => {
      u = u * (k > 0 ? exp(-5 / 200) : 0);
      u += 0.1 * (1 - u);
      expect(Math.abs(value - u)).toBeLessThan(single);
    });
    const never = await releases("TsodyksMarkram", { U: 1, tauRec: 1e9, tauFac: 0 }, train);
    expect(never.sent[0]).toBeCloseTo(1, 6);
    for (const value of never.sent.slice(1)) expect(Math.abs(value)).toBeLessThan(1e-5);
  });
});

describe("NEST", () => {
  const rules: Record<string, string> = { tsodyks2_synapse: "TsodyksMarkram", tsodyks_synapse: "TsodyksUzielMarkram" };
  it.each(Object.entries(golden.cases))("%s: every release of a train of bursts and silences", async (_, given) => {
    const { U, tau_rec: tauRec, tau_fac: tauFac } = given.parameters;
    const active: Record<string, number> = "tau_psc" in given.parameters ? { tauActive: given.parameters.tau_psc } : {};
    const { sent } = await releases(rules[given.model]!, { U, tauRec, tauFac, ...active }, golden.parameters.pre_steps);
    expect(sent).toHaveLength(49);
    sent.forEach((value, k) => {
      expect(Math.abs(value - given.weights[k]!)).toBeLessThan(single);
    });
  });
});

describe("traces of short-term plasticity", () => {
  const train = fc
    .uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 })
    .map((list) => list.sort((a, b) => a - b));
  const constants = fc.record({
    U: fc.double({ min: 0, max: 1, noNaN: true }),
    tauRec: fc.double({ min: 0.5, max: 500, noNaN: true }),
    tauFac: fc.double({ min: 0.5, max: 500, noNaN: true }),
  });

  it.each([
    ["TsodyksMarkram", 0],
    ["TsodyksMarkramBaseline", 1],
  ])("%s: the lazy variables are those of an integration step by step, to 1e-9", async (rule, rest) => {
    await fc.assert(
      fc.asyncProperty(train, constants, async (steps, params) => {
        const engine = await createPairs({
          pre: [steps],
          post: [[]],
          synapses: [{ source: 0, target: 0, delay: 3, weight: 1 }],
          axonalFraction: 0,
          plasticity: [{ rule: plasticityRules.find(({ id }) => id === rule)!, params }],
        });
        await engine.run({ duration: 450 * dt });
        const { arrays } = await engine.save();
        const [, found] = [...arrays].find(([name]) => name.endsWith("preTraces"))!;
        let [u, x] = [rest * params.U, 1];
        const last = steps.at(-1)!;
        const fires = new Set(steps);
        for (let step = 1; step <= last; step++) {
          u = rest * params.U + (u - rest * params.U) * exp(-dt / params.tauFac);
          x = 1 - (1 - x) * exp(-dt / params.tauRec);
          if (!fires.has(step)) continue;
          u += params.U * (1 - u);
          x -= u * x;
        }
        expect(Math.abs(found[0]! + rest * params.U - u)).toBeLessThan(1e-9);
        expect(Math.abs(1 - found[1]! - x)).toBeLessThan(1e-9);
      }),
      { numRuns: 12, seed: 19980428 },
    );
  });
});

describe("short-term plasticity runs", () => {
  it("with the same bits on 1, 2 and 3 threads", async () => {
    const train = [10, 33, 210, 410, 411, 610];
    const [one, two, three] = [
      await releases("TsodyksUzielMarkram", facilitating, train),
      await releases("TsodyksUzielMarkram", facilitating, train, 2),
      await releases("TsodyksUzielMarkram", facilitating, train, 3),
    ];
    expect(two.current).toEqual(one.current);
    expect(three.current).toEqual(one.current);
  }, 180_000);

  it.each<[Record<string, number>, string]>([
    [{ U: 1.2 }, "U"],
    [{ U: -0.1 }, "U"],
    [{ tauRec: -1 }, "tauRec"],
    [{ tauFac: -5 }, "tauFac"],
    [{ tauActive: 0 }, "tauActive"],
    [{ tauActive: 5, tauRec: 5 }, "tauActive != tauRec"],
  ])("not with %j", async (params, name) => {
    const rule = "tauActive" in params ? "TsodyksUzielMarkram" : "TsodyksMarkram";
    await expect(releases(rule, params, [10])).rejects.toMatchObject({
      code: "PARAMETER_RANGE",
      message: expect.stringContaining(name),
    });
  });
});
