/**
 * Neighbours of voxels in a volume.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import type { Connectivity } from "./components.js";

/** Steps (dx, dy, dz) to the neighbours that count, in memory order. @throws WbeError ARGUMENT for another connectivity. */
function neighborSteps(connectivity: Connectivity): readonly (readonly [number, number, number])[] {
  const most = { 6: 1, 18: 2, 26: 3 }[connectivity];
  if (most === undefined) throw new WbeError("ARGUMENT", `expected connectivity 6, 18 or 26, found ${connectivity}`);
  const steps: [number, number, number][] = [];
  for (let dz = -1; dz <= 1; dz++) {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const n = Math.abs(dx) + Math.abs(dy) + Math.abs(dz);
        if (n > 0 && n <= most) steps.push([dx, dy, dz]);
      }
    }
  }
  return steps;
}

/** Calls `visit` with the index of every neighbour of a voxel that lies in the volume. */
export class Neighborhood {
  readonly #steps: readonly (readonly [number, number, number])[];
  readonly #offsets: Int32Array;

  constructor(
    private readonly shape: readonly [number, number, number],
    connectivity: Connectivity,
  ) {
    this.#steps = neighborSteps(connectivity);
    this.#offsets = Int32Array.from(this.#steps, ([dx, dy, dz]) => dx + shape[0] * (dy + shape[1] * dz));
  }

  /** Writes the neighbours of voxel `at` to `list`, which has room for 26, and returns their number. */
  list(at: number, list: Int32Array): number {
    const [nx, ny, nz] = this.shape;
    const x = at % nx;
    const rest = (at - x) / nx;
    const y = rest % ny;
    const z = (rest - y) / ny;
    const offsets = this.#offsets;
    let n = 0;
    if (x > 0 && y > 0 && z > 0 && x < nx - 1 && y < ny - 1 && z < nz - 1) {
      for (let k = 0; k < offsets.length; k++) list[n++] = at + offsets[k]!;
      return n;
    }
    for (let k = 0; k < offsets.length; k++) {
      const [dx, dy, dz] = this.#steps[k]!;
      const inside = x + dx >= 0 && x + dx < nx && y + dy >= 0 && y + dy < ny && z + dz >= 0 && z + dz < nz;
      if (inside) list[n++] = at + offsets[k]!;
    }
    return n;
  }
}
