/**
 * Arrays that the caller and its processes may keep, read and write while a network rests. With one share these are the
 * arrays in use; with several, copies that are written back before the network goes on and read again when it rests.
 *
 * @module
 */
import type { NumericArray } from "../core/column.js";
import type { Joined } from "./joined.js";

export class LiveViews {
  private readonly copies = new Map<Joined, NumericArray>();

  of<A extends NumericArray>(joined: Joined<A>): A {
    if (joined.isLive) return joined.read();
    const known = this.copies.get(joined as Joined);
    if (known) return known as A;
    const copy = joined.read();
    this.copies.set(joined as Joined, copy);
    return copy;
  }

  /** What the caller wrote takes effect. Before anything else reads or changes the network. */
  writeBack(): void {
    for (const [joined, copy] of this.copies) joined.write(copy);
  }

  /** The copies show the network as it is. After anything else has changed it. */
  readAgain(): void {
    for (const [joined, copy] of this.copies) joined.readInto(copy);
  }
}
