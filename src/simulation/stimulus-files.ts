/**
 * Spike times of files put into a description, so that what is built, hashed and recorded in a manifest has them whole.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { Source } from "../io/format.js";
import { readSpikeTimes } from "../io/spike-times.js";
import type { NetworkDescription } from "./description.js";

/** Opens a file that a description names. */
export type OpenFile = (file: string) => Promise<Source>;

/**
 * The description with `times` and `indices` where it named files.
 *
 * @throws WbeError UNSUPPORTED without a way to open files, ARGUMENT for a neuron beyond the population, naming file and
 * line, and what opening and reading throw.
 */
export async function readStimulusFiles(
  description: NetworkDescription,
  openFile: OpenFile | undefined,
): Promise<NetworkDescription> {
  const stimuli = await Promise.all(
    description.stimuli.map(async (stimulus, k) => {
      if (stimulus.kind !== "spikes" || stimulus.file === undefined) return stimulus;
      const { file, firstIndex = 0, ...rest } = stimulus;
      if (!openFile) {
        throw new WbeError("UNSUPPORTED", `there is no way to open the file "${file}"`, {
          where: `stimulus ${k} (spikes)`,
          remedy: "Build the engine with the option openFile, or give times and indices.",
        });
      }
      const source = await openFile(file);
      try {
        const { time, neuron, line } = await readSpikeTimes(source);
        const size = description.populations.find(({ name }) => name === stimulus.population)?.size ?? Infinity;
        const outside = neuron.findIndex((i) => i < firstIndex || i >= firstIndex + size);
        if (outside >= 0) {
          const found = `expected neurons from ${firstIndex} to ${firstIndex + size - 1}, found ${neuron[outside]}`;
          throw new WbeError("ARGUMENT", found, {
            where: `${source.name}:${line![outside]}, stimulus ${k} on "${stimulus.population}"`,
            remedy: "firstIndex says what the file calls the first neuron of the population.",
          });
        }
        return { ...rest, times: time, indices: neuron.map((i) => i - firstIndex) };
      } finally {
        await source.close();
      }
    }),
  );
  return { ...description, stimuli };
}
