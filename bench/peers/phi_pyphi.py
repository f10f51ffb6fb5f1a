"""Processor seconds of PyPhi for the Φ (IIT 3.0) of given networks, its caches empty: phi_pyphi.py < networks.json."""

import collections
import collections.abc
import json
import os
import sys
import tempfile
import time

for name in ("Iterable", "Mapping", "Sequence", "MutableMapping", "Set", "Hashable", "Callable", "Iterator"):
    setattr(collections, name, getattr(collections.abc, name))
os.environ["PYPHI_WELCOME_OFF"] = "yes"
os.chdir(tempfile.mkdtemp())

import numpy as np

for name, builtin in (("int", int), ("float", float), ("bool", bool), ("object", object)):
    if not hasattr(np, name):
        setattr(np, name, builtin)
import pyphi

pyphi.config.PROGRESS_BARS = False
pyphi.config.PARALLEL_CUT_EVALUATION = False  # on one core, as ours


def phi(tpm, state):
    network = pyphi.Network(np.array(tpm), np.ones((len(state), len(state))))
    return pyphi.compute.phi(pyphi.Subsystem(network, state, range(len(state))))


networks = json.load(sys.stdin)
phi([[0, 0], [0, 1], [1, 0], [1, 1]], (0, 0))  # warmed
start = time.process_time()
values = [float(phi(n["tpm"], tuple(n["state"]))) for n in networks]
print(json.dumps({"seconds": time.process_time() - start, "phi": values, "version": pyphi.__version__}))
