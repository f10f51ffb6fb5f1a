TITLE Slow synapse with a voltage-dependent block

NEURON {
    POINT_PROCESS NmdaLike
    RANGE tau1, tau2, e, mg
    NONSPECIFIC_CURRENT i
}

UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) (mM) = (milli/liter) }

PARAMETER { tau1 = 3 (ms) tau2 = 60 (ms) e = 0 (mV) mg = 1 (mM) }

ASSIGNED { v (mV) i (nA) g (uS) factor }

STATE { A (uS) B (uS) }

INITIAL {
    LOCAL tp
    A = 0
    B = 0
    tp = tau1*tau2/(tau2 - tau1)*log(tau2/tau1)
    factor = 1/(exp(-tp/tau2) - exp(-tp/tau1))
}

BREAKPOINT {
    SOLVE decay METHOD cnexp
    g = (B - A)*block(v)
    i = g*(v - e)
}

DERIVATIVE decay {
    A' = -A/tau1
    B' = -B/tau2
}

FUNCTION block(v (mV)) { block = 1/(1 + mg/3.57*exp(-0.062*v)) }

NET_RECEIVE(weight (uS)) {
    A = A + weight*factor
    B = B + weight*factor
}
