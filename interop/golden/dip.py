"""Hartigan's dip of 60 samples of four kinds, by the package diptest."""

import diptest
import numpy as np
from golden_file import versions, write


def sample(rng, kind, n):
    if kind == "normal":
        return rng.normal(size=n)
    if kind == "uniform":
        return rng.uniform(size=n)
    if kind == "two normals":
        return np.concatenate([rng.normal(size=n // 2), rng.normal(4, 1, size=n - n // 2)])
    return rng.integers(0, 6, n).astype(float)


def main():
    rng = np.random.default_rng(3)
    cases = []
    for k in range(60):
        kind = ("normal", "uniform", "two normals", "ties")[k % 4]
        x = np.round(sample(rng, kind, int(rng.integers(4, 60))), 4)
        cases.append({"kind": kind, "x": x.tolist(), "dip": float(diptest.dipstat(x, allow_zero=False))})
    write(
        "dip",
        "Hartigan's dip of samples",
        __file__,
        versions("diptest", "numpy"),
        {"seed": 3, "allow_zero": False},
        {"dip": "in units of probability, 1/(2n) at least"},
        {"cases": cases},
    )


main()
