// Bundles the browser checks twice from the same sources: for a page, where an import of a Node module is an error, and
// for Node, where the same checks give the values to compare with.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { build } from "vite";

/** Folders that run only in Node. */
const nodeOnly = new Set(["api", "cli"]);
const checksId = "virtual:wbe-checks";
const pageId = "virtual:wbe-page";

/**
 * @param {string} root repository
 * @param {string} out an empty folder; receives page/ (index.html and its modules) and node/checks.js
 * @returns {Promise<{ pageFolder: string, nodeModule: string }>}
 */
export async function bundleChecks(root, out) {
  const pageFolder = join(out, "page");
  const nodeFolder = join(out, "node");
  await build(options(root, pageFolder, pageId, [refuseNodeModules(root)], false));
  await build(options(root, nodeFolder, checksId, [], true));
  writeFileSync(
    join(pageFolder, "index.html"),
    '<!doctype html><meta charset="utf-8"><title>wbe checks</title><link rel="icon" href="data:,">' +
      '<script type="module" src="./main.js"></script>\n',
  );
  return { pageFolder, nodeModule: join(nodeFolder, "main.js") };
}

function options(root, outDir, entry, plugins, ssr) {
  return {
    configFile: false,
    root,
    publicDir: false,
    logLevel: "error",
    // wbe/<folder> is the source, as in the type check and the tests.
    resolve: { alias: [{ find: /^wbe\/(.*)$/, replacement: `${root}/src/$1/index.ts` }] },
    ssr: { noExternal: true },
    plugins: [checksPlugin(root), ...plugins],
    build: {
      outDir,
      ssr,
      target: "es2022",
      minify: false,
      modulePreload: false,
      emptyOutDir: true,
      chunkSizeWarningLimit: 20_000,
      rollupOptions: {
        input: { main: entry },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js", format: "es" },
      },
    },
  };
}

/** Every folder's public names and every test/browser/*.checks.ts behind two functions, for page and Node alike. */
function checksPlugin(root) {
  return {
    name: "wbe-checks",
    resolveId: (id) => (id === checksId || id === pageId ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${pageId}`) {
        return `import { list, run } from "${checksId}";\nglobalThis.wbeChecks = { list, run };`;
      }
      return id === `\0${checksId}` ? checksSource(root) : undefined;
    },
  };
}

function checksSource(root) {
  const folders = readdirSync(join(root, "src")).filter(
    (name) => !nodeOnly.has(name) && existsSync(join(root, "src", name, "index.ts")),
  );
  const checks = readdirSync(join(root, "test/browser")).filter((name) => name.endsWith(".checks.ts"));
  const imports = [`import { encode } from ${JSON.stringify(join(root, "scripts/browser/encode.js"))};`];
  const entries = [];
  folders.forEach((name, i) => {
    imports.push(`import * as folder${i} from ${JSON.stringify(join(root, "src", name, "index.ts"))};`);
    entries.push(`["wbe/${name} loads", () => Object.keys(folder${i}).sort()]`);
  });
  checks.forEach((file, i) => {
    imports.push(`import * as checks${i} from ${JSON.stringify(join(root, "test/browser", file))};`);
    const prefix = JSON.stringify(`${file.replace(/\.checks\.ts$/, "")}: `);
    entries.push(`...Object.entries(checks${i}).map(([name, check]) => [${prefix} + name, check])`);
  });
  return `${imports.join("\n")}
const all = new Map([${entries.join(",\n")}]);
export const list = () => [...all.keys()];
export const run = async (name) => encode(await all.get(name)());
`;
}

function refuseNodeModules(root) {
  return {
    name: "wbe-refuse-node-modules",
    enforce: "pre",
    async resolveId(id, importer) {
      if (!isBuiltin(id)) return undefined;
      // A package may carry the name of a Node module ("events"); Vite finds it first, and puts a stub for what is left.
      const found = id.startsWith("node:") ? null : await this.resolve(id, importer, { skipSelf: true });
      if (found && !found.id.includes("__vite-browser-external")) return found;
      throw new Error(
        `expected code that runs in a browser, found an import of "${id}" in ${importer ? relative(root, importer) : "the entry"}; ` +
          "only *.node.ts files, and cli/, may import Node modules, and no index.ts may export them",
      );
    },
  };
}
