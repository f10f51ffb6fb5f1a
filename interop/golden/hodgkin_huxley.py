"""Hodgkin–Huxley, squid axon at 6.3 C: scipy at rtol 1e-12 (two solvers) and Brian2 (exponential Euler and rk4)."""

import brian2 as b2
import numpy as np
from golden_file import on_grid, rounded, versions, write
from scipy.integrate import solve_ivp
from scipy.special import exprel

P = {"C": 1.0, "gNa": 120.0, "gK": 36.0, "gL": 0.3, "ENa": 50.0, "EK": -77.0, "EL": -54.387}
V0 = -65.0
CURRENTS = [5.0, 6.5, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0]


def rates(v):
    return {
        "m": (1.0 / exprel(-(v + 40) / 10), 4 * np.exp(-(v + 65) / 18)),
        "h": (0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))),
        "n": (0.1 / exprel(-(v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)),
    }


def steady(v):
    return [a / (a + b) for a, b in rates(v).values()]


def slope(_, y, current):
    v, gates = y[0], y[1:]
    m, h, n = gates
    ionic = P["gNa"] * m**3 * h * (v - P["ENa"]) + P["gK"] * n**4 * (v - P["EK"]) + P["gL"] * (v - P["EL"])
    return [(current - ionic) / P["C"], *[a * (1 - x) - b * x for (a, b), x in zip(rates(v).values(), gates)]]


def upward(_, y, __):
    return y[0]


upward.direction = 1


def reference(current, duration, method):
    return solve_ivp(
        slope, (0, duration), [V0, *steady(V0)], method=method, args=(current,), events=upward,
        rtol=1e-12, atol=1e-12, dense_output=duration <= 50,
    )


def rate_after(spikes, start):
    """Rate from the mean interval of the spikes at or after `start` ms, in Hz; 0 below two spikes."""
    late = spikes[spikes >= start]
    return 1000 * (len(late) - 1) / (late[-1] - late[0]) if len(late) > 1 else 0.0


EQUATIONS = """
    dv/dt = (I - gNa*m**3*h*(v - ENa) - gK*n**4*(v - EK) - gL*(v - EL)) / C / ms : 1
    dm/dt = (am*(1 - m) - bm*m) / ms : 1
    dh/dt = (ah*(1 - h) - bh*h) / ms : 1
    dn/dt = (an*(1 - n) - bn*n) / ms : 1
    am = 1 / exprel(-(v + 40)/10) : 1
    bm = 4 * exp(-(v + 65)/18) : 1
    ah = 0.07 * exp(-(v + 65)/20) : 1
    bh = 1 / (1 + exp(-(v + 35)/10)) : 1
    an = 0.1 / exprel(-(v + 55)/10) : 1
    bn = 0.125 * exp(-(v + 65)/80) : 1
"""


def brian(method, dt, current, duration, trace_for):
    b2.start_scope()
    b2.prefs.codegen.target = "cython"
    b2.defaultclock.dt = dt * b2.ms
    group = b2.NeuronGroup(
        1, EQUATIONS, threshold="v > 0", refractory="v > 0", method=method, namespace={**P, "I": current}
    )
    group.v = V0
    group.m, group.h, group.n = steady(V0)
    spikes, trace = b2.SpikeMonitor(group), b2.StateMonitor(group, "v", record=True)
    net = b2.Network(group, spikes, trace)
    net.run(trace_for * b2.ms)
    voltage = np.array(trace.v[0])
    trace.active = False
    net.run((duration - trace_for) * b2.ms)
    # Brian2 stamps a spike with the start of the step in which it happened; we stamp the end.
    steps = [step + 1 for step in on_grid(spikes.t / b2.ms, dt)]
    every = round(0.1 / dt)
    return {"method": method, "dt": dt, "spike_steps": steps, "V_every_ms": 0.1, "V": rounded(voltage[::every])}


def main():
    spikes = {}
    worst = 0.0
    for current in CURRENTS:
        spikes[current] = reference(current, 1000, "DOP853").t_events[0]
    other = reference(10.0, 1000, "LSODA").t_events[0]
    worst = float(np.max(np.abs(other - spikes[10.0])))
    assert worst < 1e-5, f"the two solvers differ by {worst} ms"
    short = reference(10.0, 50, "DOP853")
    trace = short.sol(np.arange(0, 501) / 10)
    data = {
        "reference": {
            "method": "scipy solve_ivp DOP853, rtol = atol = 1e-12, events located",
            "largest_difference_from_LSODA_ms": worst,
            "I": 10.0,
            "spike_times_ms": rounded(spikes[10.0]),
            "V_every_ms": 0.1,
            "V": rounded(trace[0]),
            "m": rounded(trace[1, ::10]),
            "h": rounded(trace[2, ::10]),
            "n": rounded(trace[3, ::10]),
            "gates_every_ms": 1.0,
        },
        "fi": [
            {
                "I": current,
                "spikes": len(times),
                "first_spike_ms": rounded(times[:1])[0],
                "rate_500_1000_Hz": rounded([rate_after(times, 500)])[0],
            }
            for current, times in spikes.items()
        ],
        "brian2": [
            brian("exponential_euler", 0.01, 10.0, 1000, 50),
            brian("rk4", 0.01, 10.0, 1000, 50),
            brian("rk4", 0.025, 10.0, 1000, 50),
            brian("euler", 0.01, 10.0, 1000, 50),
        ],
    }
    write(
        "hodgkin-huxley",
        "Hodgkin-Huxley squid axon, constant current from t = 0, V(0) = -65 mV with steady gates, 1000 ms",
        __file__,
        versions("brian2", "scipy", "numpy"),
        {**P, "V0": V0, "gates0": dict(zip("mhn", rounded(steady(V0), 17))), "duration_ms": 1000,
         "units": "mV, ms, mS/cm2, uF/cm2, uA/cm2",
         "rates": "m: 1/exprel(-(V+40)/10), 4 exp(-(V+65)/18); h: 0.07 exp(-(V+65)/20), 1/(1+exp(-(V+35)/10)); "
                  "n: 0.1/exprel(-(V+55)/10), 0.125 exp(-(V+65)/80) per ms"},
        {"spike": "upward crossing of 0 mV; on a grid, the first grid time with V > 0",
         "spike_steps": "grid time divided by dt; Brian2's own stamp is one step earlier (start of step)",
         "V": "sample k is at k * V_every_ms, from t = 0",
         "exponential_euler": "V and gates each advanced by the exact solution of its own linear equation with the "
                              "other states kept at the start of the step"},
        data,
    )


main()
