/**
 * Connected components of a volume of labels, slice by slice: runs of equal labels along x, joined by union–find.
 *
 * Memory holds the values and runs of two slices and the table of provisional labels; never the volume.
 * A run is 12 bytes: first x, end x (behind the last), provisional label, u32 each. Runs of row y of a slice stand at
 * rows[y] … rows[y + 1] − 1, rows u32[ny + 1].
 * Table: entry k (8 bytes) holds the parent of provisional label k, u32, and the voxels counted for it, u32. A parent is
 * never larger than its child, so that roots come first in memory order. Entry 0 is the background.
 */

// @ts-ignore: decorator
@inline
function parentOf(table: usize, k: u32): u32 {
  return load<u32>(table + (<usize>k << 3));
}

// @ts-ignore: decorator
@inline
function setParent(table: usize, k: u32, parent: u32): void {
  store<u32>(table + (<usize>k << 3), parent);
}

function rootOf(table: usize, k: u32): u32 {
  let parent = parentOf(table, k);
  while (parent != k) {
    const up = parentOf(table, parent);
    setParent(table, k, up);
    k = up;
    parent = parentOf(table, k);
  }
  return k;
}

/** Joins two components and returns the root. */
function unite(table: usize, a: u32, b: u32): u32 {
  a = rootOf(table, a);
  b = rootOf(table, b);
  if (a < b) {
    setParent(table, b, a);
    return a;
  }
  setParent(table, a, b);
  return b;
}

const runBytes: usize = 12;

/** Bit i: value x + i differs from the one before it; 16 values. */
// @ts-ignore: decorator
@inline
function changes<T>(at: usize): u32 {
  if (sizeof<T>() == 1) return <u32>i8x16.bitmask(i8x16.ne(v128.load(at), v128.load(at - 1)));
  if (sizeof<T>() == 2) {
    const a = i16x8.ne(v128.load(at), v128.load(at - 2));
    const b = i16x8.ne(v128.load(at, 16), v128.load(at - 2, 16));
    return <u32>i8x16.bitmask(i8x16.narrow_i16x8_s(a, b));
  }
  if (sizeof<T>() == 4) {
    const a = i32x4.ne(v128.load(at), v128.load(at - 4));
    const b = i32x4.ne(v128.load(at, 16), v128.load(at - 4, 16));
    const c = i32x4.ne(v128.load(at, 32), v128.load(at - 4, 32));
    const d = i32x4.ne(v128.load(at, 48), v128.load(at - 4, 48));
    return <u32>i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
  }
  let mask: u32 = 0;
  for (let i: u32 = 0; i < 16; i += 2) {
    const p = at + (<usize>i << 3);
    mask |= <u32>i64x2.bitmask(i64x2.ne(v128.load(p), v128.load(p - 8))) << i;
  }
  return mask;
}

/** Runs of values other than 0 in a row, without labels; returns the place behind them. */
// @ts-ignore: decorator
@inline
function findRuns<T>(row: usize, nx: u32, run: usize): usize {
  let first: u32 = 0;
  let value = load<T>(row);
  for (let x: u32 = 0; x < nx; x += 16) {
    let mask = changes<T>(row + <usize>x * sizeof<T>());
    if (x == 0) mask &= ~1;
    if (nx - x < 16) mask &= (1 << (nx - x)) - 1;
    while (mask != 0) {
      const end = x + ctz(mask);
      mask &= mask - 1;
      store<u32>(run, first);
      store<u32>(run, end, 4);
      store<u32>(run, 0, 8);
      run += value != 0 ? runBytes : 0;
      first = end;
      value = load<T>(row + <usize>end * sizeof<T>());
    }
  }
  store<u32>(run, first);
  store<u32>(run, nx, 4);
  store<u32>(run, 0, 8);
  return value != 0 ? run + runBytes : run;
}

/** Joins the components of runs a and b. */
// @ts-ignore: decorator
@inline
function joinRuns(a: usize, b: usize, table: usize): void {
  const label = load<u32>(a, 8);
  const other = parentOf(table, load<u32>(b, 8));
  if (label != other) store<u32>(a, label == 0 ? other : unite(table, label, other), 8);
}

