import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AffineMatrix, AffineTransform, Coordinate3D, type Frame } from "../../src/core/coordinates.js";

const failure = (code: string) => expect.objectContaining({ name: "WbeError", code });

describe("Coordinate3D", () => {
  it("(0,0,0) and (1,2,2) um are 3 um apart", () => {
    expect(new Coordinate3D(0, 0, 0).distanceTo(new Coordinate3D(1, 2, 2))).toBe(3);
    expect(new Coordinate3D(4, 5, 6).distanceTo(new Coordinate3D(4, 5, 6))).toBe(0);
  });

  it("distance neither overflows nor vanishes at extreme coordinates", () => {
    expect(new Coordinate3D(3e200, 4e200, 0).distanceTo(new Coordinate3D(0, 0, 0)) / 5e200).toBeCloseTo(1, 14);
    expect(new Coordinate3D(3e-200, 4e-200, 0).distanceTo(new Coordinate3D(0, 0, 0)) / 5e-200).toBeCloseTo(1, 14);
  });

  it("a distance between frames is FRAME_MISMATCH", () => {
    const scanner = new Coordinate3D(0, 0, 0, "scanner");
    expect(() => scanner.distanceTo(new Coordinate3D(0, 0, 0, "voxel"))).toThrow(failure("FRAME_MISMATCH"));
    const atlas = new Coordinate3D(0, 0, 0, "atlas:CCFv3");
    expect(() => atlas.distanceTo(new Coordinate3D(0, 0, 0, "atlas:WHS"))).toThrow(failure("FRAME_MISMATCH"));
  });

  it("cannot be changed", () => {
    const point = new Coordinate3D(1, 2, 3);
    expect(() => Object.assign(point, { x: 5 })).toThrow(TypeError);
    expect(point.toArray()).toEqual([1, 2, 3]);
  });

  it("refuses coordinates that are not finite and frames that do not exist", () => {
    expect(() => new Coordinate3D(Number.NaN, 0, 0)).toThrow(failure("ARGUMENT"));
    expect(() => new Coordinate3D(0, Number.POSITIVE_INFINITY, 0)).toThrow(failure("ARGUMENT"));
    for (const frame of ["", "atlas:", "um", "Voxel"]) {
      expect(() => new Coordinate3D(0, 0, 0, frame as Frame)).toThrow(failure("ARGUMENT"));
    }
  });
});

describe("AffineTransform", () => {
  const turn: AffineMatrix = [0, -1, 0, 10, 1, 0, 0, 20, 0, 0, 1, 30]; // quarter turn about z, then a shift

  it("takes voxel (10, 20, 3) of 4×4×40 um voxels with origin (−5, 0, 7) to (35, 80, 127) um", () => {
    const point = AffineTransform.ofVoxels([4, 4, 40], [-5, 0, 7]).apply(new Coordinate3D(10, 20, 3, "voxel"));
    expect(point).toEqual(new Coordinate3D(35, 80, 127, "scanner"));
  });

  it("composes left to right: voxels → scanner → atlas", () => {
    const toScanner = AffineTransform.ofVoxels([2, 3, 4]);
    const toAtlas = new AffineTransform("scanner", "atlas:CCFv3", turn);
    const both = toScanner.compose(toAtlas);
    const start = new Coordinate3D(1, 1, 1, "voxel");
    expect(both.apply(start)).toEqual(toAtlas.apply(toScanner.apply(start)));
    expect(both.apply(start)).toEqual(new Coordinate3D(7, 22, 34, "atlas:CCFv3"));
    expect([both.from, both.to]).toEqual(["voxel", "atlas:CCFv3"]);
  });

  it("inverts: there and back is where one was, for random well-conditioned matrices", () => {
    const element = fc.double({ min: -1, max: 1, noNaN: true });
    const matrix = fc.tuple(...Array.from({ length: 12 }, () => element)).map((m) => {
      for (const diagonal of [0, 5, 10]) m[diagonal]! += 4; // diagonally dominant, condition number below 10
      return m as unknown as AffineMatrix;
    });
    fc.assert(
      fc.property(matrix, element, element, element, (m, x, y, z) => {
        const there = new AffineTransform("scanner", "atlas:T", m);
        const back = there.invert();
        const point = back.apply(there.apply(new Coordinate3D(x, y, z)));
        expect(point.distanceTo(new Coordinate3D(x, y, z))).toBeLessThan(1e-14);
        expect(back.determinant * there.determinant).toBeCloseTo(1, 12);
      }),
    );
  });

  it("inverts voxels as small as a nanometre and as long as a metre", () => {
    const there = AffineTransform.ofVoxels([1e-3, 1e-3, 1e6]);
    const point = there.invert().apply(there.apply(new Coordinate3D(5, 6, 7, "voxel")));
    expect(point.distanceTo(new Coordinate3D(5, 6, 7, "voxel"))).toBeLessThan(1e-14);
  });

  it("maps whole arrays, float64 and float32, also in place and empty", () => {
    const map = new AffineTransform("scanner", "scanner", turn);
    const xyz = Float64Array.of(1, 2, 3, -1, 0, 0.5);
    const expected = [8, 21, 33, 10, 19, 30.5];
    expect([...map.applyToArray(xyz)]).toEqual(expected);
    expect([...xyz]).toEqual([1, 2, 3, -1, 0, 0.5]);
    expect([...map.applyToArray(Float32Array.from(xyz))]).toEqual(expected);
    expect(map.applyToArray(xyz, xyz)).toBe(xyz);
    expect([...xyz]).toEqual(expected);
    expect(map.applyToArray(new Float32Array(0)).length).toBe(0);
  });

  it("refuses points and transforms of the wrong frame", () => {
    const map = AffineTransform.ofVoxels([1, 1, 1]);
    expect(() => map.apply(new Coordinate3D(0, 0, 0, "scanner"))).toThrow(failure("FRAME_MISMATCH"));
    expect(() => map.compose(map)).toThrow(failure("FRAME_MISMATCH"));
    expect(map.compose(map.invert()).matrix).toEqual(AffineTransform.identity("voxel").matrix);
  });

  it("refuses singular, short and non-finite matrices, odd array lengths and voxels of size 0", () => {
    const flat: AffineMatrix = [1, 2, 3, 0, 2, 4, 6, 0, 0, 0, 1, 0];
    expect(() => new AffineTransform("voxel", "scanner", flat).invert()).toThrow(failure("ARGUMENT"));
    const zero: AffineMatrix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    expect(() => new AffineTransform("voxel", "scanner", zero).invert()).toThrow(failure("ARGUMENT"));
    expect(() => new AffineTransform("voxel", "scanner", [1, 2] as unknown as AffineMatrix)).toThrow(
      failure("ARGUMENT"),
    );
    const broken = [...turn] as unknown as AffineMatrix;
    Object.assign(broken, { 3: Number.NaN });
    expect(() => new AffineTransform("voxel", "scanner", broken)).toThrow(failure("ARGUMENT"));
    const map = AffineTransform.identity("scanner");
    expect(() => map.applyToArray(new Float64Array(4))).toThrow(failure("ARGUMENT"));
    expect(() => map.applyToArray(new Float64Array(3), new Float64Array(6))).toThrow(failure("ARGUMENT"));
    expect(() => AffineTransform.ofVoxels([1, 0, 1])).toThrow(failure("ARGUMENT"));
  });
});
