TITLE Potassium that gathers outside the membrane and is taken up

NEURON {
    SUFFIX outside
    USEION k READ ik, ko WRITE ko
    RANGE width, tau
}

UNITS { (mM) = (milli/liter) FARADAY = (faraday) (coulomb) }

PARAMETER { width = 0.03 (um) tau = 100 (ms) kbath = 3 (mM) }

STATE { ko (mM) }

ASSIGNED { ik (mA/cm2) }

INITIAL { ko = kbath }

BREAKPOINT { SOLVE state METHOD cnexp }

DERIVATIVE state { ko' = (1e4)*ik/(FARADAY*width) + (kbath - ko)/tau }
