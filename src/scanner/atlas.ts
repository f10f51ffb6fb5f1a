/**
 * Brain atlases: a label volume and the tree of regions that its labels name.
 *
 * @module
 */
import { AffineTransform, Coordinate3D, type Frame } from "../core/coordinates.js";
import { WbeError } from "../core/errors.js";
import { checkRegions, type Region } from "../core/region.js";
import { suggestName } from "../core/suggestion.js";
import type { Volume } from "../core/volume.js";
import { checkVolume } from "./segmentation.js";

export interface AtlasOptions {
  /** Name of the reference space, as in the frame "atlas:CCFv3". */
  readonly name: string;
  /** Region ids by voxel; 0 is outside of the brain. */
  readonly labels: Volume;
  readonly regions: readonly Region[];
  /** From the volume's scanner frame to the atlas frame; by default the two are one. */
  readonly toAtlas?: AffineTransform;
}

/**
 * An immutable atlas.
 *
 * @example
 * const atlas = new BrainAtlas({ name: "CCFv3", labels, regions: readRegionTree(json) });
 * atlas.regionAt(new Coordinate3D(5000, 3000, 4000, "atlas:CCFv3"))?.acronym;
 */
export class BrainAtlas {
  readonly name: string;
  readonly frame: Frame;
  readonly regions: readonly Region[];
  readonly labels: Volume;
  /** Voxel indices → scanner um → atlas um. */
  readonly voxelToAtlas: AffineTransform;
  readonly #toVoxel: AffineTransform;
  readonly #scannerToVoxel: AffineTransform;
  readonly #byId: ReadonlyMap<number, Region>;
  readonly #byName: ReadonlyMap<string, Region>;
  readonly #children: ReadonlyMap<number, readonly Region[]>;
  /** Of each region alone, without its parts: voxels and the sum of their indices along x, y, z. */
  readonly #own = new Map<number, { voxels: number; sum: [number, number, number] }>();

  /**
   * @throws WbeError as for any volume and region tree; NAME_UNKNOWN when voxels carry labels that no region has;
   *   FRAME_MISMATCH for a transform that does not lead from the scanner to the atlas frame.
   */
  constructor({ name, labels, regions, toAtlas }: AtlasOptions) {
    checkVolume(labels, "atlas");
    checkRegions(regions);
    this.name = name;
    this.frame = `atlas:${name}`;
    this.labels = labels;
    this.regions = Object.freeze([...regions]);
    const identity = AffineTransform.identity("scanner").matrix;
    const last = toAtlas ?? new AffineTransform("scanner", this.frame, identity);
    if (last.to !== this.frame) {
      throw new WbeError("FRAME_MISMATCH", `expected a transform to "${this.frame}", found one to "${last.to}"`, {
        where: "atlas",
      });
    }
    const toScanner = AffineTransform.ofVoxels(labels.voxelSize, labels.origin);
    this.voxelToAtlas = toScanner.compose(last);
    this.#toVoxel = this.voxelToAtlas.invert();
    this.#scannerToVoxel = toScanner.invert();
    this.#byId = new Map(regions.map((region) => [region.id, region]));
    const byName = new Map<string, Region>();
    // Acronyms win over names, earlier regions over later ones.
    for (const region of [...regions].reverse()) byName.set(region.name, region);
    for (const region of [...regions].reverse()) byName.set(region.acronym, region);
    this.#byName = byName;
    const children = new Map<number, Region[]>(regions.map(({ id }) => [id, []]));
    for (const region of regions) if (region.parent !== null) children.get(region.parent)!.push(region);
    this.#children = children;
    this.#count();
  }

