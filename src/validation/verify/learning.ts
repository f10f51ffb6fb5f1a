/**
 * Published learning: the frequency dependence of pairing in visual cortex, and inhibition that finds a rate.
 *
 * @module
 */
import { plasticityRules } from "../../plasticity/index.js";
import { SimulationEngine } from "../../simulation/index.js";
import { vogels2011 } from "../papers/vogels-2011.js";
import { type FigureCheck, within } from "./verify.js";

/** [frequency of the pairs (Hz), t_post − t_pre (ms), change in the experiment, its standard error], from memory. */
const pairings = [
  [0.1, 10, -0.04, 0.05],
  [10, 10, 0.14, 0.1],
  [20, 10, 0.29, 0.14],
  [40, 10, 0.53, 0.11],
  [50, 10, 0.56, 0.26],
  [0.1, -10, -0.29, 0.08],
  [10, -10, -0.41, 0.11],
  [20, -10, -0.34, 0.1],
  [40, -10, 0.56, 0.32],
  [50, -10, 0.75, 0.19],
] as const;

/** Relative change of a weight of 1 by 60 pairs of spikes. */
async function pairingChange(frequency: number, delta: number, rule: string): Promise<number> {
  const times = Array.from({ length: 60 }, (_, k) => 20 + (k * 1000) / frequency);
  const onGrid = (list: readonly number[]) => list.map((time) => Math.round(time * 10) / 10);
  const cell = (name: string) => ({ name, model: "LIF", size: 1, params: { tRef: 0, C: 1e6, gL: 5e4 } });
  const train = (population: string, list: readonly number[]) =>
    ({ kind: "spikes", population, times: onGrid(list), weight: 1000, synapse: "Pulse" }) as const;
  const engine = await SimulationEngine.fromDescription(
    {
      version: 1,
      seed: 1,
      dt: 0.1,
      duration: times.at(-1)! + 100,
      populations: [cell("pre"), cell("post")],
      projections: [
        {
          name: "pair",
          from: "pre",
          to: "post",
          synapse: "ExpCurrent",
          rule: { kind: "one-to-one" },
          weight: 1,
          delay: 0.2,
          axonalFraction: 0.5,
          plasticity: [{ rule }],
        },
      ],
      stimuli: [
        train("pre", times),
        train(
          "post",
          times.map((time) => time + delta),
        ),
      ],
      recorders: [],
    },
    { threads: 1, catalogue: { rules: plasticityRules } },
  );
  await engine.run();
  return engine.weights("pair").data[0]! - 1;
}

const pairingFigures = pairings.map(
  ([frequency, delta, measured, error]): FigureCheck => ({
    id: `triplet-pairing-${frequency}-Hz-${delta > 0 ? "pre-post" : "post-pre"}`,
    what: `weight change of 60 pairs at ${frequency} Hz, ${delta} ms, triplet rule (all-to-all, full, visual cortex); within two standard errors of the experiment`,
    source:
      "Sjöström, Turrigiano & Nelson 2001, Neuron 32:1149, as fitted in Pfister & Gerstner 2006, J Neurosci 26:9673 (numbers from memory)",
    isSlow: frequency < 1,
    check: async () => within(await pairingChange(frequency, delta, "TripletSTDP"), measured, 2 * error),
  }),
);

const balance: FigureCheck = {
  id: "inhibition-rate-at-target",
  what: "mean rate (Hz) of 50 cells from 20 to 30 s, whose inhibition learns a target of 5 Hz; above 15 Hz in the first second",
  source:
    "Vogels et al. 2011, Science 334:1569: rates settle at the target of the rule; a reduction without recurrence",
  isSlow: true,
  check: async ({ signal }) => {
    const engine = await SimulationEngine.fromDescription(vogels2011(), {
      threads: 1,
      catalogue: { rules: plasticityRules },
    });
    await engine.run({ signal });
    const late = engine.spikes().step.filter((step) => step > 200_000).length;
    // A fifth: a presynaptic spike makes postsynaptic ones just after it rarer, which the rule makes up for by a higher rate.
    return within(late / 50 / 10, 5, 1);
  },
};

export const learningFigures: readonly FigureCheck[] = [...pairingFigures, balance];
