"""Philox4x32-10 by three independent ways: Random123's published vectors, randomgen, and big-integer Python."""

import numpy as np
from golden_file import versions, write
from randomgen import Philox

# Multipliers and Weyl constants of Salmon et al. 2011 by word size.
CONSTANTS = {
    32: ((0xD2511F53, 0xCD9E8D57), (0x9E3779B9, 0xBB67AE85)),
    64: ((0xD2E7470EE14C6C93, 0xCA5A826395121157), (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)),
}
# kat_vectors of Random123: counter, key, result.
PUBLISHED = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
     (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]


def philox4(counter, key, bits, rounds=10):
    mask = (1 << bits) - 1
    (m0, m1), (w0, w1) = CONSTANTS[bits]
    c, (k0, k1) = list(counter), key
    for _ in range(rounds):
        p0, p1 = m0 * c[0], m1 * c[2]
        c = [(p1 >> bits) ^ c[1] ^ k0, p1 & mask, (p0 >> bits) ^ c[3] ^ k1, p0 & mask]
        k0, k1 = (k0 + w0) & mask, (k1 + w1) & mask
    return tuple(c)


def join(words):
    """Little-endian words of 32 bits → one integer."""
    return sum(int(word) << (32 * i) for i, word in enumerate(words))


def by_randomgen(counter, key):
    # randomgen counts up before it makes a block.
    before = (join(counter) - 1) % (1 << 128)
    generator = Philox(counter=before, key=join(key), number=4, width=32)
    return tuple(int(word) for word in generator.random_raw(4))


def main():
    for counter, key, expected in PUBLISHED:
        assert philox4(counter, key, 32) == expected
    rng = np.random.default_rng(4)
    vectors = [(*case[:2],) for case in PUBLISHED]
    vectors += [(tuple(int(x) for x in rng.integers(0, 1 << 32, 4)), tuple(int(x) for x in rng.integers(0, 1 << 32, 2)))
                for _ in range(24)]
    vectors += [((1, 0, 0, 0), (42, 0)), ((0, 1, 0, 0), (42, 0)), ((0, 0, 1, 0), (42, 0)), ((0, 0, 0, 1), (42, 7))]
    rows = []
    for counter, key in vectors:
        result = philox4(counter, key, 32)
        assert by_randomgen(counter, key) == result, (counter, key)
        # The same code at 64 bits against NumPy, which counts up before it makes a block.
        wide = np.random.Philox(counter=[*counter], key=[*key])
        ahead = sum(word << (64 * i) for i, word in enumerate(counter)) + 1
        words = [(ahead >> (64 * i)) & ((1 << 64) - 1) for i in range(4)]
        assert tuple(int(word) for word in wide.random_raw(4)) == philox4(words, key, 64)
        rows.append({"counter": list(counter), "key": list(key), "result": list(result)})
    write(
        "philox4x32-10",
        "Philox4x32-10: counter, key and result as 32-bit words, word 0 first; the first three are Random123's own",
        __file__,
        versions("randomgen", "numpy"),
        {"rounds": 10, "source": "Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3"},
        {"checked": "each vector by randomgen 4x32 and by big integers; the big-integer code at 64 bits by NumPy"},
        {"vectors": rows},
    )


main()
