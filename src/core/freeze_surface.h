// The balance of one surface cell under spray, tool and air; see solve/freeze_surface.py.
#pragma once

#include "freeze_curves.h"

namespace cryodose::CRYODOSE_NS {

struct Line {
  List<double> x, y;

  int piece(double at, int i) const {
    const int last = int(x.size()) - 2;
    while (i > 0 && at < x[i]) --i;
    while (i < last && at >= x[i + 1]) ++i;
    return i;
  }
  double slope(int i) const { return (y[i + 1] - y[i]) / (x[i + 1] - x[i]); }
  double at(double t, int i) const { return y[i] + slope(i) * (t - x[i]); }
};

struct Contact {
  double t, q, slope;  // surface temperature, flux out, its slope against the potential of the cell
};

// What touches the skin of one member at present.
struct Outside {
  Line spray;
  double h_contact, h_air, t_air, t_tool, half;  // half: 2 / thickness of the first cell
  bool on;
  double surface_k, least_slope;
  int corrections;

  void flux(double t, double cover, int& piece, double& q, double& rise) const {
    q = h_air * (t - t_air), rise = h_air;
    if (!on) return;
    piece = spray.piece(t, piece);
    const double agent = spray.at(t, piece) + h_contact * (t - t_tool);
    q = cover * agent + (1.0 - cover) * q;
    rise = cover * (spray.slope(piece) + h_contact) + (1.0 - cover) * rise;
  }

  Contact solve(const Line& potential, double theta, double t, double cover) const {
    double low = -HUGE_VAL, high = HUGE_VAL, q = 0, rise = 0, own = 0, through = 0;
    int piece = 0, k = int(potential.x.size()) - 2;
    const auto look = [&] {
      flux(t, cover, piece, q, rise);
      k = potential.piece(t, k);
      through = half * potential.slope(k), own = half * (theta - potential.at(t, k));
    };
    for (int i = 0; i < corrections; ++i) {
      look();
      const double fault = q - own;
      if (fault < 0) low = t;
      if (fault > 0) high = t;
      const double slope = rise + through, least = least_slope * through;
      double next = t - fault / (slope > least ? slope : least);
      if (std::abs(next - t) < surface_k) {
        t = next;
        break;
      }
      if ((next <= low || next >= high) && low > -HUGE_VAL && high < HUGE_VAL)
        next = (low + high) / 2;
      t = next;
    }
    return found(potential, theta, t, cover);
  }

  // What goes with a surface temperature.
  Contact found(const Line& potential, double theta, double t, double cover) const {
    int piece = 0;
    double q = 0, rise = 0;
    flux(t, cover, piece, q, rise);
    const int k = potential.piece(t, int(potential.x.size()) - 2);
    const double through = half * potential.slope(k);
    if (rise < 0) rise = 0;
    return {t, half * (theta - potential.at(t, k)), half * rise / (rise + through)};
  }
};

}  // namespace cryodose::CRYODOSE_NS
