/**
 * A virtual TMS pulse: the same network run again with current pulses into chosen neurons, ready for PCI.
 *
 * @module
 */
import { requireInteger, requirePositive, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import type { LongCallOptions } from "../core/progress.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { parseQuantity } from "../core/units.js";
import type { NetworkDescription, Quantity, StimulusSpec } from "../simulation/description.js";
import { SimulationEngine } from "../simulation/engine.js";
import type { EngineOptions } from "../simulation/engine-assembly.js";
import type { PciInput } from "./pci.js";

export interface VirtualPulseOptions extends LongCallOptions {
  /** In the unit of the stimulated model's input I: uA/cm2 for HodgkinHuxley, pA for the others. */
  amplitude: Quantity;
  /** ms, default 5. */
  duration?: Quantity;
  /** Trials in one run, default 20. */
  trials?: number;
  /** ms between pulses, default 800: a baseline of 400, a response of 300 and a rest. */
  interval?: number;
  /** Part of each population that is stimulated, chosen by the description's seed; default 0.2. */
  fraction?: number;
  /** Populations stimulated; all by default. */
  populations?: readonly string[];
  /** Models that are not in wbe's catalogue. */
  catalogue?: EngineOptions["catalogue"];
}

/**
 * Runs the network of `subject` (an engine or a description) for `trials` intervals with a pulse in each, without
 * plasticity, so that all trials meet the same network.
 *
 * @throws WbeError ARGUMENT for an option outside its range, NAME_UNKNOWN for a population that does not exist.
 * Source: Casali et al. 2013, Sci Transl Med 5:198ra105 (the pulse is theirs, the network is a model).
 * @example
 * const input = await deliverVirtualPulses(engine, { amplitude: "30 uA/cm2" });
 * const pci = new PerturbationalComplexityIndex().compute(input);
 */
export async function deliverVirtualPulses(
  subject: NetworkDescription | { readonly description: NetworkDescription },
  options: VirtualPulseOptions,
): Promise<PciInput> {
  const network = "description" in subject ? subject.description : subject;
  const { amplitude, duration = 5, trials = 20, interval = 800, fraction = 0.2, signal, onProgress } = options;
  requireInteger(trials, 1, 100_000, "trials");
  requirePositive(interval, "interval");
  requireWithin(fraction, 0, 1, "fraction");
  const names = network.populations.map(({ name }) => name);
  const targets = options.populations ?? names;
  const unknown = targets.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new WbeError("NAME_UNKNOWN", `unknown population "${unknown}"`, {
      where: "virtual pulse",
      remedy: `There are ${names.join(", ")}.`,
    });
  }
  const times = Array.from({ length: trials }, (_, k) => (k + 0.5) * interval);
  const pulses = targets.flatMap((population) => {
    const index = names.indexOf(population);
    const { size } = network.populations[index]!;
    const count = Math.max(1, Math.round(fraction * size));
    const neurons = [...new RandomStream(network.seed, Stream.sampling, index).choose(size, count)].sort(
      (a, b) => a - b,
    );
    return times.map(
      (start): StimulusSpec => ({
        kind: "pulse",
        population,
        neurons,
        amplitude,
        start,
        duration: parseQuantity(duration, "ms"),
      }),
    );
  });
  const engine = await SimulationEngine.fromDescription(
    {
      ...network,
      duration: trials * interval,
      projections: network.projections.map(({ plasticity: _, ...fixed }) => fixed),
      stimuli: [...network.stimuli, ...pulses],
      recorders: [{ kind: "spikes" }],
    },
    { catalogue: options.catalogue },
  );
  await engine.run({ signal, onProgress });
  return { spikes: engine.spikes(), perturbationTimes: times };
}
