/**
 * A neuron's tree as columns: the category that morphology formats read and write, and that scanner,
 * connectome and simulation share.
 *
 * @module
 */

/** SWC structure identifiers (Cannon et al. 1998; INCF SWC specification). Others are kept as they are. */
export const SwcType = { undefined: 0, soma: 1, axon: 2, basal: 3, apical: 4 } as const;

/**
 * Points are sorted so that a parent stands before its children: parent[i] < i, and −1 marks a root.
 * Coordinates and radii in um. `id` keeps the identifiers of the file the tree came from.
 */
export interface Morphology {
  readonly name: string;
  readonly id: Int32Array;
  readonly type: Uint8Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly radius: Float64Array;
  /** Index (not id) of the parent point; −1 for a root. */
  readonly parent: Int32Array;
  /** Header comments of the file, without "#", in order. */
  readonly comments: readonly string[];
  /** What the reader had to interpret or mend; never only printed. */
  readonly warnings: readonly string[];
}
