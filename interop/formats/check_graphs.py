"""Opens what wbe wrote with networkx and scipy and compares every node, edge and attribute with expected.json.

usage: check_graphs.py FOLDER (g.graphml, g.gexf, g.mtx, expected.json; written by write-examples.ts)
"""
import json
import os
import sys

import networkx as nx
import scipy.io

folder = sys.argv[1]
expected = json.load(open(os.path.join(folder, "expected.json")))
edges = sorted((e["source"], e["target"], e["weight"]) for e in expected["edges"])
for name, read in (("g.graphml", nx.read_graphml), ("g.gexf", nx.read_gexf)):
    graph = read(os.path.join(folder, name))
    assert graph.is_directed()
    assert list(graph.nodes) == expected["nodes"], list(graph.nodes)
    assert sorted((a, b, d["weight"]) for a, b, d in graph.edges(data=True)) == edges
    assert [graph.nodes[n]["size"] for n in graph.nodes] == expected["size"]
    assert [graph.nodes[n]["exc"] for n in graph.nodes] == expected["exc"]
    print("networkx", nx.__version__, name, graph.number_of_nodes(), graph.number_of_edges(), "equal")
matrix = scipy.io.mmread(os.path.join(folder, "g.mtx")).tocoo()
index = {n: i for i, n in enumerate(expected["nodes"])}
found = sorted(zip(matrix.row.tolist(), matrix.col.tolist(), matrix.data.tolist()))
assert found == sorted((index[a], index[b], w) for a, b, w in edges)
print("scipy", scipy.__version__, "g.mtx", matrix.shape, "equal")
