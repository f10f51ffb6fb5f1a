/**
 * The nearest places of two straight links.
 *
 * @module
 */

/** Ends of a link: x, y, z of one and of the other; they may be the same point. */
export type Link = readonly [number, number, number, number, number, number];

/**
 * Where two links are nearest: fractions s and t from their first to their second ends, the distance there and the middle between.
 * Of parallel links one of the nearest pairs.
 *
 * Source: Lumelsky 1985, Inf Process Lett 21:55.
 */
export function closestPoints(a: Link, b: Link) {
  const [ux, uy, uz] = [a[3] - a[0], a[4] - a[1], a[5] - a[2]];
  const [vx, vy, vz] = [b[3] - b[0], b[4] - b[1], b[5] - b[2]];
  const [wx, wy, wz] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const uu = ux * ux + uy * uy + uz * uz;
  const vv = vx * vx + vy * vy + vz * vz;
  const uv = ux * vx + uy * vy + uz * vz;
  const uw = ux * wx + uy * wy + uz * wz;
  const vw = vx * wx + vy * wy + vz * wz;
  const clamp = (f: number) => Math.min(1, Math.max(0, f));
  let s = 0;
  let t = 0;
  if (uu === 0) t = vv === 0 ? 0 : clamp(vw / vv);
  else if (vv === 0) s = clamp(-uw / uu);
  else {
    const determinant = uu * vv - uv * uv;
    // Parallel to rounding: any place of one will do to start from.
    s = determinant > 1e-12 * uu * vv ? clamp((uv * vw - vv * uw) / determinant) : 0;
    t = (uv * s + vw) / vv;
    if (t < 0 || t > 1) {
      t = clamp(t);
      s = clamp((uv * t - uw) / uu);
    }
  }
  const [px, py, pz] = [a[0] + s * ux, a[1] + s * uy, a[2] + s * uz];
  const [qx, qy, qz] = [b[0] + t * vx, b[1] + t * vy, b[2] + t * vz];
  const [dx, dy, dz] = [px - qx, py - qy, pz - qz];
  return {
    s,
    t,
    distance: Math.sqrt(dx * dx + dy * dy + dz * dz),
    middle: [(px + qx) / 2, (py + qy) / 2, (pz + qz) / 2] as const,
  };
}
