TITLE Calcium under the membrane with a saturating pump

NEURON {
    SUFFIX pump
    USEION ca READ ica, cai WRITE cai
    RANGE depth, vmax, kd
}

UNITS { (mM) = (milli/liter) FARADAY = (faraday) (coulombs) }

PARAMETER {
    depth = 0.2 (um)
    vmax = 2e-3 (mM/ms)
    kd = 5e-4 (mM)
    rest = 5e-5 (mM)
}

STATE { cai (mM) }

INITIAL { cai = rest }

ASSIGNED { ica (mA/cm2) }

BREAKPOINT { SOLVE state METHOD derivimplicit }

DERIVATIVE state {
    LOCAL influx
    influx = -(10000)*ica/(2*FARADAY*depth)
    if (influx < 0) { influx = 0 }
    cai' = influx - vmax*cai/(cai + kd) + vmax*rest/(rest + kd)
}
