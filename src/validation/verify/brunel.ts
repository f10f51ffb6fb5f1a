/** Brunel 2000 in its four states beside several draws of NEST, beside the paper's table and beside its theory. @module */
import type { LongCallOptions } from "../../core/progress.js";
import { type BrunelRegime, brunel2000, brunelRegimes, brunelStationaryRate } from "../papers/brunel-2000.js";
import { besideDraws, besidePeer, drawActivities, type PeerSamples, sampleMeasure } from "./activities.js";
import { type FigureCheck, within } from "./verify.js";

/**
 * The theory is computed here to its last printed digit. The simulations' rates (60.7, 37.7 and 5.5 Hz in fig. 8 B, C and D)
 * are quoted as they are cited; the article itself was not at hand.
 */
const brunelSource = "Brunel 2000, J Comput Neurosci 8:183, table 1";

interface BrunelState {
  readonly regime: BrunelRegime;
  readonly scale?: number;
  /** ms. */
  readonly duration?: number;
  /** Draws here, of network and input: seeds 1, 2, … */
  readonly draws: number;
  /** Excitatory neurons in NEST 3.10. */
  readonly nest: PeerSamples;
  /** Hz, as printed: the paper's simulation, its theory, and the frequency of the global oscillation. */
  readonly paper?: { readonly simulated: number; readonly theory: number; readonly frequency?: number };
}

const sample = (n: number) => (mean: number, sd: number) => ({ n, mean, sd });
const [six, eight] = [sample(6), sample(8)];

const brunelStates: readonly BrunelState[] = [
  {
    regime: "SI fast",
    draws: 5,
    nest: { rate: six(59.416, 0.56726), cv: six(0.81567, 0.041076), synchrony: six(433.44, 44.498) },
    paper: { simulated: 60.7, theory: 55.8, frequency: 180 },
  },
  {
    regime: "AI",
    draws: 6,
    nest: { rate: six(38.139, 0.12656), cv: six(0.4233, 0.0012945), synchrony: six(97.063, 7.7293) },
    paper: { simulated: 37.7, theory: 38.0 },
  },
  {
    regime: "SI slow",
    draws: 8,
    nest: { rate: eight(5.9977, 0.40311), cv: eight(0.57344, 0.015408), synchrony: eight(202.66, 39.129) },
    paper: { simulated: 5.5, theory: 6.5, frequency: 22 },
  },
  // "Almost fully synchronized", at a scale that takes a second.
  {
    regime: "SR",
    scale: 0.4,
    duration: 400,
    draws: 5,
    nest: { rate: six(333.09, 1.332), cv: six(0.0063035, 0.0018519), synchrony: six(670.03, 16.489) },
  },
];

export const brunelFigures: FigureCheck[] = brunelStates.flatMap(
  ({ regime, scale = 1, duration, draws, nest, paper }) => {
    const size = scale === 1 ? "12,500 neurons, 15.6 million synapses" : `scale ${scale}`;
    const where = `in the ${regime} state (g ${brunelRegimes[regime].g}, external rate ${brunelRegimes[regime].eta}), ${size}`;
    const runs = drawActivities((seed) => brunel2000({ regime, scale, duration, seed }), draws);
    const besideNest = besideDraws({ id: `brunel-${slug(regime)}`, where, peer: "NEST 3.10", draws }, runs, nest);
    if (!paper) return besideNest;
    const { simulated, theory, frequency } = paper;
    const mean = async (measure: "rate" | "frequency", options: LongCallOptions): Promise<number> =>
      (await sampleMeasure(runs, measure, options)).mean;
    const beside: FigureCheck[] = [
      {
        id: `brunel-theory-${slug(regime)}`,
        what: `rate (Hz) of the stationary state in the diffusion limit, ${regime}`,
        source: `${brunelSource}, theory`,
        // Half a unit of the last printed digit.
        check: async () => within(brunelStationaryRate(brunelRegimes[regime]), theory, 0.051),
      },
      {
        id: `brunel-paper-${slug(regime)}-rate`,
        what: `rate (Hz) ${where}`,
        source: `${brunelSource}, simulation`,
        isSlow: true,
        // The paper's is one draw, of a length that it does not say.
        check: async (options) => besidePeer(await mean("rate", options), { mean: simulated, sd: nest.rate.sd }),
      },
    ];
    if (frequency !== undefined) {
      beside.push({
        id: `brunel-paper-${slug(regime)}-frequency`,
        what: `frequency (Hz) of the global oscillation ${where}`,
        source: `${brunelSource}, simulation`,
        isSlow: true,
        // The spectrum is resolved to 5 Hz and its peak is some 10 Hz wide.
        check: async (options) => within(await mean("frequency", options), frequency, 10),
      });
    }
    return [...beside, ...besideNest];
  },
);

function slug(regime: BrunelRegime): string {
  return regime.toLowerCase().replace(" ", "-");
}
