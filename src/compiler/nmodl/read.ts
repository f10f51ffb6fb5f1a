/**
 * NMODL files → the declarations of channels, pools and synapses that the rest of wbe works with.
 *
 * The subset: NEURON, UNITS, PARAMETER, STATE, ASSIGNED, INITIAL, BREAKPOINT, DERIVATIVE by cnexp, derivimplicit or sparse,
 * KINETIC, PROCEDURE, FUNCTION, NET_RECEIVE, arrays and FROM loops with known bounds; TABLE is ignored (values are computed).
 * Everything else is an error that names it and its line. Numbers keep NEURON's units; parameters keep theirs where wbe
 * knows them, so that { gbar: "0.1 S/cm2" } works as for any channel. A name that is a word of the model language gets "n_" in
 * front: n_decay.
 *
 * @module
 */
import type { DeclaredRange, ParameterDeclaration, StateDeclaration } from "../../core/declaration.js";
import type { ChannelDeclaration, IonName } from "../../neuron-models/channels/declaration.js";
import type { SynapseDeclaration } from "../../synapse-models/declaration.js";
import { ionNames } from "../membrane-ions.js";
import { Flattener, stale, type Value } from "./flatten.js";
import { NameMaker } from "./names.js";
import { parseNmodl } from "./parse.js";
import { type NmodlFile, type NmodlStatement, type NmodlVariable, nmodlError } from "./syntax.js";
import { type NmodlUnit, readNmodlUnit } from "./units.js";

/** What a file declares: a mechanism of the membrane (SUFFIX) or a synapse (POINT_PROCESS with NET_RECEIVE). */
export type NmodlModel =
  | { readonly kind: "channel"; readonly declaration: ChannelDeclaration }
  | { readonly kind: "synapse"; readonly declaration: SynapseDeclaration };

/**
 * Reads the text of a .mod file.
 *
 * @param file its name, for messages.
 * @throws WbeError SYNTAX, NAME_UNKNOWN, LIMIT, or UNSUPPORTED for what lies outside the subset, with file and line.
 */
export function readNmodl(text: string, file = "mechanism"): NmodlModel {
  return new NmodlReader(parseNmodl(text, file)).read();
}

const methods: Readonly<Record<string, "gates" | "implicit">> = {
  cnexp: "gates",
  derivimplicit: "implicit",
  sparse: "implicit",
  "": "implicit",
};

/** Concentrations that NEURON starts from where nothing gives them, mM. */
const defaultConcentration: Readonly<Record<string, number>> = {
  nai: 10,
  nao: 140,
  ki: 54.4,
  ko: 2.5,
  cai: 5e-5,
  cao: 2,
};

interface StateName {
  readonly key: string;
  readonly name: string;
  /** Undefined for a plain number. */
  readonly unit: NmodlUnit | undefined;
}

class NmodlReader {
  private readonly names = new NameMaker();
  private readonly params = new Map<string, ParameterDeclaration>();
  private readonly states: StateName[];
  private readonly known = new Map<string, Value>();
  private readonly currents = new Map<string, IonName | undefined>();
  /** Concentration that the file writes: "cai". */
  private readonly pooled: string | undefined;

  constructor(private readonly file: NmodlFile) {
    this.pooled = this.readIons();
    this.readParameters();
    this.states = this.readStates();
    const input = (name: string, text: string, varies = true) => this.known.set(name, { text, varies });
    input("v", "(V/(1 mV))");
    input("celsius", "(celsius/(1 degC))", false);
    input("diam", "(diam/(1 um))", false);
    for (const [name, value] of this.file.constants) input(name, value < 0 ? `(${value})` : String(value), false);
  }

  read(): NmodlModel {
    const { initial, sum } = this.readInitial();
    const flat = new Flattener(this.file, this.afterInitial(initial.values), this.names);
    flat.run(this.file.breakpoint);
    const equations = [...initial.lines, ...flat.lines, ...this.derivatives(flat)];
    const states = Object.fromEntries(
      this.states.map((state) => [state.name, this.initialOf(state, initial.values, sum)]),
    );
    const { name, title, file } = this.file;
    const own = {
      id: name,
      ...(title === "" ? {} : { doc: title }),
      source: `NMODL file ${file}`,
      params: Object.fromEntries(this.params),
      states,
      equations: equations.join("\n"),
    };
    return this.file.isPointProcess ? this.synapse(own, flat) : this.channel(own, flat, sum);
  }

