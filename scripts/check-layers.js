// Dependencies between folders go one way (docs/architecture.md): every import of src is checked against this table.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** folder → folders it may import (itself always). */
const allowed = {
  core: [],
  io: ["core"],
  kernels: ["core"],
  "neuron-models": ["core"],
  "synapse-models": ["core"],
};
const second = ["core", "io", "kernels", "neuron-models", "synapse-models"];
for (const folder of ["compiler", "scanner", "connectome"]) allowed[folder] = second;
allowed.cells = [...second, "compiler"];
const third = [...second, "compiler", "scanner", "connectome", "cells"];
allowed.simulation = third;
for (const folder of ["plasticity", "glial", "neuromodulation", "vascular"]) allowed[folder] = [...third, "simulation"];
const fourth = [...third, "simulation", "plasticity", "glial", "neuromodulation", "vascular"];
allowed.consciousness = fourth;
allowed.validation = [...fourth, "consciousness"];
const fifth = [...fourth, "consciousness", "validation"];
allowed.api = fifth;
allowed.cli = [...fifth, "api"];

/** Folders whose files may import node: modules; elsewhere only files named *.node.ts may. */
const mayUseNode = new Set(["api", "cli"]);

export function checkLayers(root) {
  const problems = [];
  const importsOf = new Map();
  for (const file of listFiles(join(root, "src"))) {
    const name = relative(join(root, "src"), file).split(sep).join("/");
    const folder = name.split("/")[0];
    if (name.startsWith("kernels/assembly/")) continue;
    if (!(folder in allowed)) {
      problems.push(`${name}: folder "${folder}" is not in the layer table`);
      continue;
    }
    const targets = [];
    for (const specifier of readImports(readFileSync(file, "utf8"))) {
      if (specifier.startsWith("node:")) {
        if (!mayUseNode.has(folder) && !name.endsWith(".node.ts")) {
          problems.push(`${name}: imports ${specifier}; only *.node.ts, api and cli may`);
        }
        continue;
      }
      if (!specifier.startsWith(".")) continue;
      const target = posix.join(dirname(name), specifier).replace(/\.js$/, ".ts");
      targets.push(target);
      const targetFolder = target.split("/")[0];
      if (targetFolder !== folder && !allowed[folder].includes(targetFolder)) {
        problems.push(`${name}: ${folder} may not import ${targetFolder} (${specifier})`);
      }
    }
    importsOf.set(name, targets);
  }
  problems.push(...findCircles(importsOf));
  return problems;
}

function* listFiles(folder) {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) yield* listFiles(path);
    else if (/\.tsx?$/.test(entry)) yield path;
  }
}

function* readImports(text) {
  for (const match of text.matchAll(
    /^\s*(?:import|export)\s[^"';]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|import\("([^"]+)"\)/gm,
  )) {
    yield match[1] ?? match[2] ?? match[3];
  }
}

function findCircles(importsOf) {
  const problems = [];
  const state = new Map();
  const visit = (name, path) => {
    if (state.get(name) === "done") return;
    if (state.get(name) === "open") {
      problems.push(`circle: ${[...path.slice(path.indexOf(name)), name].join(" → ")}`);
      return;
    }
    state.set(name, "open");
    for (const target of importsOf.get(name) ?? []) visit(target, [...path, name]);
    state.set(name, "done");
  };
  for (const name of importsOf.keys()) visit(name, []);
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkLayers(fileURLToPath(new URL("..", import.meta.url)));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(problems.length ? `${problems.length} layer problems\n` : "layers ok\n");
  process.exitCode = problems.length ? 1 : 0;
}
