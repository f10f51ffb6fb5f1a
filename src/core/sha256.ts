/**
 * SHA-256 through WebCrypto, in Node and in browsers.
 *
 * @module
 */
import { WbeError } from "./errors.js";

/**
 * The 32 bytes of the SHA-256 (FIPS 180-4) of `bytes`.
 *
 * @throws WbeError UNSUPPORTED where WebCrypto is missing (a page served without https).
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new WbeError("UNSUPPORTED", "expected WebCrypto (crypto.subtle) for SHA-256, found none", {
      remedy: "Serve the page over https or from localhost.",
    });
  }
  return new Uint8Array(await subtle.digest("SHA-256", bytes));
}

/** Two lower-case hexadecimal digits a byte. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
