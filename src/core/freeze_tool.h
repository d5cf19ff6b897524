// A tool with a heat of its own: see solve/freeze_tool.py, which this repeats.
#pragma once

#include <cmath>

#include "simd.h"

namespace cryodose::CRYODOSE_NS {

struct Load {
  double heat, slope;  // W at the present temperature of the tool, and W/K
};

struct Tool {
  double capacity, coolant, t, t_coolant, heat, few;  // J/K, W/K; heat: load of the step, W

  double mean(double dt, const Load& load) const {
    const double x = (coolant + load.slope) * dt / capacity;
    return t + rise(dt, load.heat) * (x < few ? 0.5 - x / 6.0 : (1.0 - reached(x)) / x);
  }
  double after(double dt) const {
    return t + rise(dt, heat) * reached(coolant * dt / capacity);
  }

 private:
  double rise(double dt, double load) const {
    return (coolant * (t_coolant - t) + load) * dt / capacity;
  }
  static double reached(double x) { return x > 0 ? -std::expm1(-x) / x : 1.0; }
};

}  // namespace cryodose::CRYODOSE_NS
