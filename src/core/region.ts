/**
 * The regions that the labels of an atlas name, as a tree.
 *
 * @module
 */
import { WbeError } from "./errors.js";

export interface Region {
  /** The label of its voxels. */
  readonly id: number;
  readonly acronym: string;
  readonly name: string;
  /** Id of the region that it is a part of; null for a root. */
  readonly parent: number | null;
}

/** Whether the rows make trees. @throws WbeError NAME_CLASH for an id that is used twice; ARGUMENT for a parent that is none, or a circle. */
export function checkRegions(regions: readonly Region[]): void {
  const where = "region tree";
  const byId = new Map<number, Region>();
  for (const region of regions) {
    if (byId.has(region.id)) throw new WbeError("NAME_CLASH", `region id ${region.id} is used twice`, { where });
    byId.set(region.id, region);
  }
  const isDone = new Set<number>();
  for (const region of regions) {
    const path = new Set<number>();
    for (let at: Region | undefined = region; at && !isDone.has(at.id); ) {
      if (path.has(at.id))
        throw new WbeError("ARGUMENT", `region ${at.id} (${at.acronym}) is a part of itself`, { where });
      path.add(at.id);
      if (at.parent === null) break;
      const up = byId.get(at.parent);
      if (!up) {
        throw new WbeError(
          "ARGUMENT",
          `region ${at.id} (${at.acronym}) is a part of ${at.parent}, which is not there`,
          { where },
        );
      }
      at = up;
    }
    for (const id of path) isDone.add(id);
  }
}
