"""Graph measures of networkx, the Brain Connectivity Toolbox (bctpy) and plain NumPy on 50 random graphs of each kind.

Needs networkx and bctpy beside NumPy and SciPy; with WBE_DATA also measures of the C. elegans wiring of the data folder.
The graphs come from a linear congruential generator, so that the test draws the same ones and no edges stand in the file.
"""

import csv
import itertools
import json
import math
import os
import pathlib
import warnings

import bct
import networkx as nx
import numpy as np
import scipy.linalg

from golden_file import versions, write

warnings.filterwarnings("ignore")
KINDS = [(directed, weights) for directed in (False, True) for weights in ("none", "positive", "signed")]
GRAPHS = 50


def draw_graph(number, directed, weights):
    """Nodes and edges of a random graph; loops are drawn too. The test has the same lines."""
    state = (2654435761 * (number + 1) + 97 * directed + 31 * len(weights)) % 2**32

    def uniform():
        nonlocal state
        state = (1664525 * state + 1013904223) % 2**32
        return state / 2**32

    n = 3 + math.floor(uniform() * 13)
    p = 0.08 + 0.5 * uniform()
    edges = []
    for i in range(n):
        for j in range(n) if directed else range(i, n):
            if uniform() >= p * (0.3 if i == j else 1):
                continue
            weight = (1 + math.floor(16 * uniform())) / 8
            if weights == "signed" and uniform() < 0.4:
                weight = -weight
            edges.append((i, j, 1 if weights == "none" else weight))
    return n, edges


def dense(n, edges, directed, loops=False):
    W = np.zeros((n, n))
    for i, j, w in edges:
        if i == j and not loops:
            continue
        W[i, j] = w
        if not directed:
            W[j, i] = w
    return W


def folded(values):
    """Two linear sums of a list of values, which no permutation or scaling leaves alone."""
    values = np.asarray(values, dtype=float).ravel()
    return [float(values.sum()), float((values * np.arange(1, len(values) + 1)).sum())]


def of_nodes(n, by_node):
    return folded([by_node[i] for i in range(n)])


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