  #count(): void {
    const { data, shape } = this.labels;
    const [nx, ny, nz] = shape;
    const unknown = new Map<number, number>();
    for (let z = 0, start = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++, start += nx) {
        for (let x = 0; x < nx; ) {
          const label = Number(data[start + x]);
          let end = x + 1;
          while (end < nx && Number(data[start + end]) === label) end++;
          const n = end - x;
          if (label !== 0 && !this.#byId.has(label)) unknown.set(label, (unknown.get(label) ?? 0) + n);
          else if (label !== 0) {
            const own = this.#own.get(label) ?? { voxels: 0, sum: [0, 0, 0] as [number, number, number] };
            this.#own.set(label, own);
            own.voxels += n;
            own.sum[0] += (n * (x + end - 1)) / 2;
            own.sum[1] += n * y;
            own.sum[2] += n * z;
          }
          x = end;
        }
      }
    }
    if (unknown.size > 0) {
      const list = [...unknown].slice(0, 5).map(([label, n]) => `${label} (${n} voxels)`);
      throw new WbeError("NAME_UNKNOWN", `${unknown.size} labels of the volume name no region: ${list.join(", ")}`, {
        where: "atlas",
        remedy: "Give the region tree that belongs to this annotation, or set those voxels to 0.",
      });
    }
  }

  /** A region by id, acronym or name. @throws WbeError NAME_UNKNOWN with the nearest name. */
  region(key: number | string): Region {
    const found = typeof key === "number" ? this.#byId.get(key) : this.#byName.get(key);
    if (found) return found;
    throw new WbeError("NAME_UNKNOWN", `no region ${JSON.stringify(key)}`, {
      where: `atlas ${this.name}`,
      remedy: suggestName(String(key), [...this.#byName.keys()]),
    });
  }

  /** The region at a point in the voxel, scanner or atlas frame; null outside of the volume and where the label is 0. @throws WbeError FRAME_MISMATCH. */
  regionAt(point: Coordinate3D): Region | null {
    const toVoxel = point.frame === "scanner" ? this.#scannerToVoxel : this.#toVoxel;
    const at = point.frame === "voxel" ? point : toVoxel.apply(point);
    const [nx, ny, nz] = this.labels.shape;
    const [x, y, z] = [Math.round(at.x), Math.round(at.y), Math.round(at.z)];
    if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz) return null;
    return this.#byId.get(Number(this.labels.data[x + nx * (y + ny * z)])) ?? null;
  }

  /** The parts that a region directly has, in the order of the tree. */
  childrenOf(key: number | string): readonly Region[] {
    return this.#children.get(this.region(key).id)!;
  }

  /** The region and all of its parts, depth first. */
  withDescendants(key: number | string): Region[] {
    const found: Region[] = [];
    const stack = [this.region(key)];
    while (stack.length > 0) {
      const region = stack.pop()!;
      found.push(region);
      stack.push(...[...this.#children.get(region.id)!].reverse());
    }
    return found;
  }

  /** What the region is a part of, nearest first, up to the root. */
  ancestorsOf(key: number | string): Region[] {
    const found: Region[] = [];
    for (let at = this.region(key); at.parent !== null; ) {
      at = this.#byId.get(at.parent)!;
      found.push(at);
    }
    return found;
  }

  /** Whether a region is `whole` or a part of it. */
  isWithin(key: number | string, whole: number | string): boolean {
    const { id } = this.region(whole);
    return this.region(key).id === id || this.ancestorsOf(key).some((region) => region.id === id);
  }

  /** Voxels of a region with all of its parts. */
  voxelsOf(key: number | string): number {
    return this.withDescendants(key).reduce((sum, { id }) => sum + (this.#own.get(id)?.voxels ?? 0), 0);
  }

  /** um³ in the atlas frame, with all parts. */
  volumeOf(key: number | string): number {
    return this.voxelsOf(key) * Math.abs(this.voxelToAtlas.determinant);
  }

  /** Centre of mass with all parts, in the atlas frame; null for a region without voxels. */
  centerOf(key: number | string): Coordinate3D | null {
    let voxels = 0;
    const sum: [number, number, number] = [0, 0, 0];
    for (const { id } of this.withDescendants(key)) {
      const own = this.#own.get(id);
      if (!own) continue;
      voxels += own.voxels;
      for (const axis of [0, 1, 2] as const) sum[axis] += own.sum[axis];
    }
    if (voxels === 0) return null;
    return this.voxelToAtlas.apply(new Coordinate3D(sum[0] / voxels, sum[1] / voxels, sum[2] / voxels, "voxel"));
  }

  /** 1 for voxels of a region and its parts, else 0. */
  maskOf(key: number | string): Uint8Array {
    const ids = new Set(this.withDescendants(key).map(({ id }) => id));
    return Uint8Array.from(this.labels.data as ArrayLike<number>, (label) => (ids.has(Number(label)) ? 1 : 0));
  }

  /**
   * The region among `level` (say, those of one parcellation) that a point lies in or is a part of; null when none.
   *
   * @throws WbeError NAME_UNKNOWN, FRAME_MISMATCH.
   */
  regionAmong(point: Coordinate3D, level: readonly (number | string)[]): Region | null {
    const here = this.regionAt(point);
    if (!here) return null;
    const wanted = new Set(level.map((key) => this.region(key).id));
    return [here, ...this.ancestorsOf(here.id)].find(({ id }) => wanted.has(id)) ?? null;
  }
}
