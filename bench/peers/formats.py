"""Makes large files and reads them with the tools of the field: python formats.py OPERATION FILE [N]. Prints JSON: version,
CPU seconds of the reading, and a checksum that both sides must share."""
import importlib
import importlib.metadata
import json
import os
import sys
import time

import numpy as np

operation, path = sys.argv[1:3]
n = int(sys.argv[3]) if len(sys.argv) > 3 else 0


def make_sonata():
    import h5py

    rng = np.random.default_rng(1)
    with h5py.File(path, "w") as file:
        edges = file.create_group("edges/a_to_b")
        for name, population in (("source_node_id", "a"), ("target_node_id", "b")):
            data = edges.create_dataset(name, data=rng.integers(0, 100000, n).astype("u8"))
            data.attrs["node_population"] = population
        edges["edge_type_id"] = np.full(n, 100, "i8")
        edges["edge_group_id"] = np.zeros(n, "u8")
        edges["edge_group_index"] = np.arange(n, dtype="u8")
        group = edges.create_group("0")
        group["syn_weight"] = np.arange(n) % 1000 / 8
        group["delay"] = np.ones(n, "f4")


def sonata():
    import libsonata

    population = libsonata.EdgeStorage(path).open_population("a_to_b")
    everything = population.select_all()
    source, target = population.source_nodes(everything), population.target_nodes(everything)
    weight, delay = population.get_attribute("syn_weight", everything), population.get_attribute("delay", everything)
    return importlib.metadata.version("libsonata"), [float(column[k]) for column in (source, target, weight, delay) for k in (0, len(source) // 3, -1)]


def make_nwb():
    import h5py

    rng = np.random.default_rng(2)
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.6.0"
        file.attrs["neurodata_type"] = "NWBFile"
        file.attrs["namespace"] = "core"
        for name, text in (("identifier", "x"), ("session_description", "x"), ("session_start_time", "2020-01-01T00:00:00+00:00"),
                           ("timestamps_reference_time", "2020-01-01T00:00:00+00:00")):
            file[name] = text
        units = file.create_group("units")
        units.attrs["neurodata_type"] = "Units"
        units.attrs["namespace"] = "hdmf-common"
        units.attrs["colnames"] = ["spike_times"]
        units.attrs["description"] = "units"
        nUnits = 1000
        units["id"] = np.arange(nUnits)
        # As pynwb writes columns: without chunks.
        times = units.create_dataset("spike_times", data=np.cumsum(rng.random(n)))
        times.attrs["neurodata_type"] = "VectorData"
        times.attrs["namespace"] = "hdmf-common"
        times.attrs["description"] = "s"
        index = units.create_dataset("spike_times_index", data=np.linspace(n // nUnits, n, nUnits).astype("u8"))
        index.attrs["neurodata_type"] = "VectorIndex"
        index.attrs["namespace"] = "hdmf-common"
        index.attrs["description"] = "ends"
        index.attrs["target"] = times.ref


def nwb():
    import h5py

    with h5py.File(path, "r") as file:
        times, ends = file["units/spike_times"][:], file["units/spike_times_index"][:]
    return importlib.metadata.version("h5py"), [len(times), float(times[-1]), int(ends[-1])]


def make_zarr():
    import zarr

    data = (np.arange(n**3, dtype="u4") // 7 % 65536).astype("u2").reshape(n, n, n)
    codec = zarr.codecs.ZstdCodec(level=1)
    zarr.create_array(path, data=data, chunks=(64, 64, 64), compressors=[codec], overwrite=True)


def read_zarr():
    import zarr

    data = zarr.open_array(path, mode="r")[:]
    return importlib.metadata.version("zarr"), [int(v) for v in data.ravel()[[0, data.size // 3, -1]]]


def graphml():
    import networkx

    graph = networkx.read_graphml(path)
    return importlib.metadata.version("networkx"), [graph.number_of_nodes(), graph.number_of_edges()]


def swc():
    import morphio

    morphio.set_maximum_warnings(0)
    files = sorted(os.listdir(path))
    for name in files:
        morphio.Morphology(os.path.join(path, name))
    return importlib.metadata.version("morphio"), [len(files)]


if operation.startswith("make-"):
    {"make-sonata": make_sonata, "make-nwb": make_nwb, "make-zarr": make_zarr}[operation]()
else:
    modules = {"sonata": "libsonata", "nwb": "h5py", "zarr": "zarr", "graphml": "networkx", "swc": "morphio"}
    importlib.import_module(modules[operation])
    start = time.process_time()
    wall = time.perf_counter()
    run = {"sonata": sonata, "nwb": nwb, "zarr": read_zarr, "graphml": graphml, "swc": swc}[operation]
    version, checksum = run()
    print(json.dumps({"version": version, "seconds": time.process_time() - start, "wall": time.perf_counter() - wall, "checksum": checksum}))
