"""Integrated information 4.0 of random networks, straight from the equations of Albantakis et al. 2023.

PyPhi's version for IIT 4.0 is not on the Python package index, so this is a second program, not a peer: it works on full
transition matrices over all states, cuts by averaging them, lists every partition, every face of every relation and every
state, and knows none of the shortcuts of wbe. test/consciousness/iit also checks published values of PyPhi 4.0 and of the
paper where the data folder is there.
"""

import itertools
import math

import numpy as np
from golden_file import versions, write

TIE = 1e-10


def states(n):
    return list(itertools.product((0, 1), repeat=n))  # as tuples, node 0 first


def partitions(items):
    """All set partitions."""
    if not items:
        yield []
        return
    head, rest = items[0], items[1:]
    for partition in partitions(rest):
        yield [[head]] + partition
        for i in range(len(partition)):
            yield partition[:i] + [[head] + partition[i]] + partition[i + 1 :]


def subsets(items):
    return itertools.chain.from_iterable(itertools.combinations(items, r) for r in range(1, len(items) + 1))


class Network:
    def __init__(self, n, on):
        self.n, self.on = n, on  # on[state tuple][node]

    def unit(self, node, value, fixed):
        """P(node = value | the nodes of `fixed`), all others uniform."""
        rows = [s for s in states(self.n) if all(s[i] == v for i, v in fixed.items())]
        p = sum(self.on[s][node] for s in rows) / len(rows)
        return p if value else 1 - p

    def joint(self, outputs, fixed):
        return math.prod(self.unit(node, value, fixed) for node, value in outputs.items())


def argmax_states(values):
    top = max(values.values())
    # Little-endian: where all else ties, the first counts.
    return sorted((z for z, v in values.items() if v >= top - TIE), key=lambda z: z[::-1])


def information(p, ratio):
    return p * math.log2(ratio) if p > 0 else -math.inf


def positive(p, ratio):
    return max(0.0, p * math.log2(ratio))


def smallest(pairs):
    """The φ with the least normalised φ; of ties the largest."""
    least = min(v for v, _ in pairs)
    return max(phi for v, phi in pairs if v <= least + TIE)


def disintegrations(mechanism, purview):
    """Lists of (part of the mechanism, part of the purview)."""
    for parts in partitions(list(mechanism)):
        parts = parts + [[]]
        for owner in itertools.product(range(len(parts)), repeat=len(purview)):
            pieces = [(tuple(m), tuple(z for z, o in zip(purview, owner) if o == i)) for i, m in enumerate(parts)]
            if len(pieces[0][0]) == len(mechanism) and pieces[0][1]:
                continue
            yield pieces


def mechanism_phi(net, state, mechanism, purview, direction):
    m = {i: state[i] for i in mechanism}
    as_state = lambda z: dict(zip(purview, z))
    every = states(len(purview))
    if direction == "effect":
        unconstrained = {
            z: np.mean([net.joint(as_state(z), dict(zip(mechanism, other))) for other in states(len(mechanism))]) for z in every
        }
        p = {z: net.joint(as_state(z), m) for z in every}
        ii = {z: information(p[z], p[z] / unconstrained[z]) if p[z] > 0 else -math.inf for z in every}
        under = lambda z, part: net.joint({i: as_state(z)[i] for i in part[1]}, {i: m[i] for i in part[0]})
        forward = p
    else:
        forward = {z: net.joint(m, as_state(z)) for z in every}
        total = sum(forward.values())
        if total == 0:
            return []
        p = {z: forward[z] / total for z in every}
        ii = {z: information(p[z], forward[z] / (total / len(every))) if p[z] > 0 else -math.inf for z in every}
        under = lambda z, part: net.joint({i: m[i] for i in part[0]}, {i: as_state(z)[i] for i in part[1]})
    found = []
    for z in argmax_states(ii):
        pairs = []
        for pieces in disintegrations(mechanism, purview):
            phi = positive(p[z], forward[z] / math.prod(under(z, part) for part in pieces))
            cuts = sum(len(a[0]) * len(b[1]) for a, b in itertools.permutations(pieces, 2))
            pairs.append((phi / cuts, phi))
        found.append((as_state(z), smallest(pairs)))
    return found


def best_purview(net, state, mechanism, direction, system_state):
    candidates = [
        (phi, z) for purview in subsets(range(net.n)) for z, phi in mechanism_phi(net, state, mechanism, purview, direction)
    ]
    top = max((phi for phi, _ in candidates), default=0)
    if top <= TIE:
        return None
    agreeing = [z for phi, z in candidates if phi >= top - TIE and all(system_state[i] == v for i, v in z.items())]
    return (top, min(agreeing, key=lambda z: (len(z), sorted(z)))) if agreeing else None


