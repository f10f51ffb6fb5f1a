"""Elementary functions at given arguments with 50 digits, each value as a sum of two doubles (some 32 digits)."""

import random

from golden_file import versions, write
from mpmath import mp, mpf

mp.dps = 50
N = 50
rng = random.Random(1)


def spread(low, high, signed=True):
    """Magnitudes log-uniform between two powers of ten."""
    return [(-1 if signed and rng.random() < 0.5 else 1) * 10 ** rng.uniform(low, high) for _ in range(N)]


def flat(low, high):
    return [rng.uniform(low, high) for _ in range(N)]


LN2 = 0.6931471805599453
FUNCTIONS = {
    "exp": (mp.exp, flat(-708, 709) + spread(-20, 1) + [0.0, LN2 / 2, -LN2 / 2, 1.5 * LN2, -708.0, 709.0, 1e-300]),
    "exp2": (lambda t: mpf(2) ** t, flat(-1021, 1023) + spread(-20, 1) + [0.0, 0.5, -0.5, 1.5, -1021.0, 1023.0]),
    "expm1": (mp.expm1, flat(-40, 709) + spread(-30, 1) + [LN2 / 2, -LN2 / 2, 1e-300, -1e-17]),
    "exprel": (lambda x: mp.expm1(x) / x, flat(-708, 709) + spread(-20, 1) + [LN2 / 2, -LN2 / 2, 1e-12, -1e-300]),
    "exprelr": (lambda x: x / mp.expm1(x), flat(-708, 700) + spread(-20, 1) + [LN2 / 2, -LN2 / 2, 1e-12, -1e-300]),
    "log": (mp.log, spread(-307, 308, False) + flat(0.5, 2.0) + [5e-324, 1e-310, 2.2250738585072014e-308, 0.9999999999999999,
            1.0000000000000002, 1.4142135623730951, 0.7071067811865476, 1.7976931348623157e308]),
    "log1p": (mp.log1p, spread(-20, 0, True) + spread(0, 300, False) + [-0.9999999999999999, 1e-16, -1e-17]),
    "sin": (mp.sin, flat(-1e6, 1e6) + flat(-7, 7) + [1e-300, 3.141592653589793, 0.7853981633974483, 355.0 / 113]),
    "cos": (mp.cos, flat(-1e6, 1e6) + flat(-7, 7) + [0.0, 1.5707963267948966, 0.7853981633974483, 11.0 * 1.5707963267948966]),
    "tanh": (mp.tanh, flat(-30, 30) + spread(-20, 0.5) + [1e-300, 400.0, -400.0]),
}

# Where the largest errors were found among some 12,000 arguments per function.
HARD = {
    "exp": [-708, -149.16165338725398, -76.36709569757829, -596.243626097563],
    "exp2": [-478.079146778098, 838.9245571757458, -133.0786401365135, 895.9270984781765],
    "expm1": [0.36897445853848937, 2.727159518580851e-8, -0.3809636099241036, 0.05344816107368245],
    "exprel": [0.4368487548905002, 23.94975829254156, 354.5178155817541, 669.8133787597014],
    "exprelr": [0.43944196662336227, 0.000008310742053041559, 0.054925116958314, 0.00003097514767546373],
    "log": [1.409675293951927, 1.6250101685852856, 1.6201458116555507, 1.599269612050415],
    "log1p": [0.011726688717804511, 0.2799721166778686, -0.023623076334117123, -0.21423302328075644],
    "tanh": [0.0038452445430715164, -2.840841637893645, -5.0988018749892134, -7.163585388170901],
}


def pair(value):
    high = float(value)
    return [high, float(value - mpf(high))]


def main():
    data = {name: [[x, *pair(f(mpf(x)))] for x in xs + HARD.get(name, [])] for name, (f, xs) in FUNCTIONS.items()}
    bases = spread(-5, 5, False)
    powers = flat(-40, 40)
    extra = [(-2.0, 3.0), (-2.0, 4.0), (-1.5, -7.0), (2.0, 0.5), (10.0, -3.0), (1.0000000000000002, 1e15)]
    data["pow"] = [[x, y, *pair(mpf(x) ** mpf(y))] for x, y in [*zip(bases, powers), *extra]]
    write(
        "elementary-functions",
        "Values of the functions of core/math.ts at seeded arguments",
        __file__,
        versions("mpmath"),
        {"digits": mp.dps, "seed": 1},
        {"rows": "[x, high, low] ([x, y, high, low] for pow): the value is high + low, both doubles",
         "arguments": "exactly the doubles written"},
        {"values": data},
    )


main()
