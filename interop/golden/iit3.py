"""Integrated information 3.0 of random networks, by PyPhi 1.2: `iit3.py`, ten minutes on one core.

PyPhi 1.2 is of 2019: names that Python and NumPy have moved since are put back before it is imported.
"""

import collections
import collections.abc
import os
import tempfile
import time

for name in ("Iterable", "Mapping", "Sequence", "MutableMapping", "Set", "Hashable", "Callable", "Iterator"):
    setattr(collections, name, getattr(collections.abc, name))
os.environ["PYPHI_WELCOME_OFF"] = "yes"
os.chdir(tempfile.mkdtemp())  # PyPhi writes a log and a cache where it stands

import numpy as np

for name, builtin in (("int", int), ("float", float), ("bool", bool), ("object", object)):
    if not hasattr(np, name):
        setattr(np, name, builtin)
import pyphi
from golden_file import versions, write

pyphi.config.PROGRESS_BARS = False
pyphi.config.PARALLEL_CUT_EVALUATION = False
# Ties are then ties to 1e-10 and values are not rounded to 1e-6, PyPhi's default: pyemd 2 solves the transport exactly.
pyphi.config.PRECISION = 10


def random_network(rng, n, kind, density):
    """TPM in per mille: entry (state, node), states little-endian. A node depends on the nodes of its column of cm only."""
    cm = (rng.random((n, n)) < density).astype(int)
    states = [[(s >> i) & 1 for i in range(n)] for s in range(2**n)]
    tpm = np.zeros((2**n, n), dtype=int)
    for j in range(n):
        inputs = [i for i in range(n) if cm[i, j]]
        if kind == "table":
            values = rng.integers(0, 2, 2 ** len(inputs)) * 1000
        elif kind == "probabilities":
            values = rng.integers(0, 1001, 2 ** len(inputs))
        elif kind == "threshold":
            need = rng.integers(1, len(inputs) + 1) if inputs else 0
            values = np.array([1000 if bin(k).count("1") >= need else 0 for k in range(2 ** len(inputs))])
        else:  # noisy threshold
            need = rng.integers(1, len(inputs) + 1) if inputs else 0
            values = np.array([950 if bin(k).count("1") >= need else 50 for k in range(2 ** len(inputs))])
        for s, state in enumerate(states):
            tpm[s, j] = values[sum(state[i] << k for k, i in enumerate(inputs))]
    return tpm, cm


def measure(tpm, cm, state):
    network = pyphi.Network(tpm / 1000.0, cm)
    subsystem = pyphi.Subsystem(network, state, range(len(state)))
    start = time.process_time()
    sia = pyphi.compute.sia(subsystem)
    seconds = time.process_time() - start
    ces = sia.ces if len(sia.ces) else pyphi.compute.ces(subsystem)
    mask = lambda nodes: sum(1 << i for i in nodes)
    concepts = sorted(
        [mask(c.mechanism), float(c.phi), mask(c.cause_purview), mask(c.effect_purview)] for c in ces
    )
    return {"phi": float(sia.phi), "concepts": concepts, "seconds": round(seconds, 3)}


def main():
    rng = np.random.default_rng(20261125)
    kinds = ("table", "probabilities", "threshold", "noisy threshold")
    plan = [(3, 0.7)] * 100 + [(3, 1.0)] * 50 + [(4, 0.5)] * 30 + [(4, 0.75)] * 20 + [(5, 0.35)] * 6 + [(4, 1.0)] * 10 + [(5, 0.55)] * 2
    networks = []
    for index, (n, density) in enumerate(plan):
        kind = kinds[index % 4] if index < 206 else ("probabilities", "noisy threshold")[index % 2]
        while True:
            tpm, cm = random_network(rng, n, kind, density)
            before = int(rng.integers(2**n))
            state = tuple(int(tpm[before, j] > rng.integers(0, 1000)) for j in range(n))
            if n == 3 or pyphi.connectivity.is_strong(cm):
                break
        found = measure(tpm, cm, state)
        networks.append(
            {"n": n, "kind": kind, "tpm": tpm.ravel().tolist(), "cm": cm.ravel().tolist(), "state": list(state), **found}
        )
        print(index, n, kind, found["phi"], found["seconds"], flush=True)
    write(
        "iit3",
        "IIT 3.0 of random networks in one state: big phi, and the concepts with their core cause and effect",
        __file__,
        versions("pyphi", "pyemd", "pot", "numpy", "scipy"),
        {"PRECISION": 10, "otherwise": "PyPhi's defaults", "seed": 20261125},
        {
            "tpm": "per mille, entry [state*n + node], states little-endian",
            "cm": "entry [from*n + to]",
            "concepts": "[mechanism, phi, cause purview, effect purview]; sets of nodes as bits, node i is bit i",
            "seconds": "processor time of PyPhi, for orientation",
        },
        {"networks": networks},
    )


main()
