/**
 * Points in space that know their frame, and affine transforms between frames. Mixing frames is an error.
 *
 * @module
 */
import { requireFinite, requirePositive } from "./arguments.js";
import { WbeError } from "./errors.js";

/**
 * - "voxel": indices into an image's array, (0, 0, 0) the centre of the first voxel; lengths in voxels;
 * - "scanner": right, anterior, superior in um;
 * - "atlas:<name>": a reference space, e.g. "atlas:CCFv3", in um.
 */
export type Frame = "voxel" | "scanner" | `atlas:${string}`;

/** @throws WbeError ARGUMENT unless `text` names a frame. */
export function parseFrame(text: string): Frame {
  if (text === "voxel" || text === "scanner" || (typeof text === "string" && /^atlas:.+$/.test(text))) {
    return text as Frame;
  }
  throw new WbeError(
    "ARGUMENT",
    `expected a frame "voxel", "scanner" or "atlas:<name>", found ${JSON.stringify(text)}`,
  );
}

function frameMismatch(expected: string, found: string, what: string): WbeError {
  return new WbeError("FRAME_MISMATCH", `expected ${what} in the frame "${expected}", found "${found}"`, {
    remedy: "Bring it into that frame with an AffineTransform first.",
  });
}

/** An immutable point in one frame. */
export class Coordinate3D {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly frame: Frame;

  /** @throws WbeError ARGUMENT for a coordinate that is not finite or an unknown frame. */
  constructor(x: number, y: number, z: number, frame: Frame = "scanner") {
    this.x = requireFinite(x, "x");
    this.y = requireFinite(y, "y");
    this.z = requireFinite(z, "z");
    this.frame = parseFrame(frame);
    Object.freeze(this);
  }

  /**
   * Euclidean distance in the unit of the frame (um, or voxels).
   *
   * @throws WbeError FRAME_MISMATCH when `other` is in another frame.
   */
  distanceTo(other: Coordinate3D): number {
    if (other.frame !== this.frame) throw frameMismatch(this.frame, other.frame, "the other point");
    const dx = Math.abs(this.x - other.x);
    const dy = Math.abs(this.y - other.y);
    const dz = Math.abs(this.z - other.z);
    // Scaled, so that squares neither overflow nor vanish; Math.hypot is not the same to the bit on every engine.
    const scale = Math.max(dx, dy, dz);
    if (scale === 0 || scale === Number.POSITIVE_INFINITY) return scale;
    const [x, y, z] = [dx / scale, dy / scale, dz / scale];
    return scale * Math.sqrt(x * x + y * y + z * z);
  }

  equals(other: Coordinate3D): boolean {
    return this.frame === other.frame && this.x === other.x && this.y === other.y && this.z === other.z;
  }

  toArray(): [number, number, number] {
    return [this.x, this.y, this.z];
  }

  toString(): string {
    return `(${this.x}, ${this.y}, ${this.z}) ${this.frame}`;
  }
}

/** Twelve numbers, the first three rows of a 4×4 matrix: x' = m[0]x + m[1]y + m[2]z + m[3], and so on. */
export type AffineMatrix = readonly [
  ...[number, number, number, number],
  ...[number, number, number, number],
  ...[number, number, number, number],
];

/**
 * An immutable affine map from one frame to another.
 *
 * @example
 * const toScanner = AffineTransform.ofVoxels([4, 4, 40], [0, 0, 0]);
 * const toAtlas = toScanner.compose(scannerToAtlas);
 * const point = toAtlas.apply(new Coordinate3D(10, 20, 3, "voxel"));
 */
export class AffineTransform {
  readonly from: Frame;
  readonly to: Frame;
  readonly matrix: AffineMatrix;

  /** @throws WbeError ARGUMENT unless the matrix holds twelve finite numbers. */
  constructor(from: Frame, to: Frame, matrix: AffineMatrix) {
    this.from = parseFrame(from);
    this.to = parseFrame(to);
    if (matrix.length !== 12) {
      throw new WbeError("ARGUMENT", `expected 12 numbers of an affine matrix, found ${matrix.length}`, {
        remedy: "Give the first three rows of the 4×4 matrix; the fourth is always 0 0 0 1.",
      });
    }
    matrix.forEach((m, i) => {
      requireFinite(m, `element ${i} of an affine matrix`);
    });
    this.matrix = Object.freeze([...matrix] as const) as AffineMatrix;
    Object.freeze(this);
  }

