/** SHA-256 of a typed array's bytes (little-endian on every engine that runs WebAssembly), as hexadecimal text. */
export async function digest(
  values: Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array,
): Promise<string> {
  // NaN has many bit patterns, and engines may choose; a check about bits must not depend on it.
  const canonical = values instanceof Float64Array ? values.map((x) => (Number.isNaN(x) ? 0.123456789 : x)) : values;
  const bytes = Uint8Array.from(new Uint8Array(canonical.buffer, canonical.byteOffset, canonical.byteLength));
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
