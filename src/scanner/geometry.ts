/**
 * Vectors and random directions in space, with engine-independent bits (Math.hypot, Math.cbrt and ** leave theirs
 * to the engine).
 *
 * @module
 */
import { cos, pow, sin } from "../core/math.js";
import type { RandomStream } from "../core/random.js";

export type Vector = readonly [number, number, number];

export function square(v: number): number {
  return v * v;
}

/** Length of the vector (x, y, z). */
export function lengthOf(x: number, y: number, z: number): number {
  return Math.sqrt(x * x + y * y + z * z);
}

/** Geometric mean of the three voxel sizes. */
export function meanVoxelSize([hx, hy, hz]: Vector): number {
  return pow(hx * hy * hz, 1 / 3);
}

export function normalize(v: Vector): Vector {
  const length = lengthOf(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Uniform on the unit sphere: by Archimedes' theorem its height is uniform. */
export function randomDirection(random: RandomStream): Vector {
  const height = 2 * random.uniform() - 1;
  const around = 2 * Math.PI * random.uniform();
  const ring = Math.sqrt(1 - height * height);
  return [ring * cos(around), ring * sin(around), height];
}

/** A unit vector at right angles to `axis` (a unit vector), uniform around it. */
export function randomNormal(axis: Vector, random: RandomStream): Vector {
  for (;;) {
    const v = randomDirection(random);
    const along = dot(v, axis);
    // Nearly parallel directions would lose their digits in the difference.
    if (Math.abs(along) < 0.99)
      return normalize([v[0] - along * axis[0], v[1] - along * axis[1], v[2] - along * axis[2]]);
  }
}

/** `axis` turned by `angle` (rad) towards `side`, a unit vector at right angles to it. */
export function tilt(axis: Vector, side: Vector, angle: number): Vector {
  const c = cos(angle);
  const s = sin(angle);
  return [c * axis[0] + s * side[0], c * axis[1] + s * side[1], c * axis[2] + s * side[2]];
}
