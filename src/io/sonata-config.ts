/**
 * SONATA configurations: circuit and simulation files in JSON with manifest variables, and the files that they name.
 *
 * @module
 */
import { z } from "zod";
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { throwIfCancelled } from "../core/progress.js";
import { confinePath, type Folder } from "./folder.js";
import { type ReadOptions, readText } from "./format.js";
import { resolveAttribute, type SonataEdges, type SonataFile, type SonataNodes } from "./sonata-data.js";
import { readSonata } from "./sonata-read.js";
import { parseTypeTable, type TypeTable } from "./sonata-types.js";

const json: z.ZodType<unknown> = z.unknown();
const files = (kind: "nodes" | "edges") =>
  z.looseObject({ [`${kind}_file`]: z.string(), [`${kind}_types_file`]: z.string().nullish() });

const configSchema = z.looseObject({
  manifest: z.record(z.string(), z.string()).default({}),
  network: z.string().optional(),
  simulation: z.string().optional(),
  components: z.record(z.string(), json).default({}),
  networks: z
    .object({ nodes: z.array(files("nodes")).default([]), edges: z.array(files("edges")).default([]) })
    .optional(),
  run: z.looseObject({ tstop: z.number().optional(), dt: z.number().optional() }).optional(),
  conditions: z.record(z.string(), json).optional(),
  inputs: z.record(z.string(), z.record(z.string(), json)).default({}),
  reports: z.record(z.string(), z.record(z.string(), json)).default({}),
  output: z.record(z.string(), json).default({}),
  node_sets_file: z.string().optional(),
  target_simulator: z.string().optional(),
});

/** A configuration with its variables replaced; all paths are relative to the root of its folder. */
export interface SonataConfig {
  readonly nodeFiles: readonly { readonly file: string; readonly types?: string }[];
  readonly edgeFiles: readonly { readonly file: string; readonly types?: string }[];
  /** Folders by name: "point_neuron_models_dir", … */
  readonly components: Readonly<Record<string, string>>;
  readonly run: Readonly<Record<string, unknown>> & { readonly tstop?: number; readonly dt?: number };
  readonly conditions: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly reports: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly nodeSetsFile?: string;
  readonly targetSimulator: string;
  /** Folder of the file that names the inputs, for paths in them. */
  readonly base: string;
}

async function readJson(folder: Folder, path: string): Promise<unknown> {
  const source = await folder.open(path);
  try {
    if (source.size > 2 ** 26) throw new WbeError("LIMIT", "expected a configuration below 64 MiB", { where: path });
    const { text } = await readText(source);
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    if (cause instanceof WbeError) throw cause;
    throw new WbeError("FORMAT", `expected JSON, found ${String(cause)}`, { where: path, cause });
  } finally {
    await source.close();
  }
}

/** Replaces $NAME and ${NAME} in every text of a value. */
function substitute(value: unknown, manifest: Readonly<Record<string, string>>, where: string, depth = 0): unknown {
  if (depth > 32) {
    throw new WbeError("FORMAT", "expected manifest variables that end, found a circle", { where });
  }
  if (typeof value === "string") {
    return value.replace(/\$\{?(\w+)\}?/g, (found, name: string) => {
      const given = [`$${name}`, `\${${name}}`, name].find((key) => Object.hasOwn(manifest, key));
      return given === undefined ? found : String(substitute(manifest[given], manifest, where, depth + 1));
    });
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, manifest, where, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, manifest, where, depth + 1)]),
  );
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/**
 * Reads a configuration: of a circuit, of a simulation, or one that names both.
 *
 * @param path relative to the folder.
 * @throws WbeError FORMAT for JSON of another shape, FILE for paths that leave the folder.
 */
