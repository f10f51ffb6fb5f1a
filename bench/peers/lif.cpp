// The step of a leaky integrate-and-fire population with two exponential current synapses, as a user would write it in
// C++: one loop for the states, one for threshold and reset, so that g++ makes vectors of the first. The same arithmetic
// as src/neuron-models/lif.ts with the exact integrator. Prints ns per neuron-step of the process's own time.
//
//   lif NEURONS STEPS RUNS         -DREAL=double or float
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#ifndef REAL
#define REAL double
#endif

namespace {

using Real = REAL;

// Brette et al. 2007, CUBA; ms, mV, pA, nS, pF.
const double dt = 0.1, C = 200, gL = 10, EL = -49, tauE = 5, tauI = 10, tauM = C / gL;

double decay(double tau) { return std::exp(-dt / tau); }
/// mV per pA that a decaying current leaves in V after a step.
double reach(double tau) { return tau * tauM / (tauM - tau) / C * (decay(tauM) - decay(tau)); }

const Real keepV = decay(tauM), rest = EL * (1 - decay(tauM)), toE = reach(tauE), toI = reach(tauI);
const Real keepE = decay(tauE), keepI = decay(tauI), Vth = -50, Vreset = -60, refractorySteps = 50;

struct Population {
  std::vector<Real> V, e, i, left;
  std::vector<float> arrivals;  // two ports, one slot
  std::vector<unsigned> fired;
  long spikes = 0;
};

void advance(Population& p) {
  const unsigned n = p.V.size();
  Real* __restrict V = p.V.data();
  Real* __restrict e = p.e.data();
  Real* __restrict i = p.i.data();
  Real* __restrict left = p.left.data();
  float* __restrict toPortE = p.arrivals.data();
  float* __restrict toPortI = p.arrivals.data() + n;
  for (unsigned k = 0; k < n; k++) {
    const Real ek = e[k] + static_cast<Real>(toPortE[k]), ik = i[k] + static_cast<Real>(toPortI[k]);
    toPortE[k] = 0;
    toPortI[k] = 0;
    const Real next = keepV * V[k] + rest + toE * ek + toI * ik;
    V[k] = left[k] > 0 ? V[k] : next;
    left[k] = left[k] > 1 ? left[k] - 1 : 0;
    e[k] = keepE * ek;
    i[k] = keepI * ik;
  }
  unsigned count = 0;
  for (unsigned k = 0; k < n; k++) {
    if (V[k] >= Vth && left[k] == 0) p.fired[count++] = k;
  }
  for (unsigned s = 0; s < count; s++) {
    V[p.fired[s]] = Vreset;
    left[p.fired[s]] = refractorySteps;
  }
  p.spikes += count;
}

double cpuNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  const int neurons = argc > 1 ? std::atoi(argv[1]) : 4000;
  const int steps = argc > 2 ? std::atoi(argv[2]) : 10000;
  const int runs = argc > 3 ? std::atoi(argv[3]) : 3;
  if (neurons < 1 || steps < 1 || runs < 1) {
    std::fprintf(stderr, "expected: lif NEURONS STEPS RUNS, all positive\n");
    return 2;
  }
  std::vector<double> times;
  double sum = 0;
  long spikes = 0;
  for (int run = 0; run < runs; run++) {
    const std::size_t n = neurons;
    Population p{std::vector<Real>(n), std::vector<Real>(n), std::vector<Real>(n), std::vector<Real>(n),
                 std::vector<float>(2 * n), std::vector<unsigned>(n)};
    for (int k = 0; k < neurons; k++) p.V[k] = -60 + 10.0 * k / neurons;
    const double start = cpuNanoseconds();
    for (int s = 0; s < steps; s++) advance(p);
    times.push_back((cpuNanoseconds() - start) / (static_cast<double>(neurons) * steps));
    sum = 0;
    for (const Real v : p.V) sum += v;
    spikes = p.spikes;
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"nsPerNeuronStep\":%.4f,\"sumV\":%.10f,\"spikes\":%ld}\n", times[times.size() / 2], sum, spikes);
  return 0;
}
