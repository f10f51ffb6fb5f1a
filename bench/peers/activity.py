"""What src/validation/features/population-activity.ts computes, for the peers: rate, CV of intervals, synchrony.

    activity(times, senders, first, size, start, stop)

times in ms and senders in any order; the population's senders are first … first + size − 1. Spikes in [start, stop).
"""

import numpy as np

MIN_SPIKES = 5


def activity(times, senders, first, size, start, stop):
    inside = (times >= start) & (times < stop) & (senders >= first) & (senders < first + size)
    times, senders = times[inside], senders[inside]
    order = np.lexsort((times, senders))
    times, senders = times[order], senders[order]
    cvs = []
    bounds = np.flatnonzero(np.diff(senders)) + 1
    for train in np.split(times, bounds):
        if len(train) >= MIN_SPIKES:
            intervals = np.diff(train)
            cvs.append(np.std(intervals, ddof=1) / np.mean(intervals))
    counts = np.bincount(((times - start) // 1).astype(int), minlength=int(stop - start))
    mean = counts.mean()
    return {
        "rate": 1000 * len(times) / size / (stop - start),
        "cv": float(np.mean(cvs)) if cvs else None,
        "synchrony": float(counts.var() / mean) if mean else None,
        "frequency": peak_frequency(counts),
    }


def peak_frequency(counts, segment=200, lowest=10):
    """Hz: peak of Welch's power spectrum of counts in bins of 1 ms, Hann windows of 200 ms, half overlapping."""
    if len(counts) < segment or not counts.any():
        return None
    window = np.hanning(segment + 1)[:-1]
    power = np.zeros(segment // 2)
    for at in range(0, len(counts) - segment + 1, segment // 2):
        part = counts[at : at + segment] - counts[at : at + segment].mean()
        power += np.abs(np.fft.rfft(window * part)[: segment // 2]) ** 2
    step = 1000 / segment
    power[: int(lowest / step)] = 0
    return float(np.argmax(power) * step)
