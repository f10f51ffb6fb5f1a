// Values → text, one to one for all that a check may return: JSON with -0, non-finite numbers and typed arrays kept apart.
// Two runs agree to the bit when their texts are equal (JavaScript prints a number so that it reads back the same).

/** @param {unknown} value plain data, typed arrays, Map or Set; anything else is refused */
export function encode(value) {
  return JSON.stringify(plain(value, "result"));
}

function plain(value, path) {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : `${value}` };
  }
  if (value === undefined) return { $undefined: true };
  if (typeof value === "bigint") return { $bigint: value.toString() };
  if (ArrayBuffer.isView(value) && "length" in value) {
    return { $array: value.constructor.name, values: Array.from(value, (x, i) => plain(x, `${path}[${i}]`)) };
  }
  if (Array.isArray(value)) return value.map((x, i) => plain(x, `${path}[${i}]`));
  if (value instanceof Map) return { $map: plain([...value], path) };
  if (value instanceof Set) return { $set: plain([...value], path) };
  const prototype = Object.getPrototypeOf(value);
  if (typeof value === "object" && (prototype === Object.prototype || prototype === null)) {
    return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, plain(x, `${path}.${key}`)]));
  }
  throw new TypeError(`expected plain data at ${path}, found ${value?.constructor?.name ?? typeof value}`);
}
