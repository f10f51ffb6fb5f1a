/**
 * Area, volume, mean diameter and axial resistance of the compartments of a section, integrated over its frusta. Each
 * compartment is cut in its middle, where its potential is: resistances are those of its two halves.
 *
 * Between two points the diameter is linear in path length. A frustum from d₁ to d₂ of length h has the lateral area
 * π/2·(d₁ + d₂)·√(h² + (d₁ − d₂)²/4), the volume πh/12·(d₁² + d₁d₂ + d₂²) and the axial resistance
 * Ra·4h/(π·d₁·d₂), all exact. Two points at one place with different diameters are a step, whose ring is membrane.
 *
 * @module
 */
import type { Section } from "./sections.js";

/** One row per compartment. */
export interface CompartmentGeometry {
  /** Membrane, um2. */
  readonly area: Float64Array;
  /** um3 */
  readonly volume: Float64Array;
  /** Mean diameter along the path, um. */
  readonly diameter: Float64Array;
  /** Axial resistance from the start of the compartment to its middle, over Ra: ∫ dx/(π d²/4), 1/um. */
  readonly resistanceBefore: Float64Array;
  /** The same from the middle to the end. */
  readonly resistanceAfter: Float64Array;
}

/** Cuts a section into `n` compartments of equal length. */
export function measureCompartments(section: Section, n: number): CompartmentGeometry {
  const { arc, diameter: d, length } = section;
  const area = new Float64Array(n);
  const volume = new Float64Array(n);
  const diameter = new Float64Array(n);
  const halves = [new Float64Array(n), new Float64Array(n)];
  let piece = 0;
  let from = 0;
  let dFrom = d[0]!;
  for (let half = 0; half < 2 * n; half++) {
    const k = half >> 1;
    const isLast = half === 2 * n - 1;
    const end = isLast ? length : ((half + 1) * length) / (2 * n);
    for (;;) {
      const reachesPoint = arc[piece + 1]! <= end || (isLast && piece === arc.length - 2);
      const to = reachesPoint ? arc[piece + 1]! : end;
      const share = (to - arc[piece]!) / (arc[piece + 1]! - arc[piece]!);
      const dTo = reachesPoint ? d[piece + 1]! : d[piece]! + share * (d[piece + 1]! - d[piece]!);
      const h = to - from;
      area[k]! += (Math.PI / 2) * (dFrom + dTo) * Math.sqrt(h * h + ((dFrom - dTo) * (dFrom - dTo)) / 4);
      volume[k]! += ((Math.PI * h) / 12) * (dFrom * dFrom + dFrom * dTo + dTo * dTo);
      diameter[k]! += (h * (dFrom + dTo)) / 2;
      halves[half & 1]![k]! += (4 * h) / (Math.PI * dFrom * dTo);
      from = to;
      dFrom = dTo;
      if (!reachesPoint) break;
      if (piece === arc.length - 2) break;
      piece++;
    }
  }
  for (let k = 0; k < n; k++) diameter[k]! *= n / length;
  return { area, volume, diameter, resistanceBefore: halves[0]!, resistanceAfter: halves[1]! };
}
