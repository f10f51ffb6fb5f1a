"""AdEx: continuous-time reference with located spikes (scipy, rtol 1e-12), NEST aeif_cond_exp, Brian2 on a grid."""

import brian2 as b2
import nest
import numpy as np
from golden_file import on_grid, rounded, versions, write
from scipy.integrate import solve_ivp

# Brette & Gerstner 2005 with the reset and cut-off of the AdEx declaration of wbe.
P = {"C": 281.0, "gL": 30.0, "EL": -70.6, "VT": -50.4, "deltaT": 2.0, "tauW": 144.0, "a": 4.0, "b": 80.5,
     "Vreset": -70.6, "Vpeak": 20.0}
CURRENTS = [500.0, 700.0, 800.0, 1000.0]  # the first stays below the spike
DURATION = 1000.0


# From here on the upswing cannot turn back, and V serves as the independent variable: near the cut-off V moves by
# 3e14 mV/ms, more than the spacing of the floating-point times resolves.
UPSWING = -30.0


def slope(_, y, current):
    v, w = y
    spike = P["gL"] * P["deltaT"] * np.exp((v - P["VT"]) / P["deltaT"])
    return [(-P["gL"] * (v - P["EL"]) + spike - w + current) / P["C"], (P["a"] * (v - P["EL"]) - w) / P["tauW"]]


def slope_by_voltage(v, y, current):
    """d(t, w)/dV."""
    dv, dw = slope(y[0], [v, y[1]], current)
    return [1 / dv, dw / dv]


def upswing(_, y, __):
    return y[0] - UPSWING


upswing.direction = 1
upswing.terminal = True


def reference(current, method):
    """Spike times, and V and w at every 0.1 ms up to the last grid point before each upswing passes UPSWING."""
    t, y, spikes, grid = 0.0, [P["EL"], 0.0], [], np.arange(0, 10001) / 10
    trace = np.full((2, len(grid)), np.nan)
    tolerance = {"rtol": 1e-12, "atol": 1e-12}
    while t < DURATION:
        run = solve_ivp(slope, (t, DURATION), y, method=method, args=(current,), events=upswing, dense_output=True,
                        **tolerance)
        assert run.status >= 0, run.message
        inside = (grid >= t) & (grid <= run.t[-1])
        trace[:, inside] = run.sol(grid[inside])
        t = run.t[-1]
        if run.status == 1:
            end = solve_ivp(slope_by_voltage, (UPSWING, P["Vpeak"]), [0.0, run.y[1, -1]], method="DOP853",
                            args=(current,), **tolerance)
            t += end.y[0, -1]
            spikes.append(t)
            y = [P["Vreset"], end.y[1, -1] + P["b"]]
    return np.array([s for s in spikes if s <= DURATION]), trace


def with_nest(current, resolution):
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = resolution
    neuron = nest.Create("aeif_cond_exp", params={
        "C_m": P["C"], "g_L": P["gL"], "E_L": P["EL"], "V_th": P["VT"], "Delta_T": P["deltaT"], "tau_w": P["tauW"],
        "a": P["a"], "b": P["b"], "V_reset": P["Vreset"], "V_peak": P["Vpeak"], "t_ref": 0.0, "V_m": P["EL"], "w": 0.0,
        "I_e": current, "gsl_error_tol": 1e-10,
    })
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder)
    nest.Simulate(DURATION)
    return on_grid(recorder.events["times"], resolution)


def with_brian(current, method, dt):
    b2.start_scope()
    b2.prefs.codegen.target = "cython"
    b2.defaultclock.dt = dt * b2.ms
    group = b2.NeuronGroup(
        1,
        # The stages of rk4 run far past the cut-off (and end as NaN) unless they are held there, as NEST does.
        """dv/dt = (-gL*(held - EL) + gL*deltaT*exp((held - VT)/deltaT) - w + I) / C / ms : 1
           dw/dt = (a*(held - EL) - w) / tauW / ms : 1
           held = clip(v, -1000, Vpeak) : 1""",
        threshold="v > Vpeak", reset="v = Vreset; w += b", method=method, namespace={**P, "I": current},
    )
    group.v, group.w = P["EL"], 0
    spikes = b2.SpikeMonitor(group)
    b2.Network(group, spikes).run(DURATION * b2.ms)
    assert np.isfinite(group.v[0]) and np.isfinite(group.w[0])
    return [step + 1 for step in on_grid(spikes.t / b2.ms, dt)]


def main():
    runs = []
    for current in CURRENTS:
        spikes, trace = reference(current, "DOP853")
        other, _ = reference(current, "LSODA")
        worst = float(np.max(np.abs(other - spikes), initial=0))
        assert worst < 1e-5, worst
        run = {
            "I": current,
            "spike_times_ms": rounded(spikes),
            "largest_difference_from_LSODA_ms": worst,
            "nest": {str(dt): with_nest(current, dt) for dt in (0.1, 0.01)},
            "brian2_euler": {str(dt): with_brian(current, "euler", dt) for dt in (0.1, 0.01)},
            "brian2_rk4": {str(dt): with_brian(current, "rk4", dt) for dt in (0.1, 0.01)},
        }
        if current == 700.0:
            every = np.arange(0, 2001, 5)
            kept = [k for k in every if not np.isnan(trace[0, k])]
            run["trace_times_ms"] = rounded(np.array(kept) / 10)
            run["V"] = rounded(trace[0, kept])
            run["w"] = rounded(trace[1, kept])
        for tool in ("nest", "brian2_euler", "brian2_rk4"):
            for dt, steps in run[tool].items():
                times = np.array(steps) * float(dt)
                same = len(times) == len(spikes)
                print(current, tool, dt, len(times), "of", len(spikes),
                      np.max(np.abs(times - spikes), initial=0) if same else "counts differ")
        runs.append(run)
    write(
        "adex",
        "AdEx (Brette & Gerstner 2005), constant current from t = 0, V(0) = EL, w(0) = 0, 1000 ms",
        __file__,
        versions("nest-simulator", "brian2", "scipy", "numpy"),
        {**P, "tRef": 0.0, "duration_ms": DURATION, "units": "ms, mV, pA, nS, pF"},
        {"spike_times_ms": "crossings of Vpeak by DOP853 at rtol = atol = 1e-12 (the upswing with V as the independent "
                           "variable), reset at the crossing: what all schemes tend to",
         "nest": "aeif_cond_exp, gsl_error_tol 1e-10; reset inside the adaptive solver, spike stamped at the end of its "
                 "step; by dt in ms, spike time / dt",
         "brian2": "V > Vpeak looked at on the grid after each step; step number of the end of the step; in both equations "
                   "V is bounded by Vpeak, as in NEST",
         "V, w": "of the reference, at trace_times_ms"},
        {"runs": runs},
    )


main()
