/** After hello-brain: the same network struck by pulses, with PCI and its null. @module */
import { deliverVirtualPulses, PerturbationalComplexityIndex } from "../../consciousness/index.js";
import type { NetworkDescription } from "../../simulation/index.js";
import { nullDistribution, type ReportSection, raster } from "../../validation/index.js";
import type { CommandIO } from "../command.js";

const amplitude = "30 uA/cm2";
const interval = 800;

/** @param trials pulses, one every 800 ms. */
export async function virtualPulseSection(
  description: NetworkDescription,
  trials: number,
  io: CommandIO,
): Promise<{ section: ReportSection; summary: string; warnings: readonly string[] }> {
  const input = await deliverVirtualPulses(description, { amplitude, trials, interval, signal: io.signal });
  const pci = new PerturbationalComplexityIndex({ seed: 1 }).compute(input);
  const measures = [{ name: "PCI (virtual pulse)", measured: pci }];
  return {
    summary: `Struck by ${trials} virtual pulses the same network has PCI = ${pci.value.toFixed(3)}.`,
    section: {
      title: "Virtual pulse",
      text: `The network of hello-brain, weights fixed, receives ${trials} pulses of ${amplitude} and 5 ms into a fifth of its neurons, one every ${interval} ms.`,
      figures: [
        await raster(input.spikes, {
          id: "pulse-raster",
          title: "Spikes around the first pulses",
          window: [0, Math.min(trials, 3) * interval],
          expected: "each pulse is answered within a few ms by the stimulated neurons, then by the network",
        }),
        await nullDistribution(measures, { id: "pulse-null", title: "PCI against surrogate responses" }),
      ],
      measured: measures,
    },
    warnings: pci.warnings,
  };
}
