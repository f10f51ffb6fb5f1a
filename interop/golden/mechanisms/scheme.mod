TITLE A potassium channel of three states, one of them inactivated

NEURON {
    SUFFIX scheme
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS { (mV) = (millivolt) (S) = (siemens) }

PARAMETER {
    gbar = 0.03 (S/cm2)
    kin = 0.02 (/ms)
    kout = 0.004 (/ms)
}

STATE {
    C FROM 0 TO 1
    O FROM 0 TO 1
    I FROM 0 TO 1
}

ASSIGNED { v (mV) ek (mV) ik (milliamp/cm2) celsius (degC) on (/ms) off (/ms) }

INITIAL { SOLVE transitions STEADYSTATE sparse }

BREAKPOINT {
    SOLVE transitions METHOD sparse
    ik = gbar*O*(v - ek)
}

KINETIC transitions {
    rates()
    ~ C <-> O (on, off)
    ~ O <-> I (kin, kout)
    CONSERVE C + O + I = 1
}

PROCEDURE rates() {
    LOCAL q
    q = pow(3, (celsius - 22)/10)
    on = q*0.2*exp((v + 20)/20)
    off = q*0.4*exp(-(v + 20)/25)
}
