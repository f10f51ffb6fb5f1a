"""Reads a store that wbe streams to, with zarr-python, while it is being written.

    python read_stream.py FOLDER [SECONDS]

Opens the store again and again until its `stopStep` has not moved for SECONDS (default 3). Each time: step and neuron have
the same length, spikes are sorted by (step, neuron), none lies beyond stopStep, and what was read before is unchanged at
the front. Prints what was seen; ends with code 1 on the first fault.
"""

import sys
import time
from pathlib import Path

import numpy as np
import zarr


def look(folder: str) -> tuple[int, np.ndarray, np.ndarray]:
    root = zarr.open_group(folder, mode="r")
    spikes = root["spikes"]
    return int(spikes.attrs["stopStep"]), spikes["step"][:], spikes["neuron"][:]


def main() -> None:
    folder = sys.argv[1]
    patience = float(sys.argv[2]) if len(sys.argv) > 2 else 3.0
    while not Path(folder, "zarr.json").exists():
        time.sleep(0.05)
    before = (0, np.empty(0, np.uint32), np.empty(0, np.uint32))
    looks = 0
    moments = set()
    moved = time.monotonic()
    while time.monotonic() - moved < patience:
        stop, step, neuron = look(folder)
        looks += 1
        assert step.shape == neuron.shape, (step.shape, neuron.shape)
        assert stop >= before[0] and len(step) >= len(before[1])
        assert len(step) == 0 or step[-1] <= stop, (step[-1], stop)
        key = step.astype(np.uint64) << np.uint64(32) | neuron
        assert np.all(key[1:] > key[:-1]), "not sorted by (step, neuron)"
        n = len(before[1])
        assert np.array_equal(step[:n], before[1]) and np.array_equal(neuron[:n], before[2])
        if stop > before[0]:
            moved = time.monotonic()
            moments.add(stop)
        before = (stop, step, neuron)
        time.sleep(0.2)
    root = zarr.open_group(folder, mode="r")
    for path in root.attrs["arrays"]:
        array = root[path]
        print(f"{path}: {array.shape} {array.dtype}, {array.attrs['unit']}")
    print(f"zarr {zarr.__version__}: read {looks} times, at {len(moments)} moments, {len(before[1])} spikes in the end")
    assert len(moments) > 1, "the store was never seen to grow"


if __name__ == "__main__":
    main()
