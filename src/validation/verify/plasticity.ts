/** Plasticity: one pair of spikes, on which side the delay lies, and coincidence. @module */
import { plasticityRules } from "../../plasticity/index.js";
import { SimulationEngine } from "../../simulation/index.js";
import { learningFigures } from "./learning.js";
import { type FigureCheck, type VerifyArea, within } from "./verify.js";

const source =
  "Morrison, Diesmann & Gerstner 2008, Biol Cybern 98:459; Δ = (t_post + d_dend) − (t_pre + d_ax), nothing at Δ = 0";

/** A pulse on the step before makes a cell fire at exactly this time (ms). */
const firing = (population: string, time: number) =>
  ({ kind: "spikes", population, times: [time - 0.1], weight: 25, synapse: "Pulse" }) as const;

/** [axonal, dendritic delay (ms), weight change of a pre spike at 10 ms and a post spike at 12 ms] */
const cases = [
  [5, 0, -0.0103284957],
  [0, 5, 0.0070468809],
  [2, 0, 0],
  [1, 1, 0.0090483742],
  [0, 1, 0.01 * Math.exp(-3 / 20)],
] as const;

export const plasticityArea: VerifyArea = {
  area: "plasticity",
  figures: [
    ...cases.map(
      ([axonal, dendritic, expected]): FigureCheck => ({
        id: `pair-axonal-${axonal}-dendritic-${dendritic}`,
        what: `weight change of one spike pair (10 and 12 ms), ${axonal} ms of delay in the axon, ${dendritic} ms in the dendrite, read at 100 ms`,
        source,
        check: async ({ signal }) => {
          const delay = axonal + dendritic;
          const engine = await SimulationEngine.fromDescription(
            {
              version: 1,
              seed: 1,
              dt: 0.1,
              duration: 100,
              populations: [
                { name: "pre", model: "LIF", size: 1 },
                { name: "post", model: "LIF", size: 1 },
              ],
              projections: [
                {
                  name: "pair",
                  from: "pre",
                  to: "post",
                  synapse: "ExpCurrent",
                  rule: { kind: "one-to-one" },
                  weight: 0.5,
                  delay,
                  axonalFraction: axonal / delay,
                  plasticity: [
                    { rule: "PairSTDP", params: { APlus: 0.01, AMinus: 0.012, tauPlus: 20, tauMinus: 20, wMax: 1 } },
                  ],
                },
              ],
              stimuli: [firing("pre", 10), firing("post", 12)],
              recorders: [{ kind: "spikes" }],
            },
            { catalogue: { rules: plasticityRules } },
          );
          await engine.run({ signal });
          const fired = Array.from(engine.spikes().step).join(" ");
          if (fired !== "100 120") throw new Error(`expected spikes at steps 100 and 120, found ${fired}`);
          // Half of the last digit given, and the rounding of a weight kept in single precision.
          return within(engine.weights("pair").data[0]! - 0.5, expected, 1e-7);
        },
      }),
    ),
    ...learningFigures,
  ],
};
