"""Graph measures in networkit, one thread: graph_networkit.py NODES EDGES SOURCE.u32 TARGET.u32 → one line of JSON, CPU seconds."""

import json
import sys
import time

try:
    import networkit as nk
    import numpy as np
except ImportError:
    print("null")
    sys.exit()

nodes, count, source, target = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
nk.setNumberOfThreads(1)
ends = tuple(np.fromfile(path, dtype=np.uint32, count=count).astype(np.uint64) for path in (source, target))
times = {}


def timed(name, work):
    start = time.process_time()
    result = work()
    times[name] = time.process_time() - start
    return result


directed = timed("build", lambda: nk.graph.GraphFromCoo(ends, n=nodes, directed=True))
both = nk.graph.GraphFromCoo(ends, n=nodes, directed=False)
both.removeMultiEdges()
both.removeSelfLoops()
degrees = timed("degree", lambda: nk.centrality.DegreeCentrality(directed).run().scores())
# The faster of its two ways (turbo needs preprocessing, which is counted).
clustering = timed("clustering", lambda: nk.centrality.LocalClusteringCoefficient(both, turbo=True).run().scores())
parts = timed("components", lambda: nk.components.WeaklyConnectedComponents(directed).run())
core = timed("k-core", lambda: nk.centrality.CoreDecomposition(both).run())
rank = timed("PageRank", lambda: nk.centrality.PageRank(directed, 0.85, 1e-8).run())
print(
    json.dumps(
        {
            "version": nk.__version__,
            "times": times,
            "clustering": float(np.mean(clustering)),
            "components": parts.numberOfComponents(),
            "core": float(np.mean(core.scores())),
        }
    )
)
