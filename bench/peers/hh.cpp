// One time step of a population of Hodgkin-Huxley point neurons (squid axon), f64, exponential Euler on V, m, h and n with
// all right-hand sides taken at the start of the step: the same arithmetic as the kernel that wbe generates for
// HodgkinHuxley. CPU time per neuron-step is measured here, around the loop alone. Prints one line of JSON.
//
//   g++ -O3 -march=native -mprefer-vector-width=128 -ffast-math hh.cpp -o hh       (libmvec's exp, two lanes)
//   g++ -O3 -march=native -mprefer-vector-width=128 hh.cpp -o hh-strict            (IEEE arithmetic, exp one by one)
//   hh NEURONS STEPS RUNS DT
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

struct Population {
  std::vector<double> V, m, h, n, I;
  long spikes = 0;
};

// x / (exp(x) - 1) with its limit 1 at 0; the series is good to 3e-17 below |x| = 0.01.
inline double exprelr(double x) {
  const double square = x * x;
  const double series = 1.0 - 0.5 * x + square * (1.0 / 12.0) - square * square * (1.0 / 720.0);
  const double direct = x / (std::exp(x) - 1.0);
  return std::fabs(x) < 0.01 ? series : direct;
}

Population atRest(int count) {
  Population p;
  const double V = -65.0;
  const double am = exprelr(-(V + 40.0) / 10.0), bm = 4.0 * std::exp(-(V + 65.0) / 18.0);
  const double ah = 0.07 * std::exp(-(V + 65.0) / 20.0), bh = 1.0 / (1.0 + std::exp(-(V + 35.0) / 10.0));
  const double an = 0.1 * exprelr(-(V + 55.0) / 10.0), bn = 0.125 * std::exp(-(V + 65.0) / 80.0);
  p.V.assign(count, V);
  p.m.assign(count, am / (am + bm));
  p.h.assign(count, ah / (ah + bh));
  p.n.assign(count, an / (an + bn));
  p.I.resize(count);
  for (int i = 0; i < count; i++) p.I[i] = 20.0 * i / count;  // uA/cm2: from silent to 86 Hz
  return p;
}

// mS/cm2, mV, uF/cm2, uA/cm2, ms.
constexpr double C = 1.0, gNa = 120.0, gK = 36.0, gL = 0.3, ENa = 50.0, EK = -77.0, EL = -54.387;

__attribute__((noinline)) void step(Population& p, double dt) {
  const int count = static_cast<int>(p.V.size());
  double* __restrict V = p.V.data();
  double* __restrict m = p.m.data();
  double* __restrict h = p.h.data();
  double* __restrict n = p.n.data();
  const double* __restrict I = p.I.data();
  long spikes = 0;
  for (int i = 0; i < count; i++) {
    const double v = V[i], mi = m[i], hi = h[i], ni = n[i];
    const double am = exprelr(-(v + 40.0) / 10.0), bm = 4.0 * std::exp(-(v + 65.0) / 18.0);
    const double ah = 0.07 * std::exp(-(v + 65.0) / 20.0), bh = 1.0 / (1.0 + std::exp(-(v + 35.0) / 10.0));
    const double an = 0.1 * exprelr(-(v + 55.0) / 10.0), bn = 0.125 * std::exp(-(v + 65.0) / 80.0);
    const double na = gNa * mi * mi * mi * hi, k = gK * ni * ni * ni * ni;
    const double total = na + k + gL;
    const double vInf = (na * ENa + k * EK + gL * EL + I[i]) / total;
    const double next = vInf + (v - vInf) * std::exp(-dt * total / C);
    const double mRate = am + bm, hRate = ah + bh, nRate = an + bn;
    const double mInf = am / mRate, hInf = ah / hRate, nInf = an / nRate;
    V[i] = next;
    m[i] = mInf + (mi - mInf) * std::exp(-dt * mRate);
    h[i] = hInf + (hi - hInf) * std::exp(-dt * hRate);
    n[i] = nInf + (ni - nInf) * std::exp(-dt * nRate);
    spikes += next > 0.0 && v <= 0.0;
  }
  p.spikes += spikes;
}

// Of this process: time that other programs take does not count.
double cpuNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
  const int neurons = argc > 1 ? std::atoi(argv[1]) : 4000;
  const int steps = argc > 2 ? std::atoi(argv[2]) : 1000;
  const int runs = argc > 3 ? std::atoi(argv[3]) : 7;
  const double dt = argc > 4 ? std::atof(argv[4]) : 0.025;
  if (neurons < 1 || steps < 1 || runs < 1 || !(dt > 0)) {
    std::fprintf(stderr, "expected: hh NEURONS STEPS RUNS DT, all positive\n");
    return 2;
  }
  std::vector<double> times;
  double sum = 0.0;
  long spikes = 0;
  for (int run = 0; run < runs; run++) {
    Population p = atRest(neurons);
    const double start = cpuNanoseconds();
    for (int s = 0; s < steps; s++) step(p, dt);
    times.push_back((cpuNanoseconds() - start) / (static_cast<double>(neurons) * steps));
    sum = 0.0;
    for (const double v : p.V) sum += v;
    spikes = p.spikes;
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"neurons\":%d,\"steps\":%d,\"runs\":%d,\"dt\":%.17g,\"nsPerNeuronStep\":%.4f,\"sumV\":%.10f,\"spikes\":%ld}\n",
              neurons, steps, runs, dt, times[times.size() / 2], sum, spikes);
  return 0;
}
