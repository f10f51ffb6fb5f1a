/**
 * Region trees as JSON (core/region.ts).
 *
 * @module
 */
import { z } from "zod";
import { WbeError } from "../core/errors.js";
import { checkRegions, type Region } from "../core/region.js";

const row = z.object({
  id: z.int().min(0),
  acronym: z.string().optional(),
  name: z.string(),
  parent_structure_id: z.int().nullish(),
  parent: z.int().nullish(),
  get children() {
    return z.array(row).optional();
  },
});
type Row = z.infer<typeof row>;

/**
 * Regions from JSON: nested rows with `children`, or flat rows with `parent_structure_id` (or `parent`), as the Allen Brain Atlas API
 * gives them, also wrapped as { msg: [...] }. Rows need `id` and `name`; the acronym is the name when there is none.
 *
 * @throws WbeError FORMAT that names the row that is not one; as checkRegions.
 */
export function readRegionTree(json: unknown): Region[] {
  const wrapped = z.object({ msg: z.array(z.unknown()) }).safeParse(json);
  const given = wrapped.success ? wrapped.data.msg : json;
  const rows = parseRows(given);
  if (!rows.success) {
    const issue = rows.error.issues[0]!;
    throw new WbeError(
      "FORMAT",
      `expected regions with id and name, found a fault at ${issue.path.join(".") || "the top"}: ${issue.message}`,
      {
        where: "region tree",
        remedy: "Give rows { id, acronym, name, parent_structure_id } or nested rows with children.",
      },
    );
  }
  const regions: Region[] = [];
  // A stack of our own: trees as deep as a file likes.
  const stack: { row: Row; parent: number | null }[] = rows.data.map((one) => ({ row: one, parent: null })).reverse();
  while (stack.length > 0) {
    const { row: one, parent } = stack.pop()!;
    const up = parent ?? one.parent_structure_id ?? one.parent ?? null;
    regions.push({ id: one.id, acronym: one.acronym ?? one.name, name: one.name, parent: up });
    for (const child of [...(one.children ?? [])].reverse()) stack.push({ row: child, parent: one.id });
  }
  checkRegions(regions);
  return regions;
}

function parseRows(given: unknown) {
  try {
    return z.union([z.array(row), row.transform((one) => [one])]).safeParse(given);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new WbeError("LIMIT", "regions are nested too deeply", {
      where: "region tree",
      remedy: "Give flat rows with parent_structure_id.",
      cause,
    });
  }
}
