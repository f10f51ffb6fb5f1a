/** Rules that shape what arrives: summed presynaptic variables and short-term plasticity, against step-by-step sums. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { definePlasticity, type PlasticityRule, pairSTDPRule } from "wbe/plasticity";
import { compilePlasticity } from "../../src/compiler/plasticity.js";
import { WbeError } from "../../src/core/errors.js";
import { exp } from "../../src/core/math.js";
import { createPairs, dt, type Synapse } from "./pairs.js";

/** Time constant of ExpCurrent in createPairs, ms. */
const tau = 2;

/**
 * A gating variable of each presynaptic neuron: s decays with tau and saturates at 1. The current of a target is
 * Σ w·s over its synapses, though no target ever looks at s.
 */
const saturating = definePlasticity({
  id: "Saturating",
  source: "made up after Wang 1999, J Neurosci 19:9587, eq. 4 with an instantaneous rise",
  params: { alpha: [0.6, "1"], tau: [tau, "ms"] },
  pre: { states: { s: [0, "1"] }, equations: "ds/dt = -s/tau" },
  post: { states: {}, equations: "" },
  onPre: "s = s + alpha*(1 - s)",
  onPost: "",
  arrival: "w*alpha*(1 - s)",
});

/** u: facilitation, from 0; z: what is spent of the resources. */
const tsodyksMarkram = definePlasticity({
  id: "TsodyksMarkram",
  source: "Markram, Wang & Tsodyks 1998, PNAS 95:5323",
  params: { U: [0.3, "1"], tauF: [50, "ms"], tauD: [30, "ms"] },
  pre: { states: { u: [0, "1"], z: [0, "1"] }, equations: "du/dt = -u/tauF\ndz/dt = -z/tauD" },
  post: { states: {}, equations: "" },
  onPre: "u = u + U*(1 - u); z = z + (u + U*(1 - u))*(1 - z)",
  onPost: "",
  arrival: "w*(u + U*(1 - u))*(1 - z)",
});

const steps = 400;
const train = fc
  .uniqueArray(fc.integer({ min: 1, max: steps }), { maxLength: 40 })
  .map((list) => list.sort((a, b) => a - b));
const network = fc.record({
  pre: fc.array(train, { minLength: 1, maxLength: 3 }),
  picks: fc.array(
    fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 30 }), fc.double({ min: 0.1, max: 5, noNaN: true })),
    { minLength: 1, maxLength: 8 },
  ),
});

/** Current of each of two targets at the end of each step, by the engine. */
async function currents(rule: PlasticityRule, pre: readonly number[][], synapses: readonly Synapse[]) {
  const engine = await createPairs({
    pre,
    post: [[], []],
    synapses,
    axonalFraction: 0,
    plasticity: [{ rule: rule as never }],
  });
  await engine.run({ duration: (steps + 40) * dt });
  const { data, neurons } = engine.recorded("ExpCurrent.i");
  return (step: number, target: number): number => data[step * neurons.length + target]!;
}

/** Largest difference over all steps, relative to the largest current: arrivals are single precision. */
async function compare(
  rule: PlasticityRule,
  { pre, picks }: { pre: number[][]; picks: [number, number, number, number][] },
  quantity: (train: readonly number[]) => (step: number) => number,
): Promise<number> {
  const synapses = picks.map(([source, target, delay, weight]) => ({
    source: source % pre.length,
    target: target % 2,
    delay,
    weight,
  }));
  const found = await currents(rule, pre, synapses);
  const quantities = pre.map(quantity);
  let [worst, largest] = [0, 1e-9];
  for (let step = 0; step <= steps + 30; step++) {
    for (const target of [0, 1]) {
      let sum = 0;
      for (const s of synapses) {
        // What is emitted at step k arrives at the start of the step from k + delay on.
        if (s.target === target) sum += s.weight * quantities[s.source]!(step - s.delay);
      }
      worst = Math.max(worst, Math.abs(found(step, target) - sum));
      largest = Math.max(largest, Math.abs(sum));
    }
  }
  return worst / largest;
}

const seed = 20240602;

