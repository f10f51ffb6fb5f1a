/** How a NIfTI file begins. @module */

/** True for the magic of NIfTI-1 ("n+1", "ni1") or NIfTI-2 ("n+2", "ni2"). */
export function isNiftiHead(head: Uint8Array): boolean {
  const text = (at: number) => String.fromCharCode(...head.subarray(at, at + 3));
  return ["n+1", "ni1"].includes(text(344)) || ["n+2", "ni2"].includes(text(4));
}