// @ts-ignore: decorator
@inline
function isSame<T>(a: usize, rowA: usize, b: usize, rowB: usize): bool {
  return load<T>(rowA + <usize>load<u32>(a) * sizeof<T>()) == load<T>(rowB + <usize>load<u32>(b) * sizeof<T>());
}

/**
 * Joins the runs of one row whose addresses stand in open … stop − 4 with the runs b … stopB − 1 of another row that touch
 * them and have the same value; `reach`: how far apart along x touching runs may be, 0 for rows that share a face only.
 */
// @ts-ignore: decorator
@inline
function joinRows<T>(open: usize, stop: usize, rowA: usize, b: usize, stopB: usize, rowB: usize, reach: u32, table: usize): void {
  while (open < stop && b < stopB) {
    const a = <usize>load<u32>(open);
    const endA = load<u32>(a, 4);
    const endB = load<u32>(b, 4);
    if (load<u32>(a) < endB + reach && load<u32>(b) < endA + reach) {
      if (isSame<T>(a, rowA, b, rowB)) joinRuns(a, b, table);
      // Runs that end together: the next of each touches the other at its corner, and only one of the two pairs comes next.
      if (endA == endB && open + 4 < stop) {
        const next = <usize>load<u32>(open, 4);
        if (load<u32>(next) < endB + reach && isSame<T>(next, rowA, b, rowB)) joinRuns(next, b, table);
      }
    }
    const step = endA < endB;
    open += step ? 4 : 0;
    b += step ? 0 : runBytes;
  }
}

/**
 * Gives each run a … stopA − 1 that lies within a run of the same value in the row below it that run's label, and lists the others
 * at `open`; returns the end of the list. With 26 neighbours nothing is left to do for the first: whatever touches them also touches the run
 * below, and has been joined with it.
 */
// @ts-ignore: decorator
@inline
function takeFromBelow<T>(a: usize, stopA: usize, rowA: usize, b: usize, stopB: usize, rowB: usize, open: usize, table: usize): usize {
  for (; a < stopA; a += runBytes) {
    const first = load<u32>(a);
    while (b < stopB && load<u32>(b, 4) <= first) b += runBytes;
    if (b < stopB && load<u32>(b) <= first && load<u32>(b, 4) >= load<u32>(a, 4) && isSame<T>(a, rowA, b, rowB)) {
      store<u32>(a, parentOf(table, load<u32>(b, 8)), 8);
    } else {
      store<u32>(open, <u32>a);
      open += 4;
    }
  }
  return open;
}

// @ts-ignore: decorator
@inline
function listAll(a: usize, stopA: usize, open: usize): usize {
  for (; a < stopA; a += runBytes, open += 4) store<u32>(open, <u32>a);
  return open;
}

function labelSlice<T>(
  values: usize, rows: usize, runs: usize, below: usize, rowsBelow: usize, runsBelow: usize,
  nx: u32, ny: u32, hasBelow: u32, connectivity: u32, table: usize, used: u32, open: usize,
): u32 {
  const faceReach: u32 = connectivity == 6 ? 0 : 1;
  const edgeReach: u32 = connectivity == 26 ? 1 : 0;
  const rowBytes = <usize>nx * sizeof<T>();
  let start = runs;
  let before = runs;
  for (let y: u32 = 0; y < ny; y++) {
    const row = values + <usize>y * rowBytes;
    const stop = findRuns<T>(row, nx, start);
    store<u32>(rows + (<usize>y << 2), <u32>((start - runs) / runBytes));
    if (stop > start) {
      const at = rowsBelow + (<usize>y << 2);
      const under = below + <usize>y * rowBytes;
      const from = hasBelow != 0 ? runsBelow + <usize>load<u32>(at) * runBytes : 0;
      const to = hasBelow != 0 ? runsBelow + <usize>load<u32>(at, 4) * runBytes : 0;
      const isWide = connectivity == 26 && hasBelow != 0;
      const end = isWide
        ? takeFromBelow<T>(start, stop, row, from, to, under, open, table)
        : listAll(start, stop, open);
      if (end > open) {
        if (hasBelow != 0) {
          joinRows<T>(open, end, row, from, to, under, faceReach, table);
          if (connectivity != 6) {
            if (y > 0) {
              const left = runsBelow + <usize>load<u32>(at - 4) * runBytes;
              joinRows<T>(open, end, row, left, from, under - rowBytes, edgeReach, table);
            }
            if (y + 1 < ny) {
              const right = runsBelow + <usize>load<u32>(at, 8) * runBytes;
              joinRows<T>(open, end, row, to, right, under + rowBytes, edgeReach, table);
            }
          }
        }
        if (y > 0) joinRows<T>(open, end, row, before, start, row - rowBytes, faceReach, table);
      }
      for (let run = start; run < stop; run += runBytes) {
        let label = load<u32>(run, 8);
        if (label == 0) {
          label = used++;
          store<u64>(table + (<usize>label << 3), label);
          store<u32>(run, label, 8);
        }
        const entry = table + (<usize>label << 3);
        store<u32>(entry, load<u32>(entry, 4) + (load<u32>(run, 4) - load<u32>(run)), 4);
      }
    }
    before = start;
    start = stop;
  }
  store<u32>(rows + (<usize>ny << 2), <u32>((start - runs) / runBytes));
  return used;
}

