/**
 * What declarations of neurons, synapses and plasticity rules have in common.
 *
 * @module
 */

/** Bounds of a value: min and max are allowed themselves, `above` is not. */
export interface DeclaredRange {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
}

/** [default, unit] or [default, unit, allowed range]. */
export type ParameterDeclaration = readonly [number, string] | readonly [number, string, DeclaredRange];

/**
 * [initial value or expression of parameters and other states, unit], and the range that the equations keep the
 * state in, if they do: initial values are checked against it, and the compiler may rely on it.
 */
export type StateDeclaration = readonly [number | string, string] | readonly [number | string, string, DeclaredRange];
