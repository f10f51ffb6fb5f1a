/**
 * bench/RESULTS.md as `wbe bench` keeps it: one row per benchmark and Node major version, newest measurement only.
 *
 * @module
 */
import type { BenchResult, Comparison, Target } from "./bench.js";

const heading = `# Benchmarks

Written by \`wbe bench NAME\`: do not edit. Ours and the peer take turns; medians. What each one asks stands at the top of
\`bench/NAME.ts\`.

`;
const columns = ["benchmark", "work", "ours", "peer", "ratio", "target", "ok", "details", "node", "machine", "date"];

/** The file's new text. @param existing its text before, "" for none; @param date ISO date of the measurement */
export function mergeResult(existing: string, result: BenchResult, date: string): string {
  const rows = new Map<string, string>();
  for (const line of existing.split("\n")) {
    const cells = line.split("|").map((cell) => cell.trim());
    if (cells.length < columns.length + 2 || cells[1] === columns[0] || /^-+$/.test(cells[1]!)) continue;
    rows.set(key(cells[1]!, cells[1 + columns.indexOf("node")]!), line);
  }
  rows.set(key(result.name, result.node), row(result, date));
  const lines = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return `${heading}| ${columns.join(" | ")} |\n|${columns.map(() => " --- |").join("")}\n${lines.join("\n")}\n`;
}

function key(name: string, node: string): string {
  return `${name} ${node.split(".")[0]}`;
}

function row(result: BenchResult, date: string): string {
  const amount = (value: number) => `${value.toPrecision(3)} ${result.unit}`;
  const cells = [
    result.name,
    result.work,
    amount(result.ours),
    result.peer === null ? "not installed" : `${amount(result.peer)} (${result.peerVersion})`,
    result.ratio === null ? "" : result.ratio.toFixed(2),
    describeTarget(result.target, result.unit),
    result.ok ? "yes" : "no",
    [
      ...(result.further ?? []).map((part) => describeComparison(part, amount)),
      ...Object.entries(result.details).map(
        ([name, detail]) => `${name}: ${typeof detail === "number" ? Number(detail.toPrecision(4)) : detail}`,
      ),
    ].join("; "),
    result.node,
    result.machine,
    date,
  ];
  return `| ${cells.map((cell) => cell.replace(/\|/g, "/").replace(/\n/g, " ")).join(" | ")} |`;
}

function describeTarget({ ratio, value }: Target, unit: string): string {
  return [
    ...(ratio === undefined ? [] : [`ratio ≤ ${ratio}`]),
    ...(value === undefined ? [] : [`≤ ${value} ${unit}`]),
  ].join(", ");
}

/** "build: 0.6 s, peer 3.2 s, ratio 0.19 (ratio ≤ 0.3)" */
function describeComparison({ name, ours, peer, target }: Comparison, amount: (value: number) => string): string {
  const beside = peer === null ? "" : `, peer ${amount(peer)}, ratio ${(ours / peer).toFixed(2)}`;
  return `${name}: ${amount(ours)}${beside} (${describeTarget(target, "") || "no target"})`;
}
