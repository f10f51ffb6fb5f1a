/**
 * Tables of the FlyWire connectome → a wiring that `shiu2024` of wbe/validation runs. Two kinds are read, by their columns:
 *
 * - FlyWire's own (Codex, "connections"): pre_root_id, post_root_id, syn_count, nt_type, further columns ignored. One row per
 *   pair and neuropil; each stays a connection of its own.
 * - the published model's (github.com/philshiu/Drosophila_brain_model): Presynaptic_ID, Postsynaptic_ID, Connectivity, and
 *   Excitatory or "Excitatory x Connectivity"; with Completeness_783.csv as the list of neurons.
 *
 * Root ids have 18 digits, more than a double holds; they are read as whole 64-bit numbers and kept as such.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { LongCallOptions } from "../core/progress.js";
import { suggestName } from "../core/suggestion.js";
import type { CsvRow } from "../io/csv.js";
import type { Source } from "../io/format.js";
import { readTable } from "../io/table.js";
import { GrowingArray, IdIndex } from "./id-index.js";
import type { SignedWiring } from "./signed-wiring.js";

export interface FlyWireOptions extends LongCallOptions {
  /** Table of connections, as CSV, CSV in gzip, Parquet or Arrow. Not closed. */
  connections: Source;
  /**
   * Table of neurons, whose first column or column root_id is the id; it decides which neurons there are and their order.
   * Without it, neurons are those with connections, by ascending id. Not closed.
   */
  neurons?: Source;
  /**
   * What decides the sign where the table gives transmitters. "neuron" (default): the transmitter of most of a neuron's
   * synapses, as in Shiu et al. 2024; "connection": that of each row.
   */
  sign?: "neuron" | "connection";
}

export interface FlyWireWiring extends SignedWiring {
  /** Root id of each neuron. */
  readonly rootIds: BigUint64Array;
  /** What was found in the tables and may matter, such as rows without a transmitter. */
  readonly warnings: readonly string[];
  /** Index of a root id, given as text or bigint. @throws WbeError NAME_UNKNOWN, ARGUMENT for what is no id. */
  indexOf(rootId: string | bigint): number;
}

/** Shiu et al. 2024, Methods: GABA and glutamate inhibit, all other transmitters excite. */
const transmitterSigns: Readonly<Record<string, 1 | -1>> = {
  ACH: 1,
  DA: 1,
  OCT: 1,
  SER: 1,
  GABA: -1,
  GLUT: -1,
};

/**
 * Reads tables of any size as a stream. `onProgress` counts bytes of the table of connections.
 *
 * @throws WbeError FORMAT naming file, line and value for an id, count or transmitter that is none, a neuron that is not in
 * the list, or missing columns; EMPTY_INPUT without connections; FILE, CANCELLED.
 */
export async function readFlyWire(options: FlyWireOptions): Promise<FlyWireWiring> {
  const { connections, neurons, sign = "neuron", signal, onProgress } = options;
  const ids = new IdIndex();
  if (neurons) await readNeurons(neurons, ids, options);
  const reader = new ConnectionReader(connections.name, ids, neurons?.name);
  await readTable(connections, reader, { signal, onProgress });
  if (reader.source.length === 0) {
    throw new WbeError("EMPTY_INPUT", "expected connections, found none", { where: connections.name });
  }
  const source = reader.source.take();
  const target = reader.target.take();
  const synapses = reader.synapses.take();
  const warnings: string[] = [];
  if (reader.unsigned.length > 0) signByTransmitter(reader, ids.size, source, synapses, sign, warnings);
  const rootIds = ids.take();
  const wiring = { nNeurons: rootIds.length, source, target, synapses, rootIds, warnings };
  if (!neurons) sortById(wiring);
  return { ...wiring, indexOf: makeIndexOf(wiring.rootIds, connections.name) };
}

async function readNeurons(source: Source, ids: IdIndex, { signal }: LongCallOptions): Promise<void> {
  let column = 0;
  await readTable(
    source,
    {
      header(names) {
        column = Math.max(0, names.indexOf("root_id"));
      },
      row(row) {
        readId(row, column, source.name);
        const before = ids.size;
        if (ids.add(row.upper, row.lower) !== before) {
          throw fault(
            source.name,
            row,
            "an id that is new",
            row.text(column),
            "Each neuron must stand in the list once.",
          );
        }
      },
    },
    { signal },
  );
  if (ids.size === 0) throw new WbeError("EMPTY_INPUT", "expected neurons, found none", { where: source.name });
}

/** Columns by the names of the two kinds of tables. */
const columnNames = {
  pre: ["pre_root_id", "Presynaptic_ID"],
  post: ["post_root_id", "Postsynaptic_ID"],
  count: ["syn_count", "Connectivity"],
  transmitter: ["nt_type"],
  sign: ["Excitatory"],
  signed: ["Excitatory x Connectivity"],
} as const;

class ConnectionReader {
  readonly source = new GrowingArray(Uint32Array);
  readonly target = new GrowingArray(Uint32Array);
  readonly synapses = new GrowingArray(Int32Array);
  /** Transmitter's sign of each row where the table gives transmitters: 1, −1 or 0 where it gives none. */
  readonly unsigned = new GrowingArray(Int8Array);
  private at = { pre: -1, post: -1, count: -1, transmitter: -1, sign: -1, signed: -1 };
  private readonly known = new Map(Object.entries(transmitterSigns));

  constructor(
    private readonly file: string,
    private readonly ids: IdIndex,
    private readonly listName: string | undefined,
  ) {}

