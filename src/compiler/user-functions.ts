/**
 * Functions of a declaration: `functions: { gate: "(V, Vhalf, k) = 1/(1 + exp((Vhalf - V)/k))" }`. A call is replaced by
 * the body with the arguments in the place of the parameters, so units are checked at each use, in that use's units. A
 * body knows its parameters and the words of the language, nothing else.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { describePosition, type Expression, type FunctionText, type SourceText } from "./ast.js";
import { ExpressionChecker, type Scope, type Typed } from "./check.js";
import type { Graph } from "./ir.js";
import { parseFunction } from "./parse.js";

/** Bodies of all calls of a declaration together, in nodes of their trees: functions of functions grow fast. */
const maxExpanded = 200_000;
/** Characters of a place that is named inside another. */
const longestPlace = 400;

interface UserFunction extends FunctionText {
  readonly source: SourceText;
  readonly size: number;
  readonly calls: ReadonlySet<string>;
}

export class UserFunctions {
  private readonly known = new Map<string, UserFunction>();
  private expanded = 0;

  /**
   * @param claim refuses what is no free name.
   * @throws WbeError SYNTAX, NAME_CLASH, and MODEL_INVALID for functions that call themselves.
   */
  constructor(
    private readonly g: Graph,
    private readonly label: string,
    texts: Readonly<Record<string, string>>,
    claim: (name: string, kind: string, where: string) => void,
  ) {
    for (const [name, text] of Object.entries(texts)) {
      const source = { label: `function ${name} of ${label}`, text };
      claim(name, "function", label);
      const parsed = parseFunction(source);
      const names = new Set<string>();
      for (const parameter of parsed.parameters) {
        const where = describePosition(source, parameter.at);
        claim(parameter.name, "parameter of a function", where);
        if (names.has(parameter.name)) {
          throw new WbeError("NAME_CLASH", `two parameters of ${name} are called "${parameter.name}"`, { where });
        }
        names.add(parameter.name);
      }
      const { size, calls } = measure(parsed.value);
      this.known.set(name, { ...parsed, source, size, calls });
    }
    this.refuseRecursion();
  }

  names(): Iterable<string> {
    return this.known.keys();
  }

  has(name: string): boolean {
    return this.known.has(name);
  }

  arity(name: string): number {
    return this.known.get(name)!.parameters.length;
  }

  /**
   * The value of a call. `where` is the place of the call, named beside the place in the body where something is wrong.
   *
   * @throws WbeError of the checker; LIMIT where the bodies of all calls together are too large.
   */
  expand(name: string, args: readonly Typed[], where: string): Typed {
    const { parameters, value, source, size } = this.known.get(name)!;
    this.expanded += size;
    if (this.expanded > maxExpanded) {
      throw new WbeError("LIMIT", `the functions of ${this.label} expand to more than ${maxExpanded} terms`, {
        where,
        remedy: "Name values that are used several times as intermediate values.",
      });
    }
    const values = new Map(parameters.map((parameter, k) => [parameter.name, args[k]!]));
    const scope: Scope = { lookUp: (parameter) => values.get(parameter), names: () => values.keys() };
    // Of calls within calls within calls the place of the innermost alone.
    const label = where.length < longestPlace ? `${source.label} (called at ${where})` : source.label;
    return new ExpressionChecker(this.g, scope, { ...source, label }, this).value(value);
  }

  private refuseRecursion(): void {
    const done = new Set<string>();
    for (const start of this.known.keys()) {
      // A path of open functions with the calls of each that are still to be followed.
      const path: { name: string; left: string[] }[] = [];
      const enter = (name: string): void => {
        const circle = path.findIndex((open) => open.name === name);
        if (circle >= 0) {
          const names = [...path.slice(circle).map((open) => open.name), name];
          throw new WbeError("MODEL_INVALID", `the function "${name}" calls itself`, {
            where: this.known.get(name)!.source.label,
            remedy: `Break the circle ${names.join(" → ")}: a function is replaced by its body.`,
          });
        }
        if (!done.has(name)) path.push({ name, left: [...this.known.get(name)!.calls].filter((c) => this.has(c)) });
      };
      enter(start);
      while (path.length > 0) {
        const next = path.at(-1)!.left.pop();
        if (next === undefined) done.add(path.pop()!.name);
        else enter(next);
      }
    }
  }
}

/** Nodes of a tree and the names that it calls. */
function measure(root: Expression): { size: number; calls: Set<string> } {
  const calls = new Set<string>();
  const open = [root];
  let size = 0;
  for (let node = open.pop(); node; node = open.pop()) {
    size++;
    if (node.kind === "unary") open.push(node.a);
    if (node.kind === "binary") open.push(node.a, node.b);
    if (node.kind === "call") {
      calls.add(node.name);
      open.push(...node.args);
    }
  }
  return { size, calls };
}