  private error(message: string, line: number, remedy?: string) {
    return nmodlError("UNSUPPORTED", message, this.file.file, line, remedy);
  }

  /** Names of ions, and the concentration that is written. */
  private readIons(): string | undefined {
    let pooled: string | undefined;
    const writers = this.file.ions.filter(({ name, writes }) =>
      writes.some((w) => w === `${name}i` || w === `${name}o`),
    );
    if (writers.length > 1) throw this.error("one file writes concentrations of two ions", writers[1]!.line);
    for (const { name, reads, writes, line } of this.file.ions) {
      if (!ionNames.includes(name as IonName)) {
        throw this.error(`the ion "${name}" is outside the subset of NMODL`, line, `There are ${ionNames.join(", ")}.`);
      }
      for (const written of writes) {
        if (written === `i${name}`) this.currents.set(written, name as IonName);
        else if (pooled === undefined && (written === `${name}i` || written === `${name}o`)) pooled = written;
        else throw this.error(`writing "${written}" is outside the subset of NMODL`, line);
      }
      for (const read of reads) {
        const isCurrent = read === `i${name}`;
        if (isCurrent && !writers.some((ion) => ion.name === name)) {
          throw this.error(`reading "${read}" without writing ${name}i is outside the subset of NMODL`, line);
        }
        if (isCurrent && writes.includes(read)) continue;
        const unit = isCurrent ? "mA/cm2" : read === `e${name}` ? "mV" : "mM";
        this.known.set(read, { text: `(${read}/(1 ${unit}))`, varies: true });
      }
    }
    for (const name of this.file.nonspecific) this.currents.set(name, undefined);
    return pooled;
  }

  private readParameters(): void {
    const given = new Set(["v", "celsius", "dt", "t", "diam", "area", ...this.known.keys(), ...this.currents.keys()]);
    const states = new Set(this.file.states.map(({ name }) => name));
    for (const { name, unit, value, limits } of this.file.parameters) {
      if (given.has(name) || states.has(name) || name === this.pooled) continue;
      const number = value ?? 0;
      const isInside = limits !== undefined && limits[0] <= number && number <= limits[1];
      const range: DeclaredRange | undefined = isInside ? { min: limits[0], max: limits[1] } : undefined;
      const known = readNmodlUnit(unit);
      const own = this.names.fresh(name);
      const text = known?.text ?? "1";
      this.params.set(own, range ? [number, text, range] : [number, text]);
      this.known.set(name, { text: over(own, known), varies: false });
    }
  }

  private readStates(): StateName[] {
    const keys = this.file.states.flatMap((state) =>
      state.size === undefined
        ? [{ key: state.name, state }]
        : Array.from({ length: state.size }, (_, k) => ({ key: `${state.name}[${k}]`, state })),
    );
    const pooled = this.pooledKey();
    if (pooled !== undefined && !keys.some(({ key }) => key === pooled)) {
      throw this.error(`"${this.pooled}" is "${pooled}", which is no state`, this.file.ions[0]!.line);
    }
    return keys.map(({ key, state }) => {
      if (key === pooled) return { key, name: this.pooled!, unit: readNmodlUnit("mM") };
      return {
        key,
        name: this.names.fresh(key.replace(/\[(\d+)\]/, "_$1")),
        unit: readNmodlUnit(state.unit),
      };
    });
  }

  /** The state that is the written concentration: of that name, or what is assigned to it. */
  private pooledState(): string {
    const pooled = this.pooled!;
    if (this.file.states.some(({ name }) => name === pooled)) return pooled;
    const { breakpoint, derivatives, kinetics, procedures } = this.file;
    const blocks = [...derivatives.values(), ...kinetics.values(), ...procedures.values()];
    for (const statement of [...breakpoint, ...blocks.flatMap(({ body }) => body)] as NmodlStatement[]) {
      if (statement.kind !== "assign" || statement.target.name !== pooled || statement.value.kind !== "name") continue;
      const { name, index } = statement.value;
      if (index === undefined) return name;
      if (index.kind === "number") return `${name}[${index.text}]`;
    }
    const line = this.file.ions.find(({ writes }) => writes.includes(pooled))!.line;
    throw this.error(`"${pooled}" is written and is no state`, line, `Make it a state, or assign it a state.`);
  }

  private stateValue({ name, unit }: StateName): Value {
    return { text: over(name, unit), varies: true };
  }

