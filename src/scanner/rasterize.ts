/**
 * Trees painted into voxels: labels and partial-volume coverage.
 *
 * @module
 */

import type { Morphology } from "../core/morphology.js";
import { SwcType } from "../core/morphology.js";
import { meanVoxelSize } from "./geometry.js";

export interface Grid {
  shape: readonly [number, number, number];
  voxelSize: readonly [number, number, number];
  origin: readonly [number, number, number];
}

/**
 * Paints a tree: a sphere at every soma point, and round-ended cones along the links, their radius changing
 * linearly. A link from the soma to a neurite has the neurite's radius all along.
 *
 * @param labels voxels whose centre lies inside get `label`.
 * @param coverage raised to the share of the voxel inside, estimated from the distance of its centre to the surface.
 */
export function paintTree(m: Morphology, label: number, grid: Grid, labels: Uint32Array, coverage: Float32Array): void {
  for (let i = 0; i < m.parent.length; i++) {
    const p = m.parent[i]!;
    const soma = m.type[i] === SwcType.soma;
    const from = soma || p < 0 ? i : p;
    const startRadius = m.type[from] === SwcType.soma && !soma ? m.radius[i]! : m.radius[from]!;
    paintCone(m, from, i, startRadius, label, grid, labels, coverage);
  }
}

function paintCone(
  m: Morphology,
  from: number,
  to: number,
  startRadius: number,
  label: number,
  { shape, voxelSize, origin }: Grid,
  labels: Uint32Array,
  coverage: Float32Array,
): void {
  const [hx, hy, hz] = voxelSize;
  const softness = meanVoxelSize(voxelSize);
  const ax = m.x[from]! - origin[0];
  const ay = m.y[from]! - origin[1];
  const az = m.z[from]! - origin[2];
  const dx = m.x[to]! - m.x[from]!;
  const dy = m.y[to]! - m.y[from]!;
  const dz = m.z[to]! - m.z[from]!;
  const endRadius = m.radius[to]!;
  const length2 = dx * dx + dy * dy + dz * dz;
  const reach = Math.max(startRadius, endRadius) + softness;
  const first = (a: number, d: number, h: number) => Math.max(0, Math.ceil((Math.min(a, a + d) - reach) / h));
  const last = (a: number, d: number, h: number, n: number) =>
    Math.min(n - 1, Math.floor((Math.max(a, a + d) + reach) / h));
  for (let k = first(az, dz, hz); k <= last(az, dz, hz, shape[2]); k++) {
    for (let j = first(ay, dy, hy); j <= last(ay, dy, hy, shape[1]); j++) {
      for (let i = first(ax, dx, hx); i <= last(ax, dx, hx, shape[0]); i++) {
        const px = i * hx - ax;
        const py = j * hy - ay;
        const pz = k * hz - az;
        const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) / length2));
        const ex = px - t * dx;
        const ey = py - t * dy;
        const ez = pz - t * dz;
        const inside = startRadius + t * (endRadius - startRadius) - Math.sqrt(ex * ex + ey * ey + ez * ez);
        const share = Math.min(1, inside / softness + 0.5);
        const voxel = i + shape[0] * (j + shape[1] * k);
        if (share > coverage[voxel]!) coverage[voxel] = share;
        if (inside >= 0) labels[voxel] = label;
      }
    }
  }
}