def system_partitions(n):
    for parts in partitions(list(range(n))):
        if len(parts) < 2:
            continue
        for direction in itertools.product("<->", repeat=len(parts)):  # < inputs, > outputs, - both
            cut = {
                (a, b)
                for i, origin in enumerate(parts)
                for j, target in enumerate(parts)
                if i != j and (direction[i] in ">-" or direction[j] in "<-")
                for a in origin
                for b in target
            }
            yield cut


def system_phi(net, state):
    every = states(net.n)
    all_in = lambda s: dict(enumerate(s))
    effect = {z: net.joint(all_in(z), all_in(state)) for z in every}
    mean = {z: np.mean([net.joint(all_in(z), all_in(s)) for s in every]) for z in every}
    back = {z: net.joint(all_in(state), all_in(z)) for z in every}
    total = sum(back.values())
    ii_e = {z: information(effect[z], effect[z] / mean[z]) if effect[z] > 0 else -math.inf for z in every}
    ii_c = {z: information(back[z] / total, back[z] / (total / len(every))) if back[z] > 0 else -math.inf for z in every}

    def cut_joint(output, given, cut):
        return math.prod(
            net.unit(j, output[j], {i: given[i] for i in range(net.n) if (i, j) not in cut}) for j in range(net.n)
        )

    best = None
    for c in argmax_states(ii_c):
        for e in argmax_states(ii_e):
            pairs = []
            for cut in system_partitions(net.n):
                phi_c = positive(back[c] / total, back[c] / cut_joint(state, c, cut))
                phi_e = positive(effect[e], effect[e] / cut_joint(e, state, cut))
                phi = min(phi_c, phi_e)
                pairs.append((phi / len(cut), phi))
            phi = smallest(pairs)
            if best is None or phi > best[0] + TIE:
                best = (phi, c, e)
    return best


def relations(distinctions):
    """Number and Σ φ_r over all sets of distinctions, by faces."""
    count, total = 0, 0.0
    sides = [(set(c.items()), set(e.items()), phi) for c, e, phi in distinctions]
    for size in range(1, len(sides) + 1):
        for chosen in itertools.combinations(sides, size):
            union = set()
            for face in itertools.product(("c", "e", "ce"), repeat=size):
                if size == 1 and face != ("ce",):
                    continue
                members = [s for (c, e, _), f in zip(chosen, face) for s in ([c] if f == "c" else [e] if f == "e" else [c, e])]
                union |= set.intersection(*members)
            if union:
                count += 1
                total += len(union) * min(phi / len(c | e) for c, e, phi in chosen)
    return count, total


def random_network(rng, n, kind):
    on, flat = {}, []
    density = 0.75
    tables = []
    for _ in range(n):
        inputs = [i for i in range(n) if rng.random() < density]
        values = rng.integers(0, 1001, 2 ** len(inputs))
        if kind == "table":
            values = (values > 500) * 1000
        elif kind == "noisy table":
            values = (values > 500) * 900 + 50
        tables.append((inputs, values))
    for index in range(2**n):
        s = tuple((index >> i) & 1 for i in range(n))
        row = [int(values[sum(s[i] << k for k, i in enumerate(inputs))]) for inputs, values in tables]
        on[s] = [v / 1000 for v in row]
        flat += row
    return Network(n, on), flat


def main():
    rng = np.random.default_rng(42)
    networks = []
    while len(networks) < 200:
        index = len(networks)
        n = 3 if index < 170 else 4
        kind = ("table", "noisy table", "probabilities")[index % 3]
        net, flat = random_network(rng, n, kind)
        before = states(n)[rng.integers(2**n)]
        state = tuple(int(net.on[before][i] * 1000 > rng.integers(0, 1000)) for i in range(n))
        phi, c, e = system_phi(net, state)
        entry = {"n": n, "kind": kind, "tpm": flat, "state": list(state), "phi": phi}
        found = []
        for mechanism in subsets(range(n)):
            cause = best_purview(net, state, mechanism, "cause", c)
            effect = best_purview(net, state, mechanism, "effect", e)
            if cause and effect:
                found.append((cause[1], effect[1], min(cause[0], effect[0])))
        if len(found) > 9:
            continue  # 3^9 faces of the largest relation are enough
        count, total = relations(found)
        entry |= {
            "distinctions": len(found),
            "sumDistinctions": sum(phi for _, _, phi in found),
            "relations": count,
            "sumRelations": total,
        }
        networks.append(entry)
        print(index, entry["phi"], len(found), count, flush=True)
    write(
        "iit4",
        "IIT 4.0 of random networks by enumeration: phi_s in the minimum directed set partition, and the Phi-structure",
        __file__,
        versions("numpy"),
        {"networks": "each node reads each other with probability 0.75; seed 42"},
        {
            "tpm": "per mille, entry [state*n + node], states little-endian",
            "ties": "of purviews: congruent with the system's states, then smallest, then lexicographic; of normalised phi: largest phi; of system states: largest phi_s, then first little-endian",
        },
        {"networks": networks},
    )


main()
