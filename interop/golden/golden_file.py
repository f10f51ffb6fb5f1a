"""Writes one golden file: numbers of a tool that we did not write, with all that is needed to make them again."""

import datetime
import importlib.metadata
import json
import pathlib
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"


def versions(*packages):
    """{package: version} of installed Python packages, with Python's own."""
    found = {name: importlib.metadata.version(name) for name in packages}
    return {**found, "python": ".".join(map(str, sys.version_info[:3]))}


def rounded(values, digits=12):
    """A list of numbers kept to `digits` significant digits (the files stay small; 12 digits is far below any tolerance)."""
    return [float(f"{value:.{digits}g}") for value in np.asarray(values, dtype=float).ravel()]


def on_grid(times, dt):
    """Spike times in ms → whole numbers of steps; refuses times that are not on the grid."""
    steps = np.asarray(times, dtype=float) / dt
    whole = np.rint(steps)
    assert np.all(np.abs(steps - whole) < 1e-6), "spike times are not on the grid"
    return [int(step) for step in whole]


def write(name, what, script, tools, parameters, conventions, data):
    """Writes test/golden/<name>.json."""
    document = {
        "name": name,
        "what": what,
        "tools": tools,
        "script": f"interop/golden/{pathlib.Path(script).name}",
        "date": datetime.date.today().isoformat(),
        "conventions": conventions,
        "parameters": parameters,
        **data,
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(document, allow_nan=False, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes")