  private readInitial() {
    const values = new Map(this.known);
    for (const { key } of this.states) values.set(key, { text: String(this.defaultInitial(key)), varies: false });
    const initial = new Flattener(this.file, values, this.names);
    // A steady start is solved by the compiler: the block must not count as values before the first step.
    const steady = this.file.initial.find((s) => s.kind === "solve");
    initial.run(this.file.initial.filter((s) => s.kind !== "solve"));
    if (!steady || steady.kind !== "solve") return { initial, sum: undefined };
    const isKinetic = this.file.kinetics.has(steady.block);
    if (!steady.isSteady || !isKinetic) {
      throw this.error(
        `SOLVE ${steady.block} in INITIAL is outside the subset of NMODL`,
        steady.line,
        "SOLVE a KINETIC block STEADYSTATE sparse.",
      );
    }
    const probe = new Flattener(this.file, this.afterInitial(values), new NameMaker());
    probe.run([{ ...steady, isSteady: false }]);
    const whole = probe.outcome.conserved.find(({ states }) => states.length === this.states.length);
    const sum = whole ? Number(whole.total.text) : Number.NaN;
    if (!Number.isFinite(sum)) {
      throw this.error("a steady start needs CONSERVE with the sum of all states", steady.line);
    }
    return { initial, sum };
  }

  private defaultInitial(key: string): number {
    const given = this.file.parameters.find(({ name }) => name === `${key}0`)?.value;
    return given ?? (key === this.pooledKey() ? (defaultConcentration[this.pooled!] ?? 0) : 0);
  }

  private pooledKey(): string | undefined {
    return this.pooled === undefined ? undefined : this.pooledState();
  }

  /** Values at a step: states, and what INITIAL has set once and for all. */
  private afterInitial(initial: ReadonlyMap<string, Value>): Map<string, Value> {
    const values = new Map(
      [...initial].map(([name, value]) => [name, value.varies && !this.known.has(name) ? stale : value]),
    );
    for (const [name, value] of this.known) if (value.varies) values.set(name, value);
    for (const state of this.states) values.set(state.key, this.stateValue(state));
    if (this.pooled !== undefined) {
      const state = this.states.find(({ name }) => name === this.pooled)!;
      values.set(this.pooled, this.stateValue(state));
    }
    return values;
  }

  private initialOf(
    { key, unit }: StateName,
    values: ReadonlyMap<string, Value>,
    sum: number | undefined,
  ): StateDeclaration {
    const own = unit?.text ?? "1";
    if (sum !== undefined) return ["steady", own];
    const { text } = values.get(key)!;
    const number = Number(text.replace(/^\((.*)\)$/, "$1"));
    return [Number.isFinite(number) ? number : times(text, unit), own];
  }

  private derivatives({ values, outcome }: Flattener): string[] {
    const lines: string[] = [];
    for (const { key, name, unit } of this.states) {
      const terms = outcome.reactions.flatMap(({ from, to, flux }) => {
        const net = (to.get(key) ?? 0) - (from.get(key) ?? 0);
        return net === 0
          ? []
          : [`${net < 0 ? "-" : "+"} ${Math.abs(net) === 1 ? "" : `${Math.abs(net)}*`}${flux.text}`];
      });
      const volume = outcome.volumes.get(key);
      const sum = terms.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
      const kinetic = terms.length === 0 ? undefined : volume ? `(${sum})/(${volume.text})` : `(${sum})`;
      const rate = values.get(`${key}'`)?.text ?? kinetic;
      if (rate === undefined) continue;
      lines.push(`d${name}/dt = ${times(rate, unit)}/(1 ms)`);
    }
    return lines;
  }

  private methodOf({ outcome }: Flattener): "gates" | "implicit" {
    const found = outcome.solved.map(({ block, method, isKinetic }) => {
      const own = isKinetic ? (method === "sparse" || method === "" ? "implicit" : undefined) : methods[method];
      if (own) return own;
      throw this.error(
        `METHOD ${method} is outside the subset of NMODL`,
        block.line,
        "Use cnexp, derivimplicit or sparse.",
      );
    });
    if (new Set(found).size > 1) {
      throw this.error(
        "blocks solved by different methods in one file",
        outcome.solved[1]!.block.line,
        "Use one method.",
      );
    }
    return found[0] ?? "gates";
  }

