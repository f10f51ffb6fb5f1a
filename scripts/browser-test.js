// Runs test/browser/*.checks.ts in Debian's chromium and in Node, and compares what they return to the bit. Each exported
// function of such a file is one check: it takes nothing, returns plain data, and may throw. A folder of src that
// imports a Node module does not get as far as the page.
//
//   node scripts/browser-test.js [PART-OF-A-NAME]        CHROMIUM names another browser executable
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { bundleChecks } from "./browser/bundle.js";
import { serveFolder } from "./browser/serve.js";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const checkTimeout = 60_000;
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function findChromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = ["chromium", "chromium-browser"].flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const file of process.env.CHROMIUM ? [process.env.CHROMIUM] : candidates) {
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not there; the next one may be.
    }
  }
  throw new Error("expected chromium on the PATH or named by CHROMIUM, found none; apt-get install chromium");
}

/** The value, or an error after `checkTimeout`. */
async function limited(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer within ${checkTimeout / 1000} s`)), checkTimeout);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function timed(run) {
  const start = performance.now();
  const value = await run();
  return { value, ms: Math.round(performance.now() - start) };
}

/** Where two texts part, with a little of each. */
function firstDifference(a, b) {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const from = Math.max(0, i - 40);
  return `chromium …${a.slice(from, i + 40)}…, node …${b.slice(from, i + 40)}…`;
}

async function runChecks(page, node, filter) {
  const failures = [];
  const names = node.list().filter((name) => name.includes(filter));
  if (names.length === 0) failures.push(`no check has a name with "${filter}" in it`);
  for (const name of names) {
    try {
      const here = await timed(() => limited(node.run(name), "node"));
      const there = await timed(() =>
        limited(
          page.evaluate((n) => globalThis.wbeChecks.run(n), name),
          "chromium",
        ),
      );
      if (here.value !== there.value) throw new Error(firstDifference(there.value, here.value));
      console.log(`  ✓ ${name}  (chromium ${there.ms} ms, node ${here.ms} ms)`);
    } catch (error) {
      failures.push(name);
      console.log(`  ✗ ${name}\n    ${error instanceof Error ? error.message : error}`);
    }
  }
  return { count: names.length, failures };
}

async function main() {
  const executablePath = findChromium();
  const work = mkdtempSync(join(tmpdir(), "wbe-browser-"));
  const closers = [() => rmSync(work, { recursive: true, force: true })];
  try {
    const bundled = await timed(() => bundleChecks(root, join(work, "bundle")));
    const node = await import(pathToFileURL(bundled.value.nodeModule).href);
    const server = await serveFolder(bundled.value.pageFolder);
    closers.unshift(server.close);
    const context = await chromium.launchPersistentContext(join(work, "profile"), { executablePath, args: flags });
    closers.unshift(() => context.close());
    const version = context.browser()?.version() ?? "";
    console.log(`browser: chromium ${version}, node ${process.version}; bundled in ${bundled.ms} ms`);

    const page = context.pages()[0] ?? (await context.newPage());
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`console error: ${message.text()}`);
    });
    await page.goto(`http://127.0.0.1:${server.port}/`);
    try {
      await page.waitForFunction(() => globalThis.wbeChecks !== undefined, undefined, { timeout: 30_000 });
    } catch {
      throw new Error(["the page did not start", ...complaints].join("\n"));
    }
    if (!(await page.evaluate(() => globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function"))) {
      complaints.push("the page has no SharedArrayBuffer: it is not cross-origin isolated");
    }
    const { count, failures } = await runChecks(page, node, process.argv[2] ?? "");
    for (const complaint of complaints) console.log(`  ✗ ${complaint}`);
    const failed = failures.length + complaints.length;
    console.log(
      failed ? `browser: ${failed} failed of ${count}` : `browser: ${count} checks, equal to the bit in Node`,
    );
    return failed ? 1 : 0;
  } finally {
    for (const close of closers) await close();
  }
}

process.exitCode = await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
