/** The cells of the Rallpacks (Bhalla, Bilitch & Bower 1992, Trends Neurosci 15:453) and their reference curves. */
import { readFileSync } from "node:fs";
import type { Section } from "wbe/cells";

/** A straight cylinder along x, joined to the end of `parent`. Lengths in um. */
export function cylinder(name: string, length: number, diameter: number, parent = -1, parentX = 1): Section {
  return {
    name,
    type: 3,
    parent,
    parentX,
    x: Float64Array.of(0, length),
    y: new Float64Array(2),
    z: new Float64Array(2),
    diameter: Float64Array.of(diameter, diameter),
    arc: Float64Array.of(0, length),
    length,
  };
}

/** Ra 1 Ω·m, Rm 4 Ω·m², Cm 0.01 F/m², −65 mV; in Ω·cm, Ω·cm², µF/cm². */
export const rallpackParameters = [{ region: "all", Ra: 100, Cm: 1, Rm: 40000, ELeak: -65 }];

/** Ten generations of the binary tree of Rallpack 2. */
export function rallpack2Sections(lengths: readonly number[], diameters: readonly number[]): Section[] {
  const sections: Section[] = [];
  let level = [-1];
  lengths.forEach((length, k) => {
    const next: number[] = [];
    for (const parent of level) {
      for (let child = 0; child < (k === 0 ? 1 : 2); child++) {
        next.push(sections.length);
        sections.push(cylinder(`dend[${sections.length}]`, length, diameters[k]!, parent));
      }
    }
    level = next;
  });
  return sections;
}

/** Times (ms) and potentials (mV) of a reference file. */
export function readCurve(file: string): { t: number[]; V: number[] } {
  const rows = readFileSync(file, "utf8").trim().split("\n");
  const values = rows.map((row) => row.trim().split(/\s+/).map(Number));
  return { t: values.map(([t]) => 1000 * t!), V: values.map(([, V]) => 1000 * V!) };
}

/** Root mean square of the difference over the reference's range. */
export function relativeError(V: ArrayLike<number>, reference: readonly number[]): number {
  const squares = reference.reduce((sum, v, k) => sum + (V[k]! - v) ** 2, 0);
  return Math.sqrt(squares / reference.length) / (Math.max(...reference) - Math.min(...reference));
}
