/** The volumes of interop/golden/scanner.py, made again. */

export const shape = [37, 29, 23] as const;
const n = shape[0] * shape[1] * shape[2];

/** u in [0, 1), x fastest. */
export function uniform(seed: number, count = n): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

/** Labels that stay for four voxels along each axis. */
export function blocky(seed: number, count: number): Uint32Array {
  const small = shape.map((s) => Math.ceil(s / 4));
  const u = uniform(seed, small[0]! * small[1]! * small[2]!);
  return fill((x, y, z) => Math.floor(u[(x >> 2) + small[0]! * ((y >> 2) + small[1]! * (z >> 2))]! * count));
}

export function fill(value: (x: number, y: number, z: number) => number): Uint32Array {
  const [nx, ny] = shape;
  return Uint32Array.from({ length: n }, (_, i) => value(i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))));
}

export const volumes = {
  sparse: Uint8Array.from(uniform(1), (u) => (u < 0.2 ? 1 : 0)),
  half: Uint8Array.from(uniform(2), (u) => (u < 0.5 ? 1 : 0)),
  threeLabels: Uint16Array.from(uniform(3), (u) => Math.floor(u * 3)),
  blocks: blocky(4, 5),
  comb: fill((x, y, z) => (z === shape[2] - 1 || (x % 2 === 0 && y % 2 === 0) ? 1 : 0)),
};
