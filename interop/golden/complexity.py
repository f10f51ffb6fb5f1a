"""Complexity of series and of channels: antropy, and the published algorithms of Schartner 2015 and Comolatti 2019 in NumPy."""

import math

import antropy
import numpy as np
from golden_file import versions, write
from scipy.signal import detrend, hilbert


def series(rng):
    n = 400
    white = rng.normal(size=n)
    t = np.arange(n)
    pink = np.zeros(n)
    for tau in (1, 4, 16, 64):
        x, decay = 0.0, math.exp(-1 / tau)
        for k in range(n):
            x = decay * x + math.sqrt(1 - decay * decay) * rng.normal()
            pink[k] += x
    return {
        "white": white,
        "pink": pink,
        "walk": np.cumsum(white),
        "sine": np.sin(2 * np.pi * t / 25.3),
        "odd length": rng.normal(size=301) + np.sin(np.arange(301) / 5),
    }


def measures(x):
    tolerance = 0.15 * np.std(x)
    coarse = lambda s: x[: len(x) // s * s].reshape(-1, s).mean(axis=1)
    finite = lambda v: float(v) if np.isfinite(v) else None
    return {
        "permutation3": antropy.perm_entropy(x, order=3),
        "permutation5": antropy.perm_entropy(x, order=5, delay=2, normalize=True),
        "spectral": antropy.spectral_entropy(x, sf=1.0),
        "spectralNormalised": antropy.spectral_entropy(x, sf=1.0, normalize=True),
        "sample": finite(antropy.sample_entropy(x)),
        "sample3": finite(antropy.sample_entropy(x, order=3, tolerance=0.5)),
        "multiscale": [finite(antropy.sample_entropy(coarse(s), tolerance=tolerance)) for s in range(1, 6)],
        "dfa": antropy.detrended_fluctuation(x),
        "higuchi": antropy.higuchi_fd(x, kmax=10),
        "lz76": int(antropy.lziv_complexity((x > np.mean(x)).astype(int), normalize=False)),
    }


def channels(rng):
    common = rng.normal(size=500)
    rows = [rng.normal(size=500) + w * common for w in (0, 0.5, 1, 2, 3)]
    return np.array([np.convolve(r, np.ones(5) / 5, mode="same") + 0.002 * np.arange(500) for r in rows])


def lzw(text):
    words, word = set(), ""
    for symbol in text:
        word += symbol
        if word not in words:
            words.add(word)
            word = symbol
    return len(words)


def column_entropy(bits):
    _, counts = np.unique(bits, axis=1, return_counts=True)
    p = counts / counts.sum()
    return float(-(p * np.log2(p)).sum())


def schartner(x):
    x = detrend(x - x.mean(axis=1, keepdims=True), axis=1)
    analytic = hilbert(x)
    amplitude = np.abs(analytic)
    bits = (amplitude > amplitude.mean(axis=1, keepdims=True)).astype(int)
    text = lambda b: "".join(map(str, b))
    phase = np.angle(analytic)
    sce = []
    for i in range(len(x)):
        d = np.abs(np.delete(phase, i, axis=0) - phase[i])
        sce.append(column_entropy((np.where(d > np.pi, 2 * np.pi - d, d) < 0.8).astype(int)))
    return {
        "lzc": lzw(text(bits.T.ravel())),
        "lzsum": sum(lzw(text(row)) for row in bits),
        "ace": column_entropy(bits),
        "sce": float(np.mean(sce)),
    }


def pcist(signal, times, base, resp, k=1.2, min_snr=1.1, max_var=99, steps=100):
    nearest = lambda t, v: int(np.argmin(np.abs(t - v)))
    a, b = nearest(times, base[0]), nearest(times, resp[1])
    signal, times = signal[:, a:b], times[a:b]
    window = lambda w: slice(nearest(times, w[0]), nearest(times, w[1]))
    _, s, vt = np.linalg.svd(signal[:, window(resp)].T, full_matrices=False)
    parts = vt @ signal
    share = np.cumsum(100 * s**2 / np.sum(s**2))
    parts = parts[: int(np.sum(share < max_var)) + 1]
    rms = lambda w: np.sqrt(np.mean(parts[:, window(w)] ** 2, axis=1))
    parts = parts[rms(resp) / rms(base) > min_snr]
    found = []
    for part in parts:
        distance = lambda w: np.abs(part[window(w)][:, None] - part[window(w)][None, :])
        db, dr = distance(base), distance(resp)
        best = max(
            np.abs(np.diff((dr <= thr).astype(int))).sum() / len(dr) ** 2
            - k * np.abs(np.diff((db <= thr).astype(int))).sum() / len(db) ** 2
            for thr in np.linspace(np.median(db), dr.max(), steps)
        )
        found.append(max(0.0, best * len(dr)))
    return found


def evoked(rng):
    times = np.arange(-420, 320, 5.0)
    noise = np.array([np.convolve(rng.normal(size=len(times)), np.ones(3) / 3, mode="same") for _ in range(8)])
    response = np.zeros_like(noise)
    for channel in range(8):
        for _ in range(3):
            start, width, gain = rng.uniform(0, 200), rng.uniform(20, 60), rng.normal() * 6
            response[channel] += gain * np.exp(-(((times - start - 40) / width) ** 2)) * np.sin((times - start) / width * 3)
    return times, noise + np.where(times >= 0, response, 0)


def main():
    rng = np.random.default_rng(7)
    short = lambda v: np.round(v, 5)
    named = {name: short(x) for name, x in series(rng).items()}
    x = short(channels(rng))
    times, signal = evoked(rng)
    signal = short(signal)
    found = pcist(signal, times, (-400, -50), (0, 300))
    write(
        "complexity",
        "complexity of five series (antropy), of five channels (LZc, LZsum, ACE, SCE before division by shuffled values), PCIst",
        __file__,
        versions("antropy", "numpy", "scipy"),
        {"PCIst": {"baseline": [-400, -50], "response": [0, 300], "k": 1.2, "min_snr": 1.1, "max_var": 99, "n_steps": 100}},
        {"channels": "entry [channel][sample]", "evoked": "entry [channel][sample], samples 5 ms apart from -420 ms", "null": "infinite"},
        {
            "series": [{"name": name, "x": x_.tolist(), **measures(x_)} for name, x_ in named.items()],
            "channels": x.tolist(),
            "schartner": schartner(x),
            "evoked": signal.tolist(),
            "pcist": found,
        },
    )


main()