describe("a rule that says what arrives", () => {
  it("makes the targets' current the sum of a saturating variable of the presynaptic neurons", async () => {
    const gating = (train: readonly number[]) => {
      const fires = new Set(train);
      const s = [0];
      for (let k = 1; k <= steps + 40; k++) {
        const decayed = s[k - 1]! * exp(-dt / tau);
        s.push(fires.has(k) ? decayed + 0.6 * (1 - decayed) : decayed);
      }
      // One step later: the arrival is added first, then decays over that step.
      return (step: number): number => (step < 1 ? 0 : s[step - 1]! * exp(-dt / tau));
    };
    await fc.assert(
      fc.asyncProperty(network, async (given) => {
        expect(await compare(saturating, given, gating)).toBeLessThan(3e-7 * 10);
      }),
      { numRuns: 25, seed },
    );
  });

  it("depresses and facilitates as Tsodyks and Markram's synapse", async () => {
    const release = (train: readonly number[]) => {
      const fires = new Set(train);
      let [u, x] = [0, 1];
      const current = [0];
      for (let k = 1; k <= steps + 40; k++) {
        u *= exp(-dt / 50);
        x = 1 - (1 - x) * exp(-dt / 30);
        let sent = 0;
        if (fires.has(k)) {
          u += 0.3 * (1 - u);
          sent = u * x;
          x -= sent;
        }
        current.push(current[k - 1]! * exp(-dt / tau) + sent);
      }
      return (step: number): number => (step < 1 ? 0 : current[step - 1]! * exp(-dt / tau));
    };
    await fc.assert(
      fc.asyncProperty(network, async (given) => {
        expect(await compare(tsodyksMarkram, given, release)).toBeLessThan(3e-7 * 10);
      }),
      { numRuns: 25, seed },
    );
  });

  it("reads the weight that the other rules of the projection leave, and traces just before the spike", async () => {
    const synapses = [{ source: 0, target: 0, delay: 5, weight: 10 }];
    const pre = [[10, 60, 90]];
    const engine = await createPairs({
      pre,
      post: [[20, 70], []],
      synapses,
      axonalFraction: 0,
      plasticity: [
        { rule: "PairSTDP", params: { wMax: 20, AMinus: 0.4, APlus: 0.3 } },
        { rule: saturating as never },
      ].map((spec) => (spec.rule === "PairSTDP" ? { ...spec, rule: pairSTDPRule as never } : spec)),
    });
    const weights: number[] = [];
    for (const [k, spike] of pre[0]!.entries()) {
      await engine.run({ duration: (spike - (pre[0]![k - 1] ?? 0)) * dt + (k === 0 ? 0.1 : 0) });
      weights.push(engine.weights("plastic").data[0]!);
    }
    expect(new Set(weights).size).toBeGreaterThan(1);
    await engine.run({ duration: 3 });
    const { data, neurons } = engine.recorded("ExpCurrent.i");
    let s = 0;
    pre[0]!.forEach((spike, k) => {
      s *= k === 0 ? 0 : exp((-dt * (spike - pre[0]![k - 1]!)) / tau);
      const jump = data[(spike + 6) * neurons.length]! / exp(-dt / tau) - data[(spike + 5) * neurons.length]!;
      expect(Math.abs(jump / (weights[k]! * 0.6 * (1 - s)) - 1)).toBeLessThan(1e-5);
      s += 0.6 * (1 - s);
    });
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ["in another unit", { arrival: "alpha" }, "DIMENSION", /arrival/],
    ["of an unknown trace", { arrival: "w*y" }, "NAME_UNKNOWN", /"y".*arrival of plasticity rule "Saturating"/],
    ["that is a statement", { arrival: "w = 1" }, "SYNTAX", /expected an operator/],
    ["that is no text", { arrival: 3 }, "MODEL_INVALID", /expected text for arrival/],
    ["misspelt", { arival: "w" }, "MODEL_INVALID", /unknown field "arival"/],
    [
      "beside bounds that are no parameters",
      { bounds: { min: "a", max: "b" } },
      "MODEL_INVALID",
      /name of a parameter/,
    ],
    ["without equations", { pre: { states: {} } }, "MODEL_INVALID", /expected text for equations/],
  ])("%s is refused", (_, part, code, message) => {
    try {
      compilePlasticity([{ ...saturating, ...part } as PlasticityRule], "pA");
    } catch (error) {
      expect(error).toBeInstanceOf(WbeError);
      expect((error as WbeError).code).toBe(code);
      expect((error as WbeError).message).toMatch(message);
      return;
    }
    expect.unreachable("the rule was accepted");
  });

  it("stands alone on its projection", () => {
    expect(() => compilePlasticity([saturating, tsodyksMarkram], "pA")).toThrow(/2 rules say what arrives/);
  });
});
