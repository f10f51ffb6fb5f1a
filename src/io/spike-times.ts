/**
 * Spike times as text: one spike a line, a time and a neuron, as people write them by hand, with `numpy.savetxt`, and as
 * NEST's ASCII recordings hold them.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { baseName, type Format, readText, type Source, writeText } from "./format.js";

/** Spikes in the order of the file. */
export interface SpikeTable {
  name: string;
  /** ms. */
  time: Float64Array;
  neuron: Uint32Array;
  /** Line of each spike in the file, from 1: for messages. Absent where there is no file. */
  line?: Uint32Array;
}

/** What columns are called, and ms per unit of a time. */
const timeNames: Readonly<Record<string, number>> = {
  time: 1,
  times: 1,
  t: 1,
  time_ms: 1,
  t_ms: 1,
  "time(ms)": 1,
  "t(ms)": 1,
  time_s: 1000,
  t_s: 1000,
  "time(s)": 1000,
  "t(s)": 1000,
};
const neuronNames = new Set([
  "neuron",
  "neurons",
  "index",
  "indices",
  "i",
  "id",
  "sender",
  "senders",
  "node_id",
  "gid",
]);

interface Columns {
  readonly time: number;
  readonly neuron: number;
  readonly scale: number;
}

const separator = /\s*[,;]\s*|\s+/;
const split = (line: string): string[] => line.trim().replace(/[,;]$/, "").split(separator);
const isComment = (line: string): boolean => /^\s*(?:#|%|\/\/|$)/.test(line);

/** The columns that a line of words names; undefined when it is not a header. */
function readHeader(words: readonly string[]): Columns | undefined {
  const names = words.map((word) => word.toLowerCase().replace(/[[\]"']/g, (c) => ({ "[": "(", "]": ")" })[c] ?? ""));
  const time = names.findIndex((name) => Object.hasOwn(timeNames, name));
  const neuron = names.findIndex((name) => neuronNames.has(name));
  return time < 0 || neuron < 0 ? undefined : { time, neuron, scale: timeNames[names[time]!]! };
}

/**
 * Reads spikes. Columns are separated by white space, commas or semicolons; `#`, `%` and `//` begin comments. Without a
 * header that names the columns (`time`, `time_ms`, `time_s`, …; `neuron`, `sender`, `index`, …) the first is the time in
 * ms, the second the neuron; in a `.gdf` file of NEST the other way round.
 *
 * @throws WbeError FORMAT naming file and line: what is no number, a time below 0, a neuron that is no whole number.
 */
export async function readSpikeTimes(source: Source): Promise<SpikeTable> {
  const { text } = await readText(source);
  const isGdf = /\.gdf$/i.test(source.name);
  let columns: Columns = isGdf ? { time: 1, neuron: 0, scale: 1 } : { time: 0, neuron: 1, scale: 1 };
  const time: number[] = [];
  const neuron: number[] = [];
  const lines: number[] = [];
  let number = 0;
  for (let at = 0; at < text.length; number++) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
    const where = (): string => `${source.name}:${number + 1}`;
    if (isComment(line)) continue;
    const words = split(line);
    if (time.length === 0 && Number.isNaN(Number(words[0]))) {
      const header = readHeader(words);
      if (!header) {
        throw new WbeError(
          "FORMAT",
          `expected a time and a neuron, or their names, found "${line.trim().slice(0, 60)}"`,
          {
            where: where(),
            remedy: "Name the columns, e.g. time_ms and neuron.",
          },
        );
      }
      columns = header;
      continue;
    }
    const [given, index] = [words[columns.time], words[columns.neuron]];
    const t = given === undefined || given === "" ? Number.NaN : Number(given) * columns.scale;
    if (!(t >= 0 && Number.isFinite(t))) {
      throw new WbeError("FORMAT", `expected a time of at least 0 ms, found ${given ? `"${given}"` : "nothing"}`, {
        where: where(),
      });
    }
    const i = index === undefined || index === "" ? Number.NaN : Number(index);
    if (!(Number.isInteger(i) && i >= 0 && i <= 0xffffffff)) {
      throw new WbeError("FORMAT", `expected a neuron (whole, from 0), found ${index ? `"${index}"` : "nothing"}`, {
        where: where(),
      });
    }
    time.push(t);
    neuron.push(i);
    lines.push(number + 1);
  }
  return {
    name: baseName(source.name),
    time: Float64Array.from(time),
    neuron: Uint32Array.from(neuron),
    line: Uint32Array.from(lines),
  };
}

export const spikeTimesFormat: Format<SpikeTable> = {
  id: "spike-times",
  title: "spike times as text",
  category: "recording",
  extensions: ["txt", "csv", "dat", "gdf"],
  source: "NEST 3 documentation, “Recording from simulations”, ASCII backend",
  loses: ["the name"],
  detect(head, name) {
    if (/\.gdf$/i.test(name)) return true;
    const text = new TextDecoder().decode(head);
    const lines = text.split("\n").slice(0, -1);
    const first = (lines.length > 0 ? lines : [text]).find((line) => !isComment(line));
    if (first === undefined) return false;
    const words = split(first);
    if (readHeader(words)) return true;
    // Numbers alone could be anything: then the name has to say so too.
    return (
      /\.(?:txt|csv|dat)$/i.test(name) && words.length === 2 && words.every((word) => Number.isFinite(Number(word)))
    );
  },
  read: readSpikeTimes,
  async write({ time, neuron }, sink, options = {}) {
    await writeText(() => {
      throwIfCancelled(options.signal, "writing the spikes");
      const rows = ["time_ms\tneuron"];
      for (let k = 0; k < time.length; k++) rows.push(`${time[k]}\t${neuron[k]}`);
      return `${rows.join("\n")}\n`;
    }, sink);
  },
};
