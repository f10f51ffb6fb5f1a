TITLE Calcium that diffuses through four shells of a cylinder, with a buffer and a leak back to rest

NEURON {
    SUFFIX shells
    USEION ca READ ica WRITE cai
    RANGE decay
}

DEFINE N 4

UNITS {
    (mM) = (milli/liter)
    (um) = (micron)
    FARADAY = (faraday) (10000 coulomb)
    PI = (pi) (1)
}

PARAMETER {
    D = 0.6 (um2/ms)
    rest = 1e-4 (mM)
    decay = 40 (ms)
    total = 0.05 (mM)
    kon = 100 (/mM-ms)
    koff = 0.1 (/ms)
}

ASSIGNED {
    diam (um)
    ica (mA/cm2)
    cai (mM)
    vol[N] (1)
    between[N] (1)
}

STATE {
    ca[N] (mM)
    bound[N] (mM)
}

INITIAL {
    geometry()
    FROM i=0 TO N-1 {
        ca[i] = rest
        bound[i] = total*rest/(rest + koff/kon)
    }
    cai = ca[0]
}

BREAKPOINT { SOLVE diffusion METHOD sparse }

PROCEDURE geometry() {
    LOCAL r, dr
    r = 1/2
    dr = r/(N - 1)/2
    vol[0] = 0
    FROM i=0 TO N-2 {
        vol[i] = vol[i] + PI*(r - dr/2)*2*dr
        r = r - dr
        between[i + 1] = 2*PI*r/(2*dr)
        r = r - dr
        vol[i + 1] = PI*(r + dr/2)*2*dr
    }
}

KINETIC diffusion {
    COMPARTMENT i, diam*diam*vol[i] {ca bound}
    ~ ca[0] << (-ica*PI*diam/(2*FARADAY))
    ~ ca[0] << (-(ca[0] - rest)/decay*diam*diam*vol[0])
    FROM i=0 TO N-2 {
        ~ ca[i] <-> ca[i + 1] (D*between[i + 1], D*between[i + 1])
    }
    FROM i=0 TO N-1 {
        ~ ca[i] <-> bound[i] ((total - bound[i])*kon*diam*diam*vol[i], koff*diam*diam*vol[i])
    }
    cai = ca[0]
}