export async function readSonataConfig(folder: Folder, path: string, depth = 0): Promise<SonataConfig> {
  const where = `${folder.name}/${path}`;
  if (depth > 4) throw new WbeError("FORMAT", "expected configurations that end, found a circle", { where });
  const raw = await readJson(folder, path);
  const manifest = z.record(z.string(), z.string()).safeParse((raw as { manifest?: unknown } | null)?.manifest ?? {});
  const parsed = configSchema.safeParse(substitute(raw, manifest.data ?? {}, where));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new WbeError("FORMAT", `expected a SONATA configuration: ${issue?.message ?? ""}`, {
      where: `${where}: ${issue?.path.join(".") ?? ""}`,
      cause: parsed.error,
    });
  }
  const config = parsed.data;
  const base = folderOf(path);
  const inside = (relative: string) => confinePath(relative, base, where);
  const parts: SonataConfig[] = [];
  for (const other of [config.network, config.simulation]) {
    if (other !== undefined) parts.push(await readSonataConfig(folder, inside(other), depth + 1));
  }
  const pairs = (kind: "nodes" | "edges") =>
    (config.networks?.[kind] ?? []).map((entry) => {
      const { [`${kind}_file`]: file, [`${kind.slice(0, 4)}_types_file`]: types } = entry as Record<string, unknown>;
      return {
        file: inside(String(file)),
        ...(typeof types === "string" && types !== "NULL" ? { types: inside(types) } : {}),
      };
    });
  const components: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.components)) {
    // Folders that stand outside matter only once something in them is opened.
    if (typeof value === "string") components[name] = `${base}/${value}`;
  }
  const own: SonataConfig = {
    nodeFiles: pairs("nodes"),
    edgeFiles: pairs("edges"),
    components,
    run: config.run ?? {},
    conditions: config.conditions ?? {},
    inputs: config.inputs,
    reports: config.reports,
    output: config.output,
    nodeSetsFile: config.node_sets_file === undefined ? undefined : inside(config.node_sets_file),
    targetSimulator: config.target_simulator ?? "",
    base,
  };
  return parts.reduce(
    (all, part) => ({
      nodeFiles: [...all.nodeFiles, ...part.nodeFiles],
      edgeFiles: [...all.edgeFiles, ...part.edgeFiles],
      components: { ...part.components, ...all.components },
      run: { ...part.run, ...all.run },
      conditions: { ...part.conditions, ...all.conditions },
      inputs: { ...part.inputs, ...all.inputs },
      reports: { ...part.reports, ...all.reports },
      output: { ...part.output, ...all.output },
      nodeSetsFile: all.nodeSetsFile ?? part.nodeSetsFile,
      targetSimulator: all.targetSimulator || part.targetSimulator,
      base: Object.keys(all.inputs).length > 0 ? all.base : part.base,
    }),
    own,
  );
}

