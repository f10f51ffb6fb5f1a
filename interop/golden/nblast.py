"""NBLAST scores of random walks by navis, with the analytic score and with a table."""

import navis
import numpy as np
from navis.nbl.smat import Digitizer, Lookup2d

from golden_file import rounded, versions, write

WALKS, POINTS, K = 4, 60, 5
navis.set_loggers("ERROR")


def walk(seed):
    """Points from 3·POINTS draws of x <- 1664525 x + 1013904223 mod 2^32: steps of (u - 0.4) * 4 um along x, y, z."""
    state, u = seed, []
    for _ in range(3 * POINTS):
        state = (1664525 * state + 1013904223) % 2**32
        u.append(state / 2**32)
    return np.cumsum((np.array(u).reshape(POINTS, 3) - 0.4) * 4, axis=0)


props = [navis.make_dotprops(walk(seed), k=K) for seed in range(1, WALKS + 1)]
for k, prop in enumerate(props):
    prop.id = k
distance_bounds, dot_bounds = [1.0, 3.0, 8.0], [0.25, 0.5, 0.9]
scores = np.array([[2.0, 4.0, 6.0, 9.0], [0.5, 1.0, 2.0, 5.0], [-2.0, -1.0, -0.5, 1.0], [-9.0, -8.0, -7.5, -7.0]])
table = Lookup2d(Digitizer([0.0, *distance_bounds, 1e9], right=True), Digitizer([0.0, *dot_bounds, 1.0], right=True), scores)


def matrix(smat):
    return [rounded(row, 12) for row in navis.nblast(navis.NeuronList(props), navis.NeuronList(props), smat=smat, progress=False, n_cores=1).values]


write(
    "nblast",
    "NBLAST scores of four random walks, query by row",
    __file__,
    versions("navis", "numpy"),
    {"walks": WALKS, "points": POINTS, "k": K, "distanceBounds": distance_bounds, "dotBounds": dot_bounds, "scores": scores.tolist()},
    {"walk": "seed k + 1; x <- 1664525 x + 1013904223 mod 2^32, u = x / 2^32, steps (u - 0.4) * 4 um", "score": "normalized by the query's score with itself"},
    {"analytic": matrix("v1"), "table": matrix(table), "alpha": [rounded(prop.alpha, 10) for prop in props]},
)
