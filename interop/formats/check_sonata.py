"""Opens what wbe wrote as SONATA with libsonata and BMTK and compares it with the columns that h5py reads.

usage: check_sonata.py FOLDER (with nodes.h5, node_types.csv, edges.h5, edge_types.csv, circuit_config.json,
and, when there, spikes.h5 and report.h5)
"""
import os
import sys

import h5py
import libsonata
import numpy as np

folder = sys.argv[1]


def at(name):
    return os.path.join(folder, name)


circuit = libsonata.CircuitConfig.from_file(at("circuit_config.json"))
assert circuit.node_populations == {"neurons"}, circuit.node_populations
nodes = circuit.node_population("neurons")
edges = circuit.edge_population("neurons_to_neurons")
every = libsonata.Selection([(0, edges.size)])
with h5py.File(at("nodes.h5")) as file:
    group = file["nodes/neurons"]
    assert nodes.size == len(group["node_id"])
    labels = [text.decode() for text in group["0/label"][:]]
    assert list(nodes.get_attribute("label", nodes.select_all())) == labels
with h5py.File(at("edges.h5")) as file:
    group = file["edges/neurons_to_neurons"]
    source, target = group["source_node_id"][:], group["target_node_id"][:]
    assert edges.size == len(source)
    assert np.array_equal(edges.source_nodes(every), source)
    assert np.array_equal(edges.target_nodes(every), target)
    assert np.array_equal(edges.get_attribute("syn_weight", every), group["0/syn_weight"][:])
    assert np.array_equal(edges.get_attribute("delay", every), group["0/delay"][:])
    for node in range(nodes.size):
        assert sorted(edges.efferent_edges([node]).flatten()) == list(np.flatnonzero(source == node)), node
        assert sorted(edges.afferent_edges([node]).flatten()) == list(np.flatnonzero(target == node)), node
print(f"libsonata: {nodes.size} nodes, {edges.size} edges, both indices equal")

if os.path.exists(at("spikes.h5")):
    spikes = libsonata.SpikeReader(at("spikes.h5"))
    found = {name: spikes[name].get() for name in spikes.get_population_names()}
    with h5py.File(at("spikes.h5")) as file:
        for name, pairs in found.items():
            group = file[f"spikes/{name}"]
            assert [(int(n), t) for n, t in pairs] == list(zip(group["node_ids"][:].tolist(), group["timestamps"][:]))
    print("libsonata spikes:", {name: len(pairs) for name, pairs in found.items()})
if os.path.exists(at("report.h5")):
    report = libsonata.SomaReportReader(at("report.h5"))
    for name in report.get_population_names():
        frame = report[name].get()
        with h5py.File(at("report.h5")) as file:
            assert np.array_equal(frame.data, file[f"report/{name}/data"][:].astype("f4"))
        print("libsonata report:", name, frame.data.shape, report[name].data_units)

from bmtk.utils.sonata import File  # noqa: E402

bmtk = File([at("nodes.h5"), at("edges.h5")], [at("node_types.csv"), at("edge_types.csv")])
population = bmtk.edges["neurons_to_neurons"]
rows = list(population)
assert len(rows) == edges.size
assert [int(row.source_node_id) for row in rows] == source.tolist()
assert np.allclose([row["syn_weight"] for row in rows], edges.get_attribute("syn_weight", every), rtol=0, atol=0)
print(f"bmtk: {len(rows)} edges equal")
