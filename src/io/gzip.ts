/**
 * gzip and raw deflate by the platform's streams, bounded while they grow.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * Unpacks.
 *
 * @param most stops after this many bytes, when only a head is wanted; the input may then be cut.
 * @throws WbeError LIMIT when there is more than `limit`, FORMAT for damaged data.
 */
export async function inflate(
  bytes: Uint8Array,
  format: "gzip" | "deflate" | "deflate-raw",
  limit: number,
  where: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    const input = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        // Small pieces keep what is unpacked at a time small too.
        for (let at = 0; at < bytes.length; at += 65536) controller.enqueue(bytes.slice(at, at + 65536));
        controller.close();
      },
    });
    const reader = input.pipeThrough(new DecompressionStream(format)).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      total += value.length;
      if (total > limit || total >= most) {
        await reader.cancel().catch(() => undefined);
        break;
      }
    }
  } catch (cause) {
    if (total < most || most === Number.POSITIVE_INFINITY) {
      throw new WbeError("FORMAT", `expected ${format} data, found damaged or cut data`, { where, cause });
    }
  }
  if (total > limit) {
    throw new WbeError("LIMIT", `expected at most ${limit} bytes when unpacked, found more`, {
      where,
      remedy: "If the file can be trusted, give maxBytes (--max-bytes) to read it.",
    });
  }
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Packs as gzip. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
