"""Izhikevich 2003: the paper's two half-steps, plain Euler (NEST and Brian2), rk4, and located spikes (scipy)."""

import brian2 as b2
import nest
import numpy as np
from golden_file import on_grid, rounded, versions, write
from scipy.integrate import solve_ivp

# a, b, c, d: figure 2 of the paper.
CLASSES = {
    "RS": (0.02, 0.2, -65.0, 8.0), "IB": (0.02, 0.2, -55.0, 4.0), "CH": (0.02, 0.2, -50.0, 2.0),
    "FS": (0.1, 0.2, -65.0, 2.0), "LTS": (0.02, 0.25, -65.0, 2.0),
}
CURRENT, V0, PEAK, DURATION = 10.0, -65.0, 30.0, 500.0


def slope(_, y, a, b):
    v, u = y
    # Beyond the peak the solution is not used; the bound keeps the solver's trial points finite.
    x = min(v, PEAK + 5)
    return [0.04 * x * x + 5 * x + 140 - u + CURRENT, a * (b * v - u)]


def peak(_, y, *__):
    return y[0] - PEAK


peak.direction = 1
peak.terminal = True


def reference(a, b, c, d, method):
    t, y, spikes = 0.0, [V0, b * V0], []
    while t < DURATION:
        run = solve_ivp(slope, (t, DURATION), y, method=method, args=(a, b), events=peak, rtol=1e-12, atol=1e-12,
                        max_step=2.0)
        t = run.t[-1]
        if run.status == 1:
            spikes.append(t)
            y = [c, run.y[1, -1] + d]
    return np.array(spikes)


def paper(a, b, c, d):
    """The loop of the paper's program at dt = 1 ms: reset, two half-steps of v, then u with the new v."""
    v, u, spikes = V0, b * V0, []
    for step in range(round(DURATION) + 1):
        if v >= PEAK:
            spikes.append(step)
            v, u = c, u + d
        for _ in range(2):
            v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + CURRENT)
        u += a * (b * v - u)
    return spikes


def with_nest(a, b, c, d, dt, consistent):
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = dt
    neuron = nest.Create("izhikevich", params={
        "a": a, "b": b, "c": c, "d": d, "V_m": V0, "U_m": b * V0, "V_th": PEAK, "I_e": CURRENT,
        "consistent_integration": consistent,
    })
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder)
    nest.Simulate(DURATION)
    return on_grid(recorder.events["times"], dt)


def with_brian(a, b, c, d, dt, method, held=False):
    b2.start_scope()
    b2.prefs.codegen.target = "cython"
    b2.defaultclock.dt = dt * b2.ms
    group = b2.NeuronGroup(
        1,
        f"""dv/dt = (0.04*x**2 + 5*x + 140 - u + I) / ms : 1
            du/dt = a*(b*x - u) / ms : 1
            x = {"clip(v, -1000, peak)" if held else "v"} : 1""",
        threshold="v >= peak", reset="v = c; u += d", method=method,
        namespace={"a": a, "b": b, "c": c, "d": d, "I": CURRENT, "peak": PEAK},
    )
    group.v, group.u = V0, b * V0
    spikes = b2.SpikeMonitor(group)
    b2.Network(group, spikes).run(DURATION * b2.ms)
    return [step + 1 for step in on_grid(spikes.t / b2.ms, dt)]


def main():
    classes = {}
    for name, values in CLASSES.items():
        spikes = reference(*values, "DOP853")
        other = reference(*values, "LSODA")
        worst = float(np.max(np.abs(other - spikes)))
        assert worst < 1e-4, (name, worst)
        a, b, c, d = values
        run = {
            "a": a, "b": b, "c": c, "d": d,
            "spike_times_ms": rounded(spikes),
            "largest_difference_from_LSODA_ms": worst,
            "paper_dt1": paper(*values),
            "nest_paper_dt1": with_nest(*values, 1.0, False),
            "nest_euler_dt0.1": with_nest(*values, 0.1, True),
            "brian2_euler_dt0.1": with_brian(*values, 0.1, "euler"),
            "brian2_rk4_dt0.1": with_brian(*values, 0.1, "rk4"),
            "brian2_rk4_dt0.01": with_brian(*values, 0.01, "rk4"),
            "brian2_rk4_held_dt0.1": with_brian(*values, 0.1, "rk4", held=True),
            "brian2_rk4_held_dt0.01": with_brian(*values, 0.01, "rk4", held=True),
        }
        for key in run:
            if "dt" in key:
                dt = float(key.split("dt")[1])
                print(name, key, len(run[key]), "of", len(spikes), "first ms:", [round(s * dt, 2) for s in run[key][:6]])
        print(name, "same euler in NEST and Brian2:", run["nest_euler_dt0.1"] == run["brian2_euler_dt0.1"])
        classes[name] = run
    write(
        "izhikevich-2003",
        "Izhikevich 2003, five classes, I = 10 from t = 0, v(0) = -65, u(0) = b v(0), 500 ms",
        __file__,
        versions("nest-simulator", "brian2", "scipy", "numpy"),
        {"I": CURRENT, "v0": V0, "peak": PEAK, "duration_ms": DURATION, "units": "ms, mV"},
        {"spike_times_ms": "crossings of 30 mV located by DOP853 at rtol = atol = 1e-12: what all schemes tend to",
         "dt": "keys ending in dtX hold step numbers; time = step * X ms, the end of the step in which v >= 30",
         "paper": "the program of the paper: v advanced by two half-steps of 0.5 ms with u fixed, then u with the new v; "
                  "a spike is seen at the start of the next step, so step s means v >= 30 at s ms",
         "nest_paper": "NEST izhikevich with consistent_integration false",
         "brian2_rk4_held": "v bounded by the peak inside the right-hand side, so that no stage runs past it",
         "FS": "Euler at dt 0.1 multiplies rounding errors here: equal schemes in two tools part after some 41 spikes; "
               "compare the first 40"},
        {"classes": classes},
    )


main()
