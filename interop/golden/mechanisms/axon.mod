TITLE Two currents and a leak in one mechanism
COMMENT
Rates of a fast-spiking axon; TABLE, PROCEDURE, FUNCTION with IF, a temperature factor that INITIAL computes once.
ENDCOMMENT

NEURON {
    SUFFIX axon
    USEION na READ ena WRITE ina
    USEION k READ ek WRITE ik
    NONSPECIFIC_CURRENT il
    RANGE gnabar, gkbar, gl, el
    GLOBAL minf, hinf, ninf
    THREADSAFE
}

UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (S) = (siemens)
}

PARAMETER {
    gnabar = 0.08 (S/cm2) <0,1e9>
    gkbar = 0.02 (S/cm2) <0,1e9>
    gl = 0.0001 (S/cm2) <0,1e9>
    el = -60 (mV)
    q10 = 2.5
}

STATE { m h n }

ASSIGNED {
    v (mV)
    celsius (degC)
    ena (mV) ek (mV)
    ina (mA/cm2) ik (mA/cm2) il (mA/cm2)
    minf hinf ninf
    mtau (ms) htau (ms) ntau (ms)
    tadj
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ina = gnabar*m*m*m*h*(v - ena)
    ik = gkbar*n^4*(v - ek)
    il = gl*(v - el)
}

INITIAL {
    tadj = q10^((celsius - 24 (degC))/10 (degC))
    rates(v)
    m = minf
    h = hinf
    n = ninf
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    n' = (ninf - n)/ntau
}

PROCEDURE rates(v (mV)) {
    LOCAL a, b
    TABLE minf, mtau, hinf, htau, ninf, ntau DEPEND celsius FROM -120 TO 80 WITH 200
    a = 0.3*vtrap(-(v + 38), 8)
    b = 4*exp(-(v + 62)/18)
    mtau = 1/(a + b)/tadj
    minf = a/(a + b)
    a = 0.08*exp(-(v + 60)/18)
    b = 1.2/(exp(-(v + 30)/9) + 1)
    htau = 1/(a + b)/tadj
    hinf = a/(a + b)
    a = 0.02*vtrap(-(v + 50), 9)
    if (v < -100) {
        b = 0.3
    } else if (v < -40) {
        b = 0.2*exp(-(v + 60)/70)
    } else {
        b = 0.2*exp(-20/70)*exp(-(v + 40)/70)
    }
    ntau = 1/(a + b)/tadj
    ninf = a/(a + b)
}

FUNCTION vtrap(x, y) {
    if (fabs(x/y) < 1e-6) {
        vtrap = y*(1 - x/y/2)
    } else {
        vtrap = x/(exp(x/y) - 1)
    }
}