/**
 * One slice: values [ny][nx] of `bytes` bytes each (1, 2, 4 or 8) to runs (room for nx·ny) and rows. `below` with its
 * rows and runs is the slice before, if `hasBelow` is 1. Provisional labels 1 … used − 1 are taken; returns the new
 * `used`. The table must have room for nx·ny more. Behind the values, 128 bytes are read, and not used. `open` is scratch,
 * u32[nx].
 */
export function labelSliceOf(
  bytes: u32, values: usize, rows: usize, runs: usize, below: usize, rowsBelow: usize, runsBelow: usize,
  nx: u32, ny: u32, hasBelow: u32, connectivity: u32, table: usize, used: u32, open: usize,
): u32 {
  if (bytes == 1) return labelSlice<u8>(values, rows, runs, below, rowsBelow, runsBelow, nx, ny, hasBelow, connectivity, table, used, open);
  if (bytes == 2) return labelSlice<u16>(values, rows, runs, below, rowsBelow, runsBelow, nx, ny, hasBelow, connectivity, table, used, open);
  if (bytes == 4) return labelSlice<u32>(values, rows, runs, below, rowsBelow, runsBelow, nx, ny, hasBelow, connectivity, table, used, open);
  return labelSlice<u64>(values, rows, runs, below, rowsBelow, runsBelow, nx, ny, hasBelow, connectivity, table, used, open);
}

/**
 * Ends the table: the parent of entry k becomes its final label, 1 … count in the order of first voxels. sizes u32[used]
 * receives the voxels of final label k at k − 1. Returns count.
 */
export function resolveTable(table: usize, used: u32, sizes: usize): u32 {
  for (let k: u32 = 1; k < used; k++) {
    const root = rootOf(table, k);
    if (root == k) continue;
    const entry = table + (<usize>root << 3);
    store<u32>(entry, load<u32>(entry, 4) + load<u32>(table + (<usize>k << 3), 4), 4);
    setParent(table, k, root);
  }
  let count: u32 = 0;
  for (let k: u32 = 1; k < used; k++) {
    const entry = table + (<usize>k << 3);
    const parent = load<u32>(entry);
    if (parent != k) {
      // The root stands before it and holds its final label by now.
      store<u32>(entry, parentOf(table, parent));
      continue;
    }
    store<u32>(sizes + (<usize>count << 2), load<u32>(entry, 4));
    store<u32>(entry, ++count);
  }
  return count;
}

/** Final labels of a slice, u32[ny][nx], from its rows and runs and a table that was resolved. */
export function writeSlice(rows: usize, runs: usize, nx: u32, ny: u32, table: usize, labels: usize): void {
  memory.fill(labels, 0, (<usize>nx * ny) << 2);
  let run = runs;
  for (let y: u32 = 0; y < ny; y++) {
    const stop = runs + <usize>load<u32>(rows + ((<usize>y + 1) << 2)) * runBytes;
    const out = labels + ((<usize>y * nx) << 2);
    for (; run < stop; run += runBytes) {
      const label = parentOf(table, load<u32>(run, 8));
      let at = out + (<usize>load<u32>(run) << 2);
      const end = out + (<usize>load<u32>(run, 4) << 2);
      const four = i32x4.splat(label);
      for (; at + 16 <= end; at += 16) v128.store(at, four);
      for (; at < end; at += 4) store<u32>(at, label);
    }
  }
}