  static identity(frame: Frame): AffineTransform {
    return new AffineTransform(frame, frame, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
  }

  /** From a volume's voxels to scanner um: origin + voxelSize · index along each axis. */
  static ofVoxels(
    voxelSize: readonly [number, number, number],
    origin: readonly [number, number, number] = [0, 0, 0],
  ): AffineTransform {
    const [sx, sy, sz] = voxelSize.map((s, i) => requirePositive(s, `the voxel size along ${"xyz"[i]}`));
    return new AffineTransform("voxel", "scanner", [
      ...[sx!, 0, 0, origin[0]],
      ...[0, sy!, 0, origin[1]],
      ...[0, 0, sz!, origin[2]],
    ] as unknown as AffineMatrix);
  }

  /** Volume scale factor, negative for a map that mirrors. */
  get determinant(): number {
    const m = this.matrix;
    return (
      m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) + m[2] * (m[4] * m[9] - m[5] * m[8])
    );
  }

  /**
   * The transform that does this one first and `next` after it.
   *
   * @throws WbeError FRAME_MISMATCH unless `next` starts in the frame where this one ends.
   */
  compose(next: AffineTransform): AffineTransform {
    if (next.from !== this.to) throw frameMismatch(this.to, next.from, "the next transform to start");
    const a = next.matrix;
    const b = this.matrix;
    const product: number[] = [];
    for (let row = 0; row < 12; row += 4) {
      for (let column = 0; column < 4; column++) {
        const shift = column === 3 ? a[row + 3]! : 0;
        product.push(a[row]! * b[column]! + a[row + 1]! * b[4 + column]! + a[row + 2]! * b[8 + column]! + shift);
      }
    }
    return new AffineTransform(this.from, next.to, product as unknown as AffineMatrix);
  }

  /** The way back. @throws WbeError ARGUMENT for a singular matrix, which has none. */
  invert(): AffineTransform {
    const m = this.matrix;
    const size = [0, 4, 8].reduce((p, r) => p * Math.max(Math.abs(m[r]!), Math.abs(m[r + 1]!), Math.abs(m[r + 2]!)), 1);
    const det = this.determinant;
    if (!(Math.abs(det) > 1e-14 * size)) {
      throw new WbeError("ARGUMENT", `expected an invertible transform, found one of determinant ${det}`, {
        where: `${this.from} → ${this.to}`,
        remedy: "Its axes are linearly dependent; check the matrix.",
      });
    }
    const cofactor = (a: number, b: number, c: number, d: number) => (m[a]! * m[d]! - m[b]! * m[c]!) / det;
    const r = [
      [cofactor(5, 6, 9, 10), cofactor(2, 1, 10, 9), cofactor(1, 2, 5, 6)],
      [cofactor(6, 4, 10, 8), cofactor(0, 2, 8, 10), cofactor(2, 0, 6, 4)],
      [cofactor(4, 5, 8, 9), cofactor(1, 0, 9, 8), cofactor(0, 1, 4, 5)],
    ] as const;
    const rows = r.flatMap((row) => [...row, -(row[0] * m[3] + row[1] * m[7] + row[2] * m[11])]);
    return new AffineTransform(this.to, this.from, rows as unknown as AffineMatrix);
  }

  /** @throws WbeError FRAME_MISMATCH when the point is not in the frame `from`. */
  apply(point: Coordinate3D): Coordinate3D {
    if (point.frame !== this.from) throw frameMismatch(this.from, point.frame, "a point");
    const [x, y, z] = this.applyToArray(Float64Array.of(point.x, point.y, point.z));
    return new Coordinate3D(x!, y!, z!, this.to);
  }

  /**
   * Transforms points given as x, y, z, x, y, z, …, computed in double precision. The caller vouches for their frame.
   *
   * @param out receives the result; may be `xyz` itself.
   * @throws WbeError ARGUMENT unless the length is a multiple of three and that of `out`.
   */
  applyToArray<A extends Float64Array | Float32Array>(xyz: A, out: A = xyz.slice() as A): A {
    if (xyz.length % 3 !== 0 || out.length !== xyz.length) {
      throw new WbeError(
        "ARGUMENT",
        `expected arrays of x, y, z of one length, a multiple of 3, found ${xyz.length} and ${out.length}`,
      );
    }
    const m = this.matrix;
    for (let i = 0; i < xyz.length; i += 3) {
      const x = xyz[i]!;
      const y = xyz[i + 1]!;
      const z = xyz[i + 2]!;
      out[i] = m[0] * x + m[1] * y + m[2] * z + m[3];
      out[i + 1] = m[4] * x + m[5] * y + m[6] * z + m[7];
      out[i + 2] = m[8] * x + m[9] * y + m[10] * z + m[11];
    }
    return out;
  }
}
