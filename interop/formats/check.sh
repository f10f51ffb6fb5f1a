#!/usr/bin/env bash
# Writes one file of every format with wbe and opens them with the field's own readers. Makes interop/formats/.venv from
# requirements.txt at first use (CPython 3.13; PYTHON chooses the interpreter).
set -euo pipefail
cd "$(dirname "$0")"
if [[ ! -x .venv/bin/python ]]; then
  "${PYTHON:-python3.13}" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
node --input-type=module -e '
  import { createJiti } from "jiti";
  const root = process.argv[1];
  const jiti = createJiti(root + "/", { fsCache: false, tryNative: false });
  await (await jiti.import(root + "/interop/formats/write-examples.ts")).writeExamples(process.argv[2]);
' "$(cd ../.. && pwd)" "$folder"
.venv/bin/python -W ignore check_volumes.py "$folder"
.venv/bin/python -W ignore check_graphs.py "$folder"
.venv/bin/python -W ignore check_nwb.py "$folder/sample.nwb"
.venv/bin/python -W ignore check_sonata.py "$folder"
.venv/bin/python -W ignore check_models.py "$folder"
