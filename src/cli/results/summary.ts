/**
 * What came out, in a sentence or two.
 *
 * @module
 */
import type { RunResults } from "./results.js";

export function summarise(results: RunResults): string {
  const { connectome, spikes, measures, validation, morphologies, figures, values } = results;
  const parts: string[] = [];
  if (morphologies.length > 0)
    parts.push(`${morphologies.length} ${morphologies.length === 1 ? "morphology" : "morphologies"}.`);
  if (connectome) {
    parts.push(
      `${count(connectome.nodes.ids.length, "neuron")} joined by ${count(connectome.synapses.source.length, "synapse")}.`,
    );
  }
  if (spikes) {
    const ms = (spikes.stopStep - spikes.startStep) * spikes.dt;
    const rate = (1000 * spikes.step.length) / spikes.nNeurons / ms;
    parts.push(
      `${count(spikes.step.length, "spike")} of ${count(spikes.nNeurons, "neuron")} in ${Number(ms.toPrecision(6))} ms (${rate.toPrecision(3)} Hz).`,
    );
  }
  const measured = measures.map(({ name, measured: { value, unit } }) => {
    return `${name} = ${Number.isFinite(value) ? value.toPrecision(3) : "no value"}${unit === "1" ? "" : ` ${unit}`}`;
  });
  if (validation) measured.push(`fidelity ${(100 * validation.summaryScore).toFixed(0)} %`);
  if (measured.length > 0) parts.push(`${measured.join(", ")}.`);
  if (figures.length + values.length > 0)
    parts.push(`${count(figures.length, "further figure")}, ${count(values.length, "value")}.`);
  return parts.length > 0 ? parts.join(" ") : "The script exported nothing that a report shows.";
}

const count = (n: number, noun: string): string => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
