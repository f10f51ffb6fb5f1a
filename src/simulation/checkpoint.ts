/**
 * A run at one moment: all that a new engine of the same network needs to continue to the bit, as plain data and as one
 * checked file.
 *
 * @module
 */
import { z } from "zod";
import type { NumericArray } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { decodeArrayFile, encodeArrayFile } from "../io/array-file.js";
import type { StatePart } from "./state-part.js";

export interface CheckpointHeader {
  readonly format: "wbe-checkpoint";
  /** Raised whenever what is saved changes, or how a step computes. */
  readonly version: number;
  /** Of the network (fingerprint.ts): a checkpoint fits no other. */
  readonly network: string;
  /** Whole steps done, and ms per step. */
  readonly step: number;
  readonly dt: number;
}

export interface Checkpoint extends CheckpointHeader {
  /** States, buffers, weights, traces, counters and records, by name. */
  readonly arrays: ReadonlyMap<string, NumericArray>;
}

export const checkpointVersion = 4;

const headerSchema = z.strictObject({
  format: z.literal("wbe-checkpoint"),
  version: z.int().min(1),
  network: z.string(),
  step: z.int().min(0),
  dt: z.number(),
});

/**
 * A checkpoint as the bytes of one file, with a hash over all of it (io/array-file.ts).
 *
 * @throws WbeError UNSUPPORTED where WebCrypto is missing.
 */
export function encodeCheckpoint({ arrays, ...header }: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  return encodeArrayFile({ header, arrays });
}

/**
 * @param where names the file in messages.
 * @throws WbeError FORMAT for bytes that are not a whole, unchanged checkpoint; DESCRIPTION_INVALID for one of another
 * version.
 */
export async function decodeCheckpoint(bytes: Uint8Array, where?: string): Promise<Checkpoint> {
  const { header, arrays } = await decodeArrayFile(bytes, where);
  const version = z.looseObject({ format: z.literal("wbe-checkpoint"), version: z.int() }).safeParse(header);
  if (!version.success) {
    throw new WbeError("FORMAT", "expected a checkpoint, found another wbe file", { where, cause: version.error });
  }
  checkVersion(version.data.version, where);
  const parsed = headerSchema.safeParse(header);
  if (!parsed.success) {
    throw new WbeError("FORMAT", "expected a checkpoint, found a header without step, dt and network", {
      where,
      cause: parsed.error,
    });
  }
  return { ...parsed.data, arrays };
}

function checkVersion(version: number, where: string | undefined): void {
  if (version === checkpointVersion) return;
  throw new WbeError("DESCRIPTION_INVALID", `expected a checkpoint of version ${checkpointVersion}, found ${version}`, {
    where,
    remedy: "Resume it with the wbe that saved it.",
  });
}

/**
 * Checks that a checkpoint is one of this network, part by part. Changes nothing.
 *
 * @param isOther names that are not the engine's own (those of processes).
 * @throws WbeError DESCRIPTION_INVALID for another network or version, FORMAT for parts that are missing, too many or of
 * another size.
 */
export function checkParts(
  checkpoint: Checkpoint,
  network: string,
  parts: readonly StatePart[],
  isOther: (name: string) => boolean,
): void {
  checkVersion(checkpoint.version, undefined);
  if (checkpoint.network !== network) {
    throw new WbeError("DESCRIPTION_INVALID", "the checkpoint is of another network", {
      remedy:
        "Resume with the description, models, plasticity and processes of the run that was saved; only name and duration may differ.",
    });
  }
  if (!(Number.isInteger(checkpoint.step) && checkpoint.step >= 0 && checkpoint.step <= 0xffffffff)) {
    throw new WbeError("FORMAT", `expected a whole step, found ${checkpoint.step}`, { where: "checkpoint" });
  }
  const known = new Set<string>();
  for (const part of parts) {
    known.add(part.name);
    const values = checkpoint.arrays.get(part.name);
    const problem = values ? part.refuse(values) : "it is missing";
    if (problem) throw new WbeError("FORMAT", problem, { where: `checkpoint, ${part.name}` });
  }
  for (const name of checkpoint.arrays.keys()) {
    if (!known.has(name) && !isOther(name)) {
      throw new WbeError("FORMAT", `found a part "${name}" that this engine does not have`, { where: "checkpoint" });
    }
  }
}