  private currentText(name: string, values: ReadonlyMap<string, Value>, unit: string): string {
    const value = values.get(name);
    if (value && value !== stale) return `${value.text}*(1 ${unit})`;
    throw nmodlError("SYNTAX", `the current "${name}" is not set in BREAKPOINT`, this.file.file, 1);
  }

  private channel(
    own: Pick<ChannelDeclaration, "id" | "doc" | "source" | "params" | "states" | "equations">,
    flat: Flattener,
    sum: number | undefined,
  ): NmodlModel {
    if (this.file.netReceive)
      throw this.error("NET_RECEIVE of a SUFFIX mechanism is outside the subset of NMODL", this.file.netReceive.line);
    const texts = new Map<IonName | undefined, string[]>();
    for (const [name, ion] of this.currents) {
      texts.set(ion, [...(texts.get(ion) ?? []), this.currentText(name, flat.values, "mA/cm2")]);
    }
    const nonspecific = texts.get(undefined)?.join(" + ");
    const byIon = ionNames.flatMap((ion) => (texts.has(ion) ? [[ion, texts.get(ion)!.join(" + ")] as const] : []));
    const pool = this.pooled?.slice(0, -1) as IonName | undefined;
    return {
      kind: "channel",
      declaration: {
        ...own,
        method: this.methodOf(flat),
        ...(sum === undefined ? {} : { sum }),
        ...(nonspecific === undefined ? {} : { current: nonspecific }),
        ...(byIon.length === 0 ? {} : { currents: Object.fromEntries(byIon) }),
        ...(pool === undefined ? {} : { ion: pool, isPool: true, params: { ...own.params, ...this.poolParams(pool) } }),
      },
    };
  }

  /** The concentration on the other side, as NEURON has it, where the file does not keep it. */
  private poolParams(ion: IonName): Record<string, ParameterDeclaration> {
    const other = this.pooled === `${ion}i` ? `${ion}o` : `${ion}i`;
    const given: NmodlVariable | undefined = this.file.parameters.find(({ name }) => name === other);
    return { [other]: [given?.value ?? defaultConcentration[other]!, "mM", { above: 0 }] };
  }

  private synapse(
    own: Pick<SynapseDeclaration, "id" | "doc" | "source" | "params" | "states" | "equations">,
    flat: Flattener,
  ): NmodlModel {
    const { netReceive, ions, nonspecific } = this.file;
    if (!netReceive) throw this.error("a POINT_PROCESS without NET_RECEIVE is outside the subset of NMODL", 1);
    if (ions.length > 0) throw this.error("ions of a POINT_PROCESS are outside the subset of NMODL", ions[0]!.line);
    if (netReceive.args.length > 1) {
      throw this.error(
        `"${netReceive.args[1]}", kept for each connection, is outside the subset of NMODL`,
        netReceive.line,
      );
    }
    // Reads the file's method, so that one outside the subset is named.
    this.methodOf(flat);
    const values = this.afterInitial(flat.values);
    const [weight] = netReceive.args;
    const isConductance = nonspecific.length > 0;
    if (weight !== undefined)
      values.set(weight, { text: isConductance ? "(weight/(1 uS))" : "(weight/(1 nA))", varies: true });
    const events = new Flattener(this.file, values, this.names, true);
    events.run(netReceive.body);
    const changed = this.states.filter(
      ({ key }) => events.values.get(key)!.text !== this.stateValue(this.states.find((s) => s.key === key)!).text,
    );
    const onSpike = changed.map(({ key, name, unit }) => `${name} = ${times(events.values.get(key)!.text, unit)}`);
    changed.forEach(({ name }, k) => {
      const isUsedLater = onSpike
        .slice(k + 1)
        .some((line) => new RegExp(`\\b${name}\\b`).test(line.slice(line.indexOf("=") + 1)));
      if (isUsedLater) throw this.error(`NET_RECEIVE uses "${name}" and changes it before`, netReceive.line);
    });
    const current = nonspecific.map((name) => this.currentText(name, flat.values, "nA")).join(" + ");
    return {
      kind: "synapse",
      declaration: {
        ...own,
        weightUnit: "nS",
        onSpike: onSpike.join("; "),
        ...(current === "" ? {} : { current: `-(${current})` }),
      },
    };
  }
}

/** A quantity as a number of its unit, and a number as a quantity. */
const over = (name: string, unit: NmodlUnit | undefined): string => (unit ? `(${name}/${unit.one})` : name);
const times = (text: string, unit: NmodlUnit | undefined): string => (unit ? `${text}*${unit.one}` : text);
