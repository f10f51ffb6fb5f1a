/** Array files: what was written comes back, or an error. Truncation and bit flips: test/simulation/checkpoint.test.ts. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeArrayFile, encodeArrayFile } from "wbe/io";

const arrays = fc.oneof(
  fc.float64Array(),
  fc.float32Array(),
  fc.uint32Array(),
  fc.int32Array(),
  fc.uint16Array(),
  fc.int16Array(),
  fc.uint8Array(),
  fc.int8Array(),
);

/** A file around any JSON and bytes, with a right length and hash. */
function forge(json: string, body = new Uint8Array(0), jsonBytes?: number): Uint8Array {
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(24 + padded + body.length + 32).fill(0x20);
  bytes.set([0x89, 0x57, 0x42, 0x45, 13, 10, 26, 10]);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(8, BigInt(bytes.length), true);
  view.setBigUint64(16, BigInt(jsonBytes ?? padded), true);
  bytes.set(text, 24);
  bytes.set(body, 24 + padded);
  const sha = (data: Uint8Array) => createHash("sha256").update(data).digest();
  bytes.set(sha(sha(bytes.subarray(0, -32))), bytes.length - 32);
  return bytes;
}

describe("an array file", () => {
  it("gives back header and arrays of every type and length, to the bit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.dictionary(fc.string(), arrays), async (header, given) => {
        const bytes = await encodeArrayFile({ header, arrays: new Map(Object.entries(given)) });
        const back = await decodeArrayFile(bytes);
        expect(JSON.stringify(back.header)).toBe(JSON.stringify(header));
        expect([...back.arrays.keys()]).toEqual(Object.keys(given));
        for (const [name, data] of Object.entries(given)) expect(back.arrays.get(name)).toStrictEqual(data);
      }),
      { numRuns: 200 },
    );
  });

  it("is laid out as documented, with the SHA-256 that another implementation computes", async () => {
    const bytes = await encodeArrayFile({ header: 1, arrays: new Map([["a", Float64Array.of(0.1, -2)]]) });
    const json = '{"header":1,"arrays":[{"name":"a","type":"f64","length":2}]}';
    expect(Buffer.from(bytes).equals(forge(json, new Uint8Array(Float64Array.of(0.1, -2).buffer)))).toBe(true);
  });

  it.each<[string, Uint8Array]>([
    ["text that is no JSON", forge("{")],
    ["JSON of another shape", forge('{"arrays":5}')],
    ["an unknown type", forge('{"header":1,"arrays":[{"name":"a","type":"f16","length":0}]}')],
    [
      "an array beyond the end",
      forge('{"header":1,"arrays":[{"name":"a","type":"f64","length":2}]}', new Uint8Array(8)),
    ],
    ["an array of a length beyond all", forge('{"header":1,"arrays":[{"name":"a","type":"f64","length":9e15}]}')],
    ["bytes of no array", forge('{"header":1,"arrays":[]}', new Uint8Array(8))],
    [
      "two arrays of one name",
      forge('{"header":1,"arrays":[{"name":"a","type":"f64","length":0},{"name":"a","type":"f64","length":0}]}'),
    ],
    ["a header longer than the file", forge('{"header":1,"arrays":[]}', undefined, 1e6)],
    ["a file of nothing but a signature and its length", forge("").subarray(0, 24)],
    ["no bytes", new Uint8Array(0)],
  ])("with a right hash around %s is refused", async (_, bytes) => {
    await expect(decodeArrayFile(bytes, "x.bin")).rejects.toMatchObject({
      code: "FORMAT",
      message: expect.stringContaining("x.bin"),
    });
  });
});
