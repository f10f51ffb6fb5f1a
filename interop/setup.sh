#!/usr/bin/env bash
# Makes interop/.venv from the pinned interop/requirements.txt, with whatever package index pip is configured for.
# Does nothing when the environment already matches. Needs CPython 3.13 (Brian2 2.11 asks for it) and, for Brian2's
# compiled modes, g++. Set PYTHON to choose the interpreter.
set -euo pipefail
cd "$(dirname "$0")"

works() { "$1" -c 'import sys; raise SystemExit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3 python; do
    if [[ -n "$candidate" ]] && works "$candidate"; then echo "$candidate"; return; fi
  done
  if command -v pyenv >/dev/null; then
    for candidate in "$(pyenv root)"/versions/3.13*/bin/python3; do
      if works "$candidate"; then echo "$candidate"; return; fi
    done
  fi
  echo "interop/setup.sh: expected CPython 3.13 (python3.13 on the PATH, in pyenv, or named by PYTHON); found none" >&2
  return 1
}

python=$(find_python)
stamp=.venv/requirements.sha256
want=$(sha256sum <requirements.txt)
if [[ -f "$stamp" && "$(cat "$stamp")" == "$want" ]]; then
  echo "interop/.venv is up to date"
  exit 0
fi
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements.txt
.venv/bin/python - <<'PY'
import importlib.metadata as metadata

for name in ("nest-simulator", "brian2", "cython", "numpy", "scipy"):
    print(f"{name} {metadata.version(name)}")
PY
echo "$want" >"$stamp"
