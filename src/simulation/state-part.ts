/**
 * The pieces of a running engine that a checkpoint holds. Each piece is named once and knows both ways, so that nothing
 * can be saved that is not restored.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import type { GrowableF64, GrowableU32 } from "./growable.js";
import type { Joined } from "./joined.js";

export interface StatePart {
  readonly name: string;
  /** The values of now; may be a live view. */
  read(): NumericArray;
  /** Why these values cannot be those of this part; undefined when they can. Changes nothing. */
  refuse(values: NumericArray): string | undefined;
  write(values: NumericArray): void;
}

const typeOf = (values: NumericArray): string => values.constructor.name.replace("Array", "");

/** An array of fixed length, restored in place. `after` is called when it has been. */
export function fixedPart(name: string, live: NumericArray, after?: () => void): StatePart {
  return {
    name,
    read: () => live,
    refuse: (values) =>
      values.constructor === live.constructor && values.length === live.length
        ? undefined
        : `expected ${live.length} ${typeOf(live)} values, found ${values.length} ${typeOf(values)}`,
    write: (values) => {
      live.set(values);
      after?.();
    },
  };
}

/** An array of the whole network, restored in place. */
export function joinedPart(name: string, joined: Joined): StatePart {
  return {
    name,
    read: () => joined.read(),
    refuse: (values) =>
      typeOf(values) === joined.type && values.length === joined.length
        ? undefined
        : `expected ${joined.length} ${joined.type} values, found ${values.length} ${typeOf(values)}`,
    write: (values) => joined.write(values),
  };
}

/** A list that grows. `refuse` judges what only its owner knows. */
export function growingPart(
  name: string,
  list: GrowableU32 | GrowableF64,
  refuse: (values: NumericArray) => string | undefined = () => undefined,
): StatePart {
  return {
    name,
    read: () => list.values(),
    refuse: (values) => {
      const own = list.values();
      if (values.constructor !== own.constructor) return `expected ${typeOf(own)} values, found ${typeOf(values)}`;
      return refuse(values);
    },
    write: (values) => list.assign(values),
  };
}

/** The same parts under a longer name. */
export function* prefixed(prefix: string, parts: Iterable<StatePart>): Iterable<StatePart> {
  for (const part of parts) yield { ...part, name: `${prefix}${part.name}` };
}