  header(names: readonly string[]): void {
    const find = (choices: readonly string[]): number => names.findIndex((name) => choices.includes(name));
    for (const key of Object.keys(this.at) as (keyof typeof this.at)[]) this.at[key] = find(columnNames[key]);
    const { pre, post, count, transmitter, sign, signed } = this.at;
    const hasSign = signed >= 0 || (count >= 0 && (transmitter >= 0 || sign >= 0));
    if (pre >= 0 && post >= 0 && hasSign) return;
    throw new WbeError(
      "FORMAT",
      `expected columns of a FlyWire table, found ${names.map((n) => `"${n}"`).join(", ")}`,
      {
        where: `${this.file}, line 1`,
        remedy:
          'Either pre_root_id, post_root_id, syn_count and nt_type, or Presynaptic_ID, Postsynaptic_ID and "Excitatory x Connectivity".',
      },
    );
  }

  row(row: CsvRow): void {
    const { at } = this;
    this.source.push(this.neuron(row, at.pre));
    this.target.push(this.neuron(row, at.post));
    if (at.signed >= 0) {
      const signed = row.integer(at.signed);
      if (!isCount(Math.abs(signed)))
        throw fault(this.file, row, "a whole number of synapses other than 0", row.text(at.signed));
      this.synapses.push(signed);
      return;
    }
    const count = row.integer(at.count);
    if (!isCount(count)) throw fault(this.file, row, "a whole number of synapses above 0", row.text(at.count));
    if (at.sign >= 0) {
      const sign = row.integer(at.sign);
      if (sign !== 1 && sign !== -1) throw fault(this.file, row, "1 or -1 (excitatory, inhibitory)", row.text(at.sign));
      this.synapses.push(sign * count);
      return;
    }
    const name = row.text(at.transmitter).trim().toUpperCase();
    const sign = name === "" || name === "NAN" ? 0 : this.known.get(name);
    if (sign === undefined) {
      const remedy = suggestName(name, [...this.known.keys()]);
      throw fault(this.file, row, `a transmitter of ${[...this.known.keys()].join(", ")}, or none`, name, remedy);
    }
    this.synapses.push(count);
    this.unsigned.push(sign);
  }

  private neuron(row: CsvRow, column: number): number {
    readId(row, column, this.file);
    if (this.listName === undefined) return this.ids.add(row.upper, row.lower);
    const index = this.ids.find(row.upper, row.lower);
    if (index >= 0) return index;
    throw fault(
      this.file,
      row,
      `a neuron of ${this.listName}`,
      row.text(column),
      "Both tables must be of one snapshot; or leave the list out.",
    );
  }
}

const isCount = (count: number): boolean => count >= 1 && count <= 0x7fffffff;

function readId(row: CsvRow, column: number, file: string): void {
  if (row.readId(column)) return;
  const text = row.text(column);
  const isRounded = /^\d+(\.\d+)?e\+?\d+$/i.test(text) || /^\d+\.0*$/.test(text);
  throw fault(
    file,
    row,
    "a root id, a whole number",
    text,
    isRounded
      ? "The ids were rounded to floating-point numbers by a spreadsheet or a program; export them as integers or text."
      : undefined,
  );
}

function fault(file: string, row: CsvRow, expected: string, found: string, remedy?: string): WbeError {
  return new WbeError("FORMAT", `expected ${expected}, found "${found}"`, {
    where: `${file}, line ${row.line}`,
    remedy,
  });
}

function signByTransmitter(
  { unsigned }: ConnectionReader,
  nNeurons: number,
  source: Uint32Array,
  synapses: Int32Array,
  sign: "neuron" | "connection",
  warnings: string[],
): void {
  const signs = unsigned.take();
  const votes = new Float64Array(nNeurons);
  if (sign === "neuron") for (let e = 0; e < signs.length; e++) votes[source[e]!]! += signs[e]! * synapses[e]!;
  let unknown = 0;
  for (let e = 0; e < signs.length; e++) {
    const decisive = sign === "neuron" ? votes[source[e]!]! : signs[e]!;
    if (decisive === 0) unknown++;
    if (decisive < 0) synapses[e] = -synapses[e]!;
  }
  if (unknown > 0) {
    warnings.push(
      `${unknown} of ${signs.length} connections have no transmitter${sign === "neuron" ? " that most synapses of their neuron agree on" : ""}; they are taken to excite`,
    );
  }
}

/** Renumbers neurons by ascending id. */
function sortById(wiring: { source: Uint32Array; target: Uint32Array; rootIds: BigUint64Array }): void {
  const { rootIds, source, target } = wiring;
  const order = Uint32Array.from(rootIds, (_, i) => i).sort((a, b) => (rootIds[a]! < rootIds[b]! ? -1 : 1));
  const place = new Uint32Array(order.length);
  order.forEach((old, i) => {
    place[old] = i;
  });
  wiring.rootIds = rootIds.slice().sort();
  for (const column of [source, target]) for (let e = 0; e < column.length; e++) column[e] = place[column[e]!]!;
}

function makeIndexOf(rootIds: BigUint64Array, file: string): (rootId: string | bigint) => number {
  let table: Map<bigint, number> | undefined;
  return (rootId) => {
    if (typeof rootId === "string" && !/^\d{1,20}$/.test(rootId)) {
      throw new WbeError("ARGUMENT", `expected a root id as digits or bigint, found "${rootId}"`);
    }
    table ??= new Map(Array.from(rootIds, (id, i) => [id, i]));
    const index = table.get(BigInt(rootId));
    if (index !== undefined) return index;
    throw new WbeError("NAME_UNKNOWN", `no neuron with root id ${rootId}`, {
      where: file,
      remedy: "Root ids change with each snapshot; take those of the snapshot of the table.",
    });
  };
}
