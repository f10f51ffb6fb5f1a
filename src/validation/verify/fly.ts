/** The random wiring of the fly brain beside the published numbers, and the two ways to run its model. @module */
import { type FlyLikeWiring, flyLikeWiring, flyStatistics as published } from "../../connectome/index.js";
import type { LongCallOptions } from "../../core/progress.js";
import type { SpikeData } from "../../core/spikes.js";
import { shiu2024 } from "../papers/shiu-2024.js";
import { once } from "./activities.js";
import { runNetwork } from "./drive.js";
import { equal, type FigureCheck, within } from "./verify.js";

/** Connections of at least five synapses: those that the published analyses count. */
interface Measures {
  connections: number;
  synapses: number;
  strong: number;
  strongSynapses: number;
  above100: number;
  medianIn: number;
  medianOut: number;
  inhibitory: number;
}

const measures = once(async () => measure(flyLikeWiring()));

function measure({ nNeurons, source, target, synapses, inhibitory }: FlyLikeWiring): Measures {
  const [inDegree, outDegree] = [new Uint32Array(nNeurons), new Uint32Array(nNeurons)];
  const sums = { connections: source.length, synapses: 0, strong: 0, strongSynapses: 0, above100: 0 };
  for (let e = 0; e < source.length; e++) {
    const count = Math.abs(synapses[e]!);
    sums.synapses += count;
    if (count > 100) sums.above100++;
    if (count < 5) continue;
    sums.strong++;
    sums.strongSynapses += count;
    outDegree[source[e]!]!++;
    inDegree[target[e]!]!++;
  }
  const median = (degree: Uint32Array): number => degree.sort()[nNeurons >> 1]!;
  const nInhibitory = inhibitory.reduce((sum, value) => sum + value, 0);
  return { ...sums, medianIn: median(inDegree), medianOut: median(outDegree), inhibitory: nInhibitory / nNeurons };
}

const dorkenwald = "Dorkenwald et al. 2024, Nature 634:124";
/** Degrees are published for intrinsic neurons, whose mean is 20.5; over all neurons it is 19.5. */
const intrinsic = published.connectionsOf5 / published.neurons / published.meanDegree;

const wiringFigures: FigureCheck[] = (
  [
    [
      "connections",
      "pairs of neurons with a synapse",
      published.connections,
      0,
      "Connectivity_783.parquet of Shiu et al. 2024",
      (m) => m.connections,
    ],
    // Standard errors of the sums are 0.05 and 0.06 %.
    ["synapses", "synapses", published.synapses, 0.002 * published.synapses, dorkenwald, (m) => m.synapses],
    [
      "strong",
      "connections of at least 5 synapses",
      published.connectionsOf5,
      0.002 * published.connectionsOf5,
      dorkenwald,
      (m) => m.strong,
    ],
    [
      "strength",
      "mean synapses of connections of at least 5",
      published.meanOf5,
      0.1,
      "Lin et al. 2024, Nature 634:153",
      (m) => m.strongSynapses / m.strong,
    ],
    // The tail of one lognormal number, which was not fitted to it.
    [
      "above-100",
      "connections of more than 100 synapses",
      published.connectionsAbove100,
      0.15 * published.connectionsAbove100,
      dorkenwald,
      (m) => m.above100,
    ],
    [
      "in-degree",
      "median in-degree, at least 5 synapses",
      intrinsic * published.medianInDegree,
      1,
      dorkenwald,
      (m) => m.medianIn,
    ],
    [
      "out-degree",
      "median out-degree, at least 5 synapses",
      intrinsic * published.medianOutDegree,
      1,
      dorkenwald,
      (m) => m.medianOut,
    ],
    [
      "inhibitory",
      "share of inhibitory neurons",
      published.inhibitory,
      0.005,
      "Shiu et al. 2024, Methods",
      (m) => m.inhibitory,
    ],
  ] as const satisfies readonly (readonly [string, string, number, number, string, (m: Measures) => number])[]
).map(([id, what, expected, tolerance, source, read]) => ({
  id: `fly-${id}`,
  what: `${what} in the fly-like wiring of 138,639 neurons`,
  source,
  isSlow: true,
  check: async (options: LongCallOptions) => within(read(await measures(options)), expected, tolerance),
}));

const pairs = ({ step, neuron }: SpikeData): string => Array.from(step, (s, k) => `${s}:${neuron[k]}`).join(" ");

export const flyFigures: readonly FigureCheck[] = [
  ...wiringFigures,
  {
    id: "fly-event-driven",
    what: "spikes of a fly-like brain of 10,000 neurons in 200 ms, from event to event and step by step",
    source: "the two are one model: exact integration (Rotter & Diesmann 1999, Biol Cybern 81:381)",
    isSlow: true,
    check: async (options) => {
      const wiring = flyLikeWiring({ neurons: 10_000 });
      const driven = Array.from({ length: 40 }, (_, k) => 200 * k);
      const [events, steps] = [
        await runNetwork(shiu2024({ wiring, driven, rate: 150, duration: 200 }), options),
        await runNetwork(shiu2024({ wiring, driven, rate: 150, duration: 200, method: "exact" }), options),
      ];
      if (steps.spikes.step.length < 1000)
        return equal(`only ${steps.spikes.step.length} spikes`, "a network that fires");
      const isSame = pairs(events.spikes) === pairs(steps.spikes);
      return equal(
        `${events.spikes.step.length}, ${isSame ? "the same" : "different"}`,
        `${steps.spikes.step.length}, the same`,
      );
    },
  },
];
