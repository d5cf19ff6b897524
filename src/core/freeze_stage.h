// One stage of a super-step for one row of cells: the hot loop. Everything else prepares for it.
#pragma once

#include "freeze_curves.h"

namespace cryodose::CRYODOSE_NS {

// What belongs to a row with faces between materials, or at the skin: coefficients cell by cell.
template <class Real> struct Rough {
  // Within a material over Theta, between materials over T: x before and behind, y, z.
  Real *inside[6], *between[6];
  Real *own, *fixed;              // surface: -own Theta + fixed
  Real *joint_z, *joint_y;        // 1 where the face behind lies between materials
  bool top;
};

template <class Real> struct Row {
  const Real *theta, *before_y, *behind_y, *before_z, *behind_z;
  const Real *t, *t_before_y, *t_behind_y, *t_before_z, *t_behind_z;  // rough rows
  const Real *d;
  Real* d_new;  // holds d of two stages ago
  const Real *start, *source, *mask;
  Real *theta_new, *t_new;
  const Real *x_before, *x_behind;  // coefficients of the x faces
  Real y_before, y_behind, z_before, z_behind;
  Real mu, nu, scale;
  const Real* const* tables;
  const Rough<Real>* rough;
  const Real* size_x;
  double* skin;  // heat from the surface, for each unit of the other sizes
  int vectors, kinks;
};

template <class Real, int Kinks, bool Boxes, bool Uneven>
void stage_row(const Row<Real>& given) {
  using V = Vec<Real>;
  const Row<Real> row = given;  // a copy, because stores to cells may not be mixed up with it
  constexpr int W = int(sizeof(V) / sizeof(Real));
  const int kinks = Kinks > 0 ? Kinks : row.kinks;
  V skin{};
  for (int v = 0; v < row.vectors; ++v) {
    const std::ptrdiff_t i = std::ptrdiff_t(v) * W;
    const V here = load(row.theta + i);
    V f = load(row.source + i);
    if constexpr (Uneven) {
      const Rough<Real>& r = *row.rough;
      const V t = load(row.t + i);
      f += load(r.inside[0] + i) * (load(row.theta + i - 1) - here);
      f += load(r.inside[1] + i) * (load(row.theta + i + 1) - here);
      f += load(r.between[0] + i) * (load(row.t + i - 1) - t);
      f += load(r.between[1] + i) * (load(row.t + i + 1) - t);
      if constexpr (Boxes) {
        f += load(r.inside[2] + i) * (load(row.before_y + i) - here);
        f += load(r.inside[3] + i) * (load(row.behind_y + i) - here);
        f += load(r.between[2] + i) * (load(row.t_before_y + i) - t);
        f += load(r.between[3] + i) * (load(row.t_behind_y + i) - t);
      }
      f += load(r.inside[4] + i) * (load(row.before_z + i) - here);
      f += load(r.inside[5] + i) * (load(row.behind_z + i) - here);
      f += load(r.between[4] + i) * (load(row.t_before_z + i) - t);
      f += load(r.between[5] + i) * (load(row.t_behind_z + i) - t);
      if (r.top) {
        const V from_skin = load(r.fixed + i) - load(r.own + i) * here;
        f += from_skin;
        skin += load(row.size_x + i) * from_skin;
      }
    } else {
      V g = load(row.x_before + i) * (load(row.theta + i - 1) - here);
      f += load(row.x_behind + i) * (load(row.theta + i + 1) - here);
      if constexpr (Boxes) {
        g += row.y_before * (load(row.before_y + i) - here);
        f += row.y_behind * (load(row.behind_y + i) - here);
      }
      g += row.z_before * (load(row.before_z + i) - here);
      f += row.z_behind * (load(row.behind_z + i) - here);
      f += g;
    }
    const V d = row.mu * load(row.d + i) + (row.nu * load(row.d_new + i) + row.scale * f);
    store(row.d_new + i, d);
    const V y = load(row.start + i) + load(row.mask + i) * d;
    const Real* table = row.tables[v];
    if constexpr (Uneven) {
      const V *at = vectors(table), *a = at + kDTheta * kinks, *c = at + kDT * kinks;
      V theta_even{}, theta_odd{}, t_even{}, t_odd{};
      for (int k = 0; k < kinks; k += 2) {
        const V even = smaller(at[k], y), odd = smaller(at[k + 1], y);
        theta_even += a[k] * even, theta_odd += a[k + 1] * odd;
        t_even += c[k] * even, t_odd += c[k + 1] * odd;
      }
      store(row.theta_new + i, slot(table, kinks, kThetaLast) * y +
                                   ((theta_even + theta_odd) - slot(table, kinks, kThetaRest)));
      store(row.t_new + i, slot(table, kinks, kTLast) * y +
                               ((t_even + t_odd) - slot(table, kinks, kTRest)));
    } else {
      store(row.theta_new + i, theta_of(table, kinks, y));
    }
  }
  if constexpr (Uneven) {
    if (row.rough->top) {
      Real lanes[W];
      __builtin_memcpy(lanes, &skin, sizeof lanes);
      double sum = 0;
      for (int w = 0; w < W; ++w) sum += double(lanes[w]);
      *row.skin = sum;
    }
  }
}

template <class Real> struct Stages {
  void (*even)(const Row<Real>&);
  void (*uneven)(const Row<Real>&);
};

template <class Real, int Kinks> Stages<Real> stages_with(bool boxes) {
  if (boxes) return {stage_row<Real, Kinks, true, false>, stage_row<Real, Kinks, true, true>};
  return {stage_row<Real, Kinks, false, false>, stage_row<Real, Kinks, false, true>};
}

template <class Real> Stages<Real> stages_for(int kinks, bool boxes) {
  switch (kinks) {
    case 2: return stages_with<Real, 2>(boxes);
    case 4: return stages_with<Real, 4>(boxes);
    case 6: return stages_with<Real, 6>(boxes);
    case 8: return stages_with<Real, 8>(boxes);
    case 10: return stages_with<Real, 10>(boxes);
    case 12: return stages_with<Real, 12>(boxes);
    case 16: return stages_with<Real, 16>(boxes);
    case 24: return stages_with<Real, 24>(boxes);
    default: return stages_with<Real, 0>(boxes);
  }
}

}  // namespace cryodose::CRYODOSE_NS