export interface SonataCircuit {
  readonly config: SonataConfig;
  readonly folder: Folder;
  readonly nodes: readonly { readonly rows: SonataNodes; readonly types: TypeTable }[];
  readonly edges: readonly { readonly rows: SonataEdges; readonly types: TypeTable }[];
  readonly nodeSets: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

/** Reads a configuration and the nodes and edges that it names. @throws WbeError as the readers of the parts do. */
export async function readSonataCircuit(
  folder: Folder,
  path: string,
  options: ReadOptions = {},
): Promise<SonataCircuit> {
  const config = await readSonataConfig(folder, path);
  const warnings: string[] = [];
  const nodes: { rows: SonataNodes; types: TypeTable }[] = [];
  const edges: { rows: SonataEdges; types: TypeTable }[] = [];
  const total = config.nodeFiles.length + config.edgeFiles.length;
  let done = 0;
  for (const [kind, list] of [
    ["node", config.nodeFiles],
    ["edge", config.edgeFiles],
  ] as const) {
    for (const { file, types: typesFile } of list) {
      throwIfCancelled(options.signal, "reading the circuit");
      const types = typesFile
        ? parseTypeTable(await readAll(folder, typesFile), `${kind}_type_id`, typesFile)
        : new Map();
      const found = await readSonataFile(folder, file, options);
      warnings.push(...found.warnings.map((warning) => `${file}: ${warning}`));
      nodes.push(...found.nodes.map((rows) => ({ rows, types })));
      edges.push(...found.edges.map((rows) => ({ rows, types })));
      options.onProgress?.(++done, total);
    }
  }
  const nodeSets = config.nodeSetsFile ? await readJson(folder, config.nodeSetsFile) : {};
  return { config, folder, nodes, edges, nodeSets: z.record(z.string(), json).catch({}).parse(nodeSets), warnings };
}

async function readAll(folder: Folder, path: string): Promise<string> {
  const source = await folder.open(path);
  try {
    return (await readText(source)).text;
  } finally {
    await source.close();
  }
}

/** Reads one HDF5 file of a folder and closes it; reports in it cannot be read any more. */
export async function readSonataFile(folder: Folder, path: string, options?: ReadOptions): Promise<SonataFile> {
  const source = await folder.open(path);
  try {
    const file = await readSonata(source, options);
    file.close();
    return file;
  } finally {
    await source.close();
  }
}

/** A parameter file (JSON object) of a component folder. @throws WbeError FILE, FORMAT */
export async function readComponent(
  { config, folder }: SonataCircuit,
  kind: string,
  file: string,
): Promise<Readonly<Record<string, unknown>>> {
  const path = confinePath(`${config.components[kind] ?? config.base}/${file}`, "", folder.name);
  return z.record(z.string(), json).parse(await readJson(folder, path));
}

/**
 * Rows of the nodes that a node set (a name, or a set itself) selects, by population.
 *
 * @throws WbeError NAME_UNKNOWN for a name that is neither a node set nor a population.
 */
export function selectNodes(circuit: SonataCircuit, set: unknown, depth = 0): Map<string, number[]> {
  const selected = new Map<string, number[]>();
  if (depth > 16) throw new WbeError("FORMAT", "expected node sets that end, found a circle");
  if (typeof set === "string" && !Object.hasOwn(circuit.nodeSets, set)) {
    // BMTK lets a population stand where a node set is asked for, and "all".
    const isPopulation = circuit.nodes.some(({ rows }) => rows.name === set);
    if (!isPopulation && set !== "all") {
      throw new WbeError("NAME_UNKNOWN", `no node set "${set}"`, {
        remedy: `There are ${Object.keys(circuit.nodeSets).join(", ") || "none"}.`,
      });
    }
    return selectNodes(circuit, isPopulation ? { population: set } : {}, depth + 1);
  }
  const given = typeof set === "string" ? circuit.nodeSets[set] : set;
  if (Array.isArray(given)) {
    for (const part of given) {
      for (const [population, rows] of selectNodes(circuit, part, depth + 1)) {
        selected.set(
          population,
          [...new Set([...(selected.get(population) ?? []), ...rows])].sort((a, b) => a - b),
        );
      }
    }
    return selected;
  }
  const conditions = Object.entries((given ?? {}) as Record<string, unknown>);
  for (const { rows, types } of circuit.nodes) {
    const tests = conditions.map(([name, wanted]) => nodeTest(rows, types, name, wanted));
    const found = Array.from({ length: rows.size }, (_, row) => row).filter((row) => tests.every((test) => test(row)));
    if (found.length > 0) selected.set(rows.name, found);
  }
  return selected;
}

function nodeTest(rows: SonataNodes, types: TypeTable, name: string, wanted: unknown): (row: number) => boolean {
  const values = new Set((Array.isArray(wanted) ? wanted : [wanted]).map(String));
  if (name === "population") return () => values.has(rows.name);
  if (name === "node_id" || name === "node_ids") return (row) => values.has(String(idOf(rows, row)));
  if (name === "node_type_id") return (row) => values.has(String(rows.typeId[row]));
  const { texts, present } = resolveAttribute(rows, name, types);
  return (row) => present[row] === 1 && values.has(texts[row]!);
}

/** Node id of a row. */
export const idOf = (rows: SonataNodes, row: number): number => rows.nodeId?.[row] ?? row;

/** Rows of node ids. @throws WbeError FORMAT for an id that no row has. */
export function rowsOfIds(rows: SonataNodes, ids: NumericArray, where: string): Uint32Array {
  const rowOf = rows.nodeId ? new Map(Array.from(rows.nodeId, (id, row) => [id, row])) : undefined;
  return Uint32Array.from(ids, (id) => {
    const row = rowOf ? rowOf.get(id) : id < rows.size ? id : undefined;
    if (row !== undefined) return row;
    throw new WbeError("FORMAT", `expected nodes of population "${rows.name}", found id ${id}`, { where });
  });
}
