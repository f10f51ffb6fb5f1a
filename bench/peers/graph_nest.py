"""A million neurons with a fixed in-degree in NEST: graph_nest.py NEURONS INDEGREE → one line of JSON, CPU seconds."""

import json
import sys
import time

try:
    import nest
except ImportError:
    print("null")
    sys.exit()

neurons, indegree = int(sys.argv[1]), int(sys.argv[2])
nest.set_verbosity("M_ERROR")
nest.ResetKernel()
nest.local_num_threads = 1
start = time.process_time()
cells = nest.Create("iaf_psc_exp", neurons)
nest.Connect(cells, cells, {"rule": "fixed_indegree", "indegree": indegree}, {"weight": 1.0, "delay": 1.0})
nest.Prepare()
seconds = time.process_time() - start
print(json.dumps({"version": nest.__version__, "build": seconds, "synapses": nest.num_connections}))
