TITLE Low-threshold calcium current by the constant-field equation

NEURON {
    SUFFIX caghk
    USEION ca READ cai, cao WRITE ica
    RANGE pbar
}

UNITS {
    (mV) = (millivolt)
    FARADAY = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}

PARAMETER { pbar = 1e-4 (cm/s) }

STATE { m h }

ASSIGNED { v (mV) celsius (degC) cai (mM) cao (mM) ica (mA/cm2) minf mtau (ms) hinf htau (ms) }

INITIAL {
    rates(v)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE gates METHOD cnexp
    ica = pbar*m*m*h*ghk(v, cai, cao)
}

DERIVATIVE gates {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
}

PROCEDURE rates(v (mV)) {
    minf = 1/(1 + exp(-(v + 57)/6.2))
    mtau = (0.612 + 1/(exp(-(v + 132)/16.7) + exp((v + 16.8)/18.2)))/5^((celsius - 24)/10)
    hinf = 1/(1 + exp((v + 81)/4))
    if (v < -80) {
        htau = exp((v + 467)/66.6)/3^((celsius - 24)/10)
    } else {
        htau = (28 + exp(-(v + 22)/10.5))/3^((celsius - 24)/10)
    }
}

FUNCTION ghk(v (mV), ci (mM), co (mM)) (.001 coul/cm3) {
    LOCAL z
    z = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15))
    ghk = (.001)*2*FARADAY*(ci*efun(-z) - co*efun(z))
}

FUNCTION efun(z) {
    if (fabs(z) < 1e-4) {
        efun = 1 - z/2
    } else {
        efun = z/(exp(z) - 1)
    }
}
