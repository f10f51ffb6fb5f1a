/**
 * Exact Euclidean distance to the boundary of labels, plane by plane: the passes along two axes of a plane.
 *
 * A plane is `rows` rows of `width` values, width a multiple of 4; labels u32, squared distances f32 (units of the caller).
 * What stands outside of the plane's rows belongs to no label. Background (0) has distance 0.
 */

/**
 * Along each row: squared distance to the nearer end of the run of equal labels that a value stands in, h between values.
 * Only the first `used` values of a row count; those behind must have label 0.
 */
export function alongRows(labels: usize, squared: usize, rows: u32, width: u32, used: u32, h: f32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const at = <usize>row * width << 2;
    const label = labels + at;
    const out = squared + at;
    let x: u32 = 0;
    while (x < used) {
      const value = load<u32>(label + (<usize>x << 2));
      let end = x + 1;
      while (end < used && load<u32>(label + (<usize>end << 2)) == value) end++;
      const length = end - x;
      for (let i: u32 = 0; i < length; i++) {
        const steps = min(i + 1, length - i);
        const d = value == 0 ? <f32>0 : h * <f32>steps;
        store<f32>(out + (<usize>(x + i) << 2), d * d);
      }
      x = end;
    }
    for (; x < width; x++) store<f32>(out + (<usize>x << 2), 0);
  }
}

/** Rows searched on each side before the lower envelope takes over, whose cost does not grow with the distance. */
const widest: u32 = 48;

/**
 * Across rows, h apart: the least of f(j) + h²(i − j)² over the rows j of the same run of labels and its ends, where the
 * distance along the row is 0. Four columns at a time: nearer rows first, as long as a row at that distance can matter.
 * `root` 1: the square roots are written. scratch: 12·(rows + 1) bytes.
 */
export function acrossRows(
  labels: usize, squared: usize, result: usize, rows: u32, width: u32, h: f32, root: u32, scratch: usize,
): void {
  const stride = <usize>width << 2;
  const h2 = h * h;
  const limit = f32x4.splat(h2 * <f32>widest * <f32>widest);
  for (let x: u32 = 0; x < width; x += 4) {
    for (let y: u32 = 0; y < rows; y++) {
      const at = (<usize>y * stride) + (<usize>x << 2);
      const label = v128.load(labels + at);
      let d = v128.load(squared + at);
      if (v128.any_true(d)) {
        let up = at;
        let down = at;
        for (let r: u32 = 1; ; r++) {
          const away = f32x4.splat(h2 * <f32>r * <f32>r);
          if (!v128.any_true(f32x4.gt(d, away))) break;
          if (r > widest) break;
          let candidate = away;
          if (y >= r) {
            up -= stride;
            const same = i32x4.eq(v128.load(labels + up), label);
            candidate = f32x4.add(v128.and(v128.load(squared + up), same), away);
          }
          d = f32x4.pmin(d, candidate);
          candidate = away;
          if (y + r < rows) {
            down += stride;
            const same = i32x4.eq(v128.load(labels + down), label);
            candidate = f32x4.add(v128.and(v128.load(squared + down), same), away);
          }
          d = f32x4.pmin(d, candidate);
        }
      }
      v128.store(result + at, d);
    }
    // Columns with something farther than was searched.
    let far = f32x4.splat(0);
    for (let y: u32 = 0; y < rows; y++) {
      far = v128.or(far, f32x4.gt(v128.load(result + (<usize>y * stride) + (<usize>x << 2)), limit));
    }
    const mask = i32x4.bitmask(far);
    if (mask != 0) {
      for (let lane: u32 = 0; lane < 4; lane++) {
        if (((mask >> <i32>lane) & 1) != 0) envelopeOf(labels, squared, result, rows, stride, <usize>(x + lane) << 2, h2, scratch);
      }
    }
    if (root == 0) continue;
    for (let y: u32 = 0; y < rows; y++) {
      const at = result + (<usize>y * stride) + (<usize>x << 2);
      v128.store(at, f32x4.sqrt(v128.load(at)));
    }
  }
}

/** The same for one column by the lower envelope of parabolas (Felzenszwalb & Huttenlocher 2012), run by run. */
function envelopeOf(
  labels: usize, squared: usize, result: usize, rows: u32, stride: usize, column: usize, h2: f32, scratch: usize,
): void {
  const h = <f64>h2;
  // vertex i32[rows + 1], then from f64[rows + 1]: parabola k is lowest from from[k] to from[k + 1].
  const from = scratch;
  const vertex = scratch + (<usize>(rows + 1) << 3);
  let y: u32 = 0;
  while (y < rows) {
    const label = load<u32>(labels + <usize>y * stride + column);
    let end = y + 1;
    while (end < rows && load<u32>(labels + <usize>end * stride + column) == label) end++;
    const n = end - y;
    const base = squared + <usize>y * stride + column;
    const out = result + <usize>y * stride + column;
    y = end;
    if (label == 0) continue;
    let k: u32 = 0;
    store<u32>(vertex, 0);
    store<f64>(from, -Infinity);
    for (let q: u32 = 1; q < n; q++) {
      const fq = <f64>load<f32>(base + <usize>q * stride) + h * <f64>q * <f64>q;
      let s: f64 = 0;
      while (true) {
        const p = load<u32>(vertex + (<usize>k << 2));
        const fp = <f64>load<f32>(base + <usize>p * stride) + h * <f64>p * <f64>p;
        s = (fq - fp) / (2.0 * h * <f64>(q - p));
        if (s > load<f64>(from + (<usize>k << 3)) || k == 0) break;
        k--;
      }
      k++;
      store<u32>(vertex + (<usize>k << 2), q);
      store<f64>(from + (<usize>k << 3), s);
    }
    let j: u32 = 0;
    for (let i: u32 = 0; i < n; i++) {
      while (j < k && load<f64>(from + (<usize>(j + 1) << 3)) < <f64>i) j++;
      const p = load<u32>(vertex + (<usize>j << 2));
      const away = <f64>i - <f64>p;
      const toEnd = <f64>min(i + 1, n - i);
      const d = min(<f64>load<f32>(base + <usize>p * stride) + h * away * away, h * toEnd * toEnd);
      store<f32>(out + <usize>i * stride, <f32>d);
    }
  }
}
