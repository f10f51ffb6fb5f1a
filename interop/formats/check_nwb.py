"""Opens what wbe wrote as NWB with pynwb and compares it with h5py's view; then asks nwbinspector.

usage: check_nwb.py FILE (sample-recording.ts as NWB)
"""
import sys

import numpy as np
import pynwb
from nwbinspector import Importance, inspect_nwbfile

path = sys.argv[1]
with pynwb.NWBHDF5IO(path, "r") as io:
    file = io.read()
    assert file.identifier == "sample-1" and file.session_description == "one of everything: Purkinje-α 東"
    assert file.subject.species == "Mus musculus" and file.subject.age == "P90D"
    units = file.units
    assert units.id[:].tolist() == [7, 3, 12]
    assert [units["spike_times"][i].tolist() for i in range(3)] == [[0.5, 1.5, 2.0], [], [0.25]]
    assert list(units["unit_name"][:]) == ["Purkinje-α", "", "東"]
    raw = file.acquisition["raw"]
    assert raw.data[:].tolist() == [[1, 2], [3, 4], [5, 6]] and raw.rate == 20000 and raw.starting_time == 0.5
    assert np.isclose(raw.conversion, 1e-6) and np.isclose(raw.offset, 1e-3)
    assert raw.channel_conversion[:].tolist() == [1, 2] and raw.electrodes.data[:].tolist() == [1, 0]
    sweep = file.acquisition["sweep"]
    assert sweep.timestamps[:].tolist() == [0, 0.1, 0.3] and sweep.electrode.name == "pipette"
    assert np.array_equal(sweep.data[:], np.array([-0.07, -0.06, 0.02], "f4")) and sweep.gain == 2
    assert file.processing["ecephys"]["LFP"]["lfp"].data[:].tolist() == [[1, 2], [3, 4]]
    assert file.stimulus["step"].data[:].tolist() == [0, 1e-10, 0]
    row = file.intracellular_recordings[0]
    assert row[("responses", "response")].iloc[0].timeseries.name == "sweep"
    assert file.trials["stop_time"][:].tolist() == [1, 2]
    assert file.scratch["note"].data == "東"
print("pynwb", pynwb.__version__, "equal")
worst = [m for m in inspect_nwbfile(nwbfile_path=path) if m.importance.value >= Importance.CRITICAL.value]
for message in worst:
    print(message)
assert not worst
print("nwbinspector: nothing critical, no validation error")
