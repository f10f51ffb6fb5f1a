"""Graph measures in networkx: graph_networkx.py NODES EDGES SOURCE.u32 TARGET.u32 → one line of JSON, CPU seconds."""

import json
import sys
import time

try:
    import networkx as nx
    import numpy as np
except ImportError:
    print("null")
    sys.exit()

nodes, count, source, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
ends = [np.fromfile(path, dtype=np.uint32, count=count).tolist() for path in (source, target)]
times = {}


def timed(name, work):
    start = time.process_time()
    result = work()
    times[name] = time.process_time() - start
    return result


def build():
    graph = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(zip(*ends))
    return graph


directed = timed("build", build)
both = directed.to_undirected()
both.remove_edges_from(list(nx.selfloop_edges(both)))
timed("degree", lambda: dict(directed.degree()))
clustering = timed("clustering", lambda: nx.clustering(both))
parts = timed("components", lambda: nx.number_weakly_connected_components(directed))
core = timed("k-core", lambda: nx.core_number(both))
timed("PageRank", lambda: nx.pagerank(directed, tol=1e-8 / nodes))
print(
    json.dumps(
        {
            "version": nx.__version__,
            "times": times,
            "clustering": float(np.mean(list(clustering.values()))),
            "components": parts,
            "core": float(np.mean(list(core.values()))),
        }
    )
)
