/** A value with its typed arrays as plain ones, where their width does not matter. */
export function withPlainNumbers(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withPlainNumbers(item)] as const));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPlainNumbers(item)]));
}
