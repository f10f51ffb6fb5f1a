/**
 * The report's style sheet: light and dark, from telephone to print.
 *
 * @module
 */

export const styleSheet = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2733; --soft: #5b6675; --line: #d9dee5; --raised: #f5f7fa; --accent: #0072b2; --warn-ink: #7a4300; --warn-paper: #fff4e0; --warn-line: #e69f00; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181f; --ink: #e4e9f0; --soft: #a3adbb; --line: #333c49; --raised: #1c222c; --accent: #6cb8ec; --warn-ink: #ffd591; --warn-paper: #352609; --warn-line: #b27a00; }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.page { max-width: 1200px; margin: 0 auto; padding: 24px 20px 64px; display: grid; grid-template-columns: 220px minmax(0, 1fr); column-gap: 40px; }
header { grid-column: 1 / -1; border-bottom: 1px solid var(--line); margin-bottom: 24px; padding-bottom: 8px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 12px; }
h2 { font-size: 1.35rem; margin: 40px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
main > section:first-child h2 { margin-top: 0; }
h3 { font-size: 1.05rem; margin: 24px 0 8px; }
p { margin: 0 0 12px; max-width: 75ch; }
code { font: 0.88em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--raised); padding: 1px 4px; border-radius: 4px; }
nav { font-size: 0.9rem; }
nav > div { position: sticky; top: 20px; max-height: calc(100vh - 40px); overflow: auto; }
nav strong { display: block; color: var(--soft); font-weight: 600; margin-bottom: 6px; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav li { margin: 0 0 6px; }
nav a { color: var(--accent); text-decoration: none; }
nav a:hover { text-decoration: underline; }
main { min-width: 0; }
h1, h2, h3, p, nav a, figcaption, .warnings { overflow-wrap: anywhere; }
sup { line-height: 0; }
figure { margin: 20px 0 28px; }
.canvas { background: #fff; border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; padding: 10px; }
.canvas svg { display: block; width: 100%; min-width: 600px; max-width: 820px; height: auto; margin: 0 auto; }
figcaption { font-size: 0.88rem; color: var(--soft); margin-top: 8px; max-width: 90ch; }
figcaption b { color: var(--ink); }
.scroll { overflow-x: auto; margin: 0 0 8px; }
table { border-collapse: collapse; font-size: 0.9rem; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
th small, .unit { font-weight: 400; color: var(--soft); }
.scroll table { min-width: 560px; }
td.short { white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.value { font-weight: 600; white-space: nowrap; }
.detail { color: var(--soft); font-size: 0.92em; overflow-wrap: anywhere; }
.note { font-size: 0.88rem; color: var(--soft); }
.warnings { border: 1px solid var(--warn-line); background: var(--warn-paper); color: var(--warn-ink); border-radius: 8px; padding: 10px 16px; margin: 12px 0 20px; }
.warnings ul { margin: 4px 0 0; padding-left: 20px; }
.warning { color: var(--warn-ink); background: var(--warn-paper); border-left: 3px solid var(--warn-line); padding: 3px 8px; margin-top: 4px; font-size: 0.92em; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; font-size: 0.9rem; margin: 0 0 16px; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
details { margin: 8px 0; border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; }
summary { cursor: pointer; font-weight: 600; font-size: 0.9rem; }
pre { overflow: auto; max-height: 480px; font: 0.8rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; margin: 8px 0 0; }
@media (max-width: 900px) {
  .page { display: block; padding: 16px 14px 48px; }
  nav { border-bottom: 1px solid var(--line); padding-bottom: 10px; margin-bottom: 20px; }
  nav > div { position: static; max-height: none; }
  nav ol { display: flex; flex-wrap: wrap; column-gap: 16px; }
}
@media (max-width: 640px) {
  h1 { font-size: 1.5rem; }
  .measures thead { display: none; }
  .measures tr { display: block; padding: 10px 0; border-bottom: 1px solid var(--line); }
  .measures td { display: block; border: 0; padding: 2px 0; }
  .measures td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
  dl { display: block; }
  dd { margin: 0 0 8px; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --soft: #444; --raised: #f2f2f2; --line: #bbb; --warn-ink: #000; --warn-paper: #fff; }
  .page { display: block; max-width: none; padding: 0; }
  nav > div { position: static; max-height: none; }
  figure, tr, .warnings { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .canvas { border: 0; padding: 0; overflow: visible; }
  .canvas svg { min-width: 0; }
  details { display: none; }
}
`;
