import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Connectivity, type LabelArray, labelComponents } from "wbe/scanner";
import { sha256, toHex } from "../../src/core/sha256.js";
import golden from "../golden/scanner.json" with { type: "json" };
import { dataFolder } from "../io/data-folder.js";
import { shape, volumes } from "./golden-volumes.js";

type Triple = [number, number, number];

/** The definition: flood from each voxel in memory order. */
function flood(values: ArrayLike<number | bigint>, [nx, ny, nz]: Triple, connectivity: Connectivity): Uint32Array {
  const most = { 6: 1, 18: 2, 26: 3 }[connectivity];
  const labels = new Uint32Array(nx * ny * nz);
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (Number(values[start]) === 0 || labels[start] !== 0) continue;
    labels[start] = ++count;
    const stack = [start];
    while (stack.length > 0) {
      const i = stack.pop()!;
      const [x, y, z] = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
      for (let c = Math.max(0, z - 1); c <= Math.min(nz - 1, z + 1); c++) {
        for (let b = Math.max(0, y - 1); b <= Math.min(ny - 1, y + 1); b++) {
          for (let a = Math.max(0, x - 1); a <= Math.min(nx - 1, x + 1); a++) {
            if (Math.abs(a - x) + Math.abs(b - y) + Math.abs(c - z) > most) continue;
            const j = a + nx * (b + ny * c);
            if (labels[j] !== 0 || values[j] !== values[start]) continue;
            labels[j] = count;
            stack.push(j);
          }
        }
      }
    }
  }
  return labels;
}

describe("connected components", () => {
  it.each(golden.components)("are those of cc3d: $volume, $connectivity neighbours", async (expected) => {
    const values = volumes[expected.volume as keyof typeof volumes];
    const found = labelComponents(values, shape, expected.connectivity as Connectivity);
    expect(found.count).toBe(expected.count);
    expect(toHex(await sha256(Uint8Array.from(new Uint8Array(found.labels.buffer))))).toBe(expected.sha256);
  });

  it("equal the definition on random labels of every width, with sizes", () => {
    const side = fc.integer({ min: 1, max: 40 });
    const kinds = [Uint8Array, Uint16Array, Uint32Array, BigUint64Array] as const;
    fc.assert(
      fc.property(
        fc.tuple(side, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
        fc.constantFrom<Connectivity>(6, 18, 26),
        fc.nat(3),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat(99)),
        (size, connectivity, kind, nLabels, stream) => {
          // Where wide, labels that differ in the highest bits alone.
          const shift = 2n ** BigInt(8 * kinds[kind]!.BYTES_PER_ELEMENT - 3);
          const drawn = Array.from({ length: size[0] * size[1] * size[2] }, () => stream.next().value! % (nLabels + 1));
          const values = (
            kind === 3
              ? BigUint64Array.from(drawn, (v) => BigInt(v) * shift)
              : new kinds[kind]!(drawn.map((v) => v * Number(shift)) as never[])
          ) as LabelArray;
          const expected = flood(values, size, connectivity);
          const found = labelComponents(values, size, connectivity);
          expect(found.labels).toEqual(expected);
          const sizes = new Uint32Array(found.count);
          for (const label of expected) if (label > 0) sizes[label - 1]!++;
          expect(found.sizes).toEqual(sizes);
        },
      ),
      { numRuns: 300, seed: 8 },
    );
  });

  it.runIf(dataFolder)(
    "of the FIB-25 crop are 78 by corners and 88 by faces (SOURCES.md), its 52 labels one by one",
    () => {
      const packed = readFileSync(join(dataFolder!, "imaging/fib25_64x64x64_uint64_segmentation.dat.gz"));
      const labels = new BigUint64Array(new Uint8Array(gunzipSync(packed)).buffer);
      expect(new Set(labels).size).toBe(52);
      expect(labelComponents(labels, [64, 64, 64], 26).count).toBe(78);
      expect(labelComponents(labels, [64, 64, 64], 6).count).toBe(88);
    },
  );

  it("leave out those below minSize and number the rest without gaps", () => {
    const found = labelComponents(Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 2, 2, 2), [10, 1, 1], 6, 2);
    expect([...found.labels]).toEqual([0, 0, 1, 1, 0, 0, 0, 2, 2, 2]);
    expect([...found.sizes]).toEqual([2, 3]);
  });

  it("of an empty volume are none", () => {
    expect(labelComponents(new Uint8Array(0), [0, 3, 3], 26)).toEqual({
      labels: new Uint32Array(0),
      count: 0,
      sizes: new Uint32Array(0),
      removed: { components: 0, voxels: 0, largest: 0 },
    });
    expect(labelComponents(new Uint8Array(0), [3, 3, 0], 26).count).toBe(0);
  });

  it("refuse another connectivity and a volume that does not fit", () => {
    expect(() => labelComponents(new Uint8Array(8), [2, 2, 2], 8 as Connectivity)).toThrow(/6, 18 or 26, found 8/);
    expect(() => labelComponents(new Uint8Array(7), [2, 2, 2], 6)).toThrow(/8 voxels, found 7/);
  });
});