def tidy(value):
    """12 significant digits, null for what is not a number; keys and order stay."""
    if isinstance(value, dict):
        return {key: tidy(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(entry) for entry in value]
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(f"{value:.12g}") if np.isfinite(value) else None


def paths(G, weight):
    lengths = dict(nx.all_pairs_dijkstra_path_length(G, weight=weight))
    far = [d for i, row in lengths.items() for j, d in row.items() if i != j]
    return {
        "path length": number(np.mean(far)) if far else None,
        "diameter": max(far, default=0.0),
        "eccentricity": folded([max(lengths[i].values()) for i in G]),
    }


def pattern_number(A, nodes):
    size = len(nodes)
    best = None
    for order in itertools.permutations(nodes):
        bits, at = 0, 0
        for a in range(size):
            for b in range(size):
                if a != b:
                    bits |= int(A[order[a], order[b]]) << at
                    at += 1
        best = bits if best is None else min(best, bits)
    return best


def motif_counts(A, size):
    counts = {}
    S = nx.from_numpy_array(((A + A.T) > 0).astype(int))
    for nodes in itertools.combinations(range(len(A)), size):
        if nx.is_connected(S.subgraph(nodes)):
            bits = pattern_number(A, nodes)
            counts[bits] = counts.get(bits, 0) + 1
    return [len(counts), sum(counts.values()), sum(bits * count for bits, count in counts.items())]


def simplices_and_betti(A, directed, top):
    """Directed cliques by brute force; Betti numbers from ranks over two elements."""
    n = len(A)
    cells = [[(i,) for i in range(n)]]
    while cells[-1]:
        grown = []
        for cell in cells[-1]:
            for j in range(n):
                if all(A[i, j] for i in cell) and (directed or j > cell[-1]):
                    grown.append(cell + (j,))
        cells.append(grown)
    counts = [len(c) for c in cells if c]

    def rank(d):
        if d == 0 or d >= len(cells) or not cells[d]:
            return 0
        place = {cell: k for k, cell in enumerate(cells[d - 1])}
        columns = [sum(1 << place[c[:k] + c[k + 1 :]] for k in range(len(c))) for c in cells[d]]
        found = 0
        while columns:
            pivot = columns.pop()
            if pivot:
                found += 1
                low = pivot & -pivot
                columns = [c ^ pivot if c & low else c for c in columns]
        return found

    betti = [(len(cells[d]) if d < len(cells) else 0) - rank(d) - rank(d + 1) for d in range(top + 1)]
    return counts, betti


def rich_club(A, directed):
    """Edges among nodes of degree > k over all possible; the toolbox's list begins with k = 1."""
    degree = A.sum(0) + A.sum(1) if directed else A.sum(0)
    phi = []
    for k in range(int(degree.max(initial=0))):
        rich = np.flatnonzero(degree > k)
        if len(rich) > 1:
            phi.append(float(A[np.ix_(rich, rich)].sum() / (len(rich) * (len(rich) - 1))))
    toolbox, nodes, _ = (bct.rich_club_bd if directed else bct.rich_club_bu)(A.copy())
    assert np.allclose(phi[1:], [x for x, n in zip(toolbox, nodes) if n > 1])
    return phi


def local_efficiency(G, A):
    """The MATLAB toolbox's definition. bctpy 0.6.1 leaves out neighbours that only send to the node."""
    n = len(A)
    found = np.zeros(n)
    for u in range(n):
        near = np.flatnonzero(A[u] + A[:, u])
        ties = A[u, near] + A[near, u]
        lengths = dict(nx.all_pairs_shortest_path_length(G.subgraph(near.tolist())))
        inverse = np.array([[1 / lengths[i][j] if i != j and j in lengths[i] else 0.0 for j in near] for i in near])
        if len(near) > 1:
            found[u] = (np.outer(ties, ties) * inverse).sum() / (ties.sum() ** 2 - (ties**2).sum())
    if not G.is_directed():
        assert np.allclose(found, bct.efficiency_bin(A.copy(), local=True))
        assert np.isclose(found.mean(), nx.local_efficiency(G))
    return found


def core_periphery(W):
    return max(bct.core_periphery_dir(W.copy(), seed=s)[1] for s in range(3)) if W.any() else None


def assortativity(A, x, y):
    i, j = np.nonzero(A)
    a, b = x[i], y[j]
    if len(i) == 0 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def controllability(W):
    A = W.T / (1 + np.linalg.svd(W, compute_uv=False)[0])
    gramian = scipy.linalg.solve_discrete_lyapunov(A.T, np.eye(len(A)))
    S = (W + W.T > 0).astype(float) if set(np.unique(W)) <= {0, 1} else (W + W.T) / 2
    values, vectors = np.linalg.eigh(S / (1 + np.abs(np.linalg.eigvalsh(S)).max()))
    return folded(np.diag(gramian)), folded((1 - values**2) @ (vectors**2).T)


def eigenvector(W):
    values, vectors = np.linalg.eig(W.T)
    v = np.abs(vectors[:, np.argmax(values.real)].real)
    return folded(v / np.linalg.norm(v))


def signed_modularity(W, community, gamma):
    """Rubinov & Sporns 2011, from the dense definition, directed null model."""
    same = np.equal.outer(community, community)
    pos, neg = np.where(W > 0, W, 0), np.where(W < 0, -W, 0)

    def part(M):
        v = M.sum()
        return ((M - gamma * np.outer(M.sum(1), M.sum(0)) / v) * same).sum() if v > 0 else 0.0

    vp, vn = pos.sum(), neg.sum()
    if vp + vn == 0:
        return None
    return float((part(pos) / vp if vp > 0 else 0) - part(neg) / (vp + vn))


def measure(n, edges, directed, weights):
    W, loops = dense(n, edges, directed), dense(n, edges, directed, loops=True)
    A = (W != 0).astype(float)
    kind = nx.DiGraph if directed else nx.Graph
    G = nx.from_numpy_array(A, create_using=kind)
    U = G.to_undirected()
    community = np.arange(n) % 3
    groups = [set(np.flatnonzero(community == c).tolist()) for c in range(3) if (community == c).any()]
    m = int(A.sum())
    out = {
        "in degree": folded(A.sum(0)),
        "out degree": folded(A.sum(1)),
        "density": float(nx.density(G)),
        "reciprocity": number(nx.overall_reciprocity(G)) if directed and m else (1.0 if m else None),
        "clustering": of_nodes(n, nx.clustering(G)),
        "transitivity": number(nx.transitivity(U)) if any(d > 1 for _, d in U.degree()) else None,
        **paths(G, None),
        "global efficiency": float(bct.efficiency_bin(A.copy())),
        "local efficiency": folded(local_efficiency(G, A)),
        "betweenness": of_nodes(n, nx.betweenness_centrality(G)),
        "closeness": of_nodes(n, nx.closeness_centrality(G)),
        "harmonic closeness": [x / (n - 1) for x in of_nodes(n, nx.harmonic_centrality(G))],
        "PageRank": of_nodes(n, nx.pagerank(nx.from_numpy_array(loops != 0, create_using=kind), tol=1e-14, max_iter=10000)),
        "core number": of_nodes(n, nx.core_number(U)),
        "core number, total": of_nodes(n, nx.core_number(G)),
        "weak components": nx.number_connected_components(U),
        "assortativity": assortativity(A, A.sum(1), A.sum(0)),
        "modularity": number(nx.community.modularity(G, groups)) if m else None,
        "modularity 1.3": number(nx.community.modularity(G, groups, resolution=1.3)) if m else None,
        "core-periphery": core_periphery(A),
        "communicability": folded(scipy.linalg.expm(A)),
        "spectral radius": float(np.abs(np.linalg.eigvals((loops != 0).astype(float))).max()),
        "motifs 4": motif_counts(A, 4),
        "simplices and Betti": simplices_and_betti(A, directed, 3),
    }
    out["average controllability"], out["modal controllability"] = controllability(A)
    # The toolbox's own functions where it has them, and networkx's, must agree.
    assert np.allclose(out["clustering"], folded((bct.clustering_coef_bd if directed else bct.clustering_coef_bu)(A.copy())))
    assert np.isclose(out["global efficiency"], nx.global_efficiency(G)) if not directed else True
    census = nx.triadic_census(G.to_directed())
    out["motifs 3"] = {name: count for name, count in census.items() if count and name not in ("003", "012", "102")}
    out["rich club"] = rich_club(A, directed)
    if nx.is_strongly_connected(G) if directed else nx.is_connected(G):
        out["eigenvector"] = eigenvector(A)
        assert np.allclose(out["eigenvector"], of_nodes(n, nx.eigenvector_centrality_numpy(G)), atol=1e-6)
    if directed:
        out["strong components"] = nx.number_strongly_connected_components(G)
    if weights == "positive":
        out.update(measure_weighted(n, W, loops, directed, groups))
    if weights == "signed":
        out.update(measure_signed(n, W, loops, directed, community))
    return out


def measure_weighted(n, W, loops, directed, groups):
    kind = nx.DiGraph if directed else nx.Graph
    G = nx.from_numpy_array(W, create_using=kind)
    for _, _, data in G.edges(data=True):
        data["length"] = 1 / data["weight"]
    s_out, s_in = W.sum(1), W.sum(0)
    out = {
        "clustering": of_nodes(n, nx.clustering(G, weight="weight")),
        **paths(G, "length"),
        "global efficiency": float(bct.efficiency_wei(W.copy())),
        "betweenness": of_nodes(n, nx.betweenness_centrality(G, weight="length")),
        "closeness": of_nodes(n, nx.closeness_centrality(G, distance="length")),
        "PageRank": of_nodes(n, nx.pagerank(nx.from_numpy_array(loops, create_using=kind), tol=1e-14, max_iter=10000)),
        "assortativity": assortativity(W, s_out, s_in),
        "modularity": number(nx.community.modularity(G, groups)) if W.any() else None,
        "core-periphery": core_periphery(W),
        "spectral radius": float(np.abs(np.linalg.eigvals(loops)).max()),
        "rich club": [],
    }
    out["average controllability"], out["modal controllability"] = controllability(W)
    club = (bct.rich_club_wd if directed else bct.rich_club_wu)(W.copy())
    degree = (W != 0).sum(0) + (W != 0).sum(1) if directed else (W != 0).sum(0)
    # Where no node has to go the toolbox says nan; the whole graph against itself is 1.
    club = [1.0 if W.any() and (degree > k).all() else x for k, x in enumerate(club)]
    out["rich club"] = [number(x) for k, x in enumerate(club) if (degree > k).sum() > 1]
    if nx.is_strongly_connected(G) if directed else nx.is_connected(G):
        out["eigenvector"] = eigenvector(W)
    with np.errstate(all="ignore"):
        scale = np.sqrt(np.outer(s_out, s_in))
        out["communicability"] = folded(scipy.linalg.expm(np.where(scale > 0, W / np.where(scale > 0, scale, 1), 0)))
    return {f"{name}, weighted": value for name, value in out.items()}


def signed_clustering(S):
    """Costantini & Perugini 2014, written as sums over pairs of neighbours."""
    n = len(S)
    found = np.zeros(n)
    for i in range(n):
        pairs = [(j, q) for j in range(n) for q in range(n) if len({i, j, q}) == 3 and S[i, j] and S[i, q]]
        if pairs:
            found[i] = sum(S[i, j] * S[j, q] * S[i, q] for j, q in pairs) / sum(abs(S[i, j] * S[i, q]) for j, q in pairs)
    assert np.allclose(found, bct.clustering_coef_wu_sign(S.copy(), coef_type="costantini"))
    return found


def measure_signed(n, W, loops, directed, community):
    S = (W + W.T) / 2
    out = {
        "positive strength": folded(np.where(W > 0, W, 0).sum(1)),
        "negative strength": folded(np.where(W < 0, -W, 0).sum(1)),
        "spectral radius": float(np.abs(np.linalg.eigvals(loops)).max()),
        "clustering": folded(signed_clustering(S)),
        "modularity": signed_modularity(W, community, 1),
        "modularity 0.7": signed_modularity(W, community, 0.7),
    }
    if not directed and W.any():
        assert np.isclose(out["modularity"], bct.modularity_und_sign(W.copy(), community + 1, "sta")[1])
    return {f"{name}, signed": value for name, value in out.items()}


def measure_worm():
    """Chemical synapses of Varshney 2011: 279 nodes, 2194 pairs, weights = contacts."""
    folder = os.environ.get("WBE_DATA")
    if not folder:
        return json.loads(FILE.read_text())["celegans"] if FILE.exists() else None
    G = nx.DiGraph()
    with open(pathlib.Path(folder) / "connectome" / "celegans_varshney2011_neuronconnect.csv") as file:
        rows = list(csv.reader(file))[1:]
    for first, second, kind, count in (row[:4] for row in rows):
        if "NMJ" in (first, second):
            continue
        G.add_nodes_from((first, second))
        if kind in ("S", "Sp"):
            known = G.get_edge_data(first, second, {"weight": 0})["weight"]
            G.add_edge(first, second, weight=known + int(float(count)))
    L = G.copy()
    G.remove_edges_from(list(nx.selfloop_edges(G)))
    U = G.to_undirected()
    names = sorted(G)
    A = nx.to_numpy_array(G, names, weight=None)
    groups = [{name for name in names if name[0] == first} for first in sorted({name[0] for name in names})]

    def moments(by_name):
        x = np.array([by_name[name] for name in names])
        return [float(x.sum()), float((x**2).sum()), float(by_name["AVAL"])]

    return {
        "nodes": len(names),
        "pairs": G.number_of_edges(),
        "density": nx.density(G),
        "reciprocity": nx.overall_reciprocity(G),
        "clustering": moments(nx.clustering(G)),
        "clustering, weighted": moments(nx.clustering(G, weight="weight")),
        "transitivity": nx.transitivity(U),
        **{k: v for k, v in paths(G, None).items() if k != "eccentricity"},
        "global efficiency": float(bct.efficiency_bin(A.copy())),
        "betweenness": moments(nx.betweenness_centrality(G)),
        "closeness": moments(nx.closeness_centrality(G)),
        "PageRank, weighted": moments(nx.pagerank(L, tol=1e-14, max_iter=10000)),
        "core number": moments(nx.core_number(U)),
        "strong components": nx.number_strongly_connected_components(G),
        "assortativity": nx.degree_assortativity_coefficient(G, x="out", y="in"),
        "modularity by first letter": nx.community.modularity(G, groups, weight=None),
        "best Louvain modularity, undirected": max(
            nx.community.modularity(U, nx.community.louvain_communities(U, weight=None, seed=s), weight=None) for s in range(20)
        ),
        "motifs 3": {k: v for k, v in nx.triadic_census(G).items() if k not in ("003", "012", "102")},
        "rich club": rich_club(A, True),
        "spectral radius": float(np.abs(np.linalg.eigvals(A)).max()),
    }


FILE = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "graph-measures.json"

if __name__ == "__main__":
    graphs = {}
    for directed, weights in KINDS:
        found = [measure(*draw_graph(k, directed, weights), directed, weights) for k in range(GRAPHS)]
        names = dict.fromkeys(name for one in found for name in one)
        table = {name: [one.get(name, "absent") for one in found] for name in names}
        graphs[f"{'directed' if directed else 'undirected'}, {weights}"] = table
    write(
        "graph-measures",
        "graph measures of 50 random graphs of each kind and of the C. elegans wiring",
        __file__,
        versions("networkx", "bctpy", "numpy", "scipy"),
        {"graphs": GRAPHS},
        {
            "folded": "values by node as [Σ x_i, Σ (i+1)·x_i]",
            "loops": "left out but for PageRank and the spectral radius",
            "null": "not defined",
            "absent": "not measured: the graph is not strongly connected",
        },
        tidy({"graphs": graphs, "celegans": measure_worm()}),
    )
