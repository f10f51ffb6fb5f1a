"""The standard normal quantile at odd multiples of 2^-53 (what the engine's noise is made of), to 50 digits."""

import random

from golden_file import versions, write
from mpmath import mp, mpf
from scipy.special import ndtri

mp.dps = 50
rng = random.Random(2)


def root(p):
    """Newton's method on the tail probability, which keeps its digits for small p."""
    q = min(p, 1 - p)
    z = mpf(1) if q > mpf("1e-3") else mp.sqrt(-2 * mp.log(q))
    for _ in range(60):
        step = (mp.erfc(z / mp.sqrt(2)) / 2 - q) / (mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi))
        z += step
        if abs(step) < mpf(10) ** -45 * (1 + abs(z)):
            break
    return -z if p < mpf(1) / 2 else z


numbers = [2 * rng.getrandbits(52) + 1 for _ in range(60)]
# both ends, and small p at all scales
numbers += [1, 3, 5, 2**53 - 1, 2**53 - 3] + [(2 * rng.getrandbits(k) + 1) for k in range(2, 52, 2)]
# either side of the borders of the three ranges: |p - 1/2| = 0.425 and sqrt(-log p) = 5
for border in (0.075, 0.925, float(mp.exp(-25))):
    centre = int(border * 2**53) | 1
    numbers += [centre - 2, centre, centre + 2]


def row(k):
    z = root(mpf(k) / mpf(2) ** 53)
    high = float(z)
    return [k * 2.0**-53, high, float(z - mpf(high))]


rows = [row(k) for k in numbers]
for p, high, _ in rows:
    assert abs(high - ndtri(p)) <= 1e-13 * abs(high), (p, high, ndtri(p))

write(
    "normal-quantile",
    "Quantiles of the standard normal distribution at odd multiples of 2^-53",
    __file__,
    versions("mpmath", "scipy"),
    {"digits": mp.dps, "seed": 2},
    {"rows": "[p, high, low]: the value is high + low, both doubles", "arguments": "exactly the doubles written"},
    {"values": rows},
)
