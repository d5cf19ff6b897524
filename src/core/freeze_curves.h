// Freezing curves as sums of clipped lines: f(y) = last slope * y + sum of d_k min(y, knot_k) + c.
// Two operations a kink, no branch, no table look-up; above the last kink the sum is a constant
// that is subtracted exactly. A table serves one vector of cells, so materials may change within.
#pragma once

#include <cmath>
#include <cstring>

#include "freeze_batch.h"
#include "local.h"
#include "simd.h"

namespace cryodose::CRYODOSE_NS {

template <class Real> using Vec = typename VectorOf<Real>::type;

template <class Real> CRYODOSE_INLINE Vec<Real> load(const Real* p) {
  Vec<Real> v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
template <class Real> CRYODOSE_INLINE void store(Real* p, Vec<Real> v) {
  __builtin_memcpy(p, &v, sizeof v);
}

// Members of a table after its kinks.
enum CurveSlot : int {
  kThetaLast, kThetaRest, kTLast, kTRest, kLiquidRest, kKLast, kKRest, kFull, kBloodSlot, kHeatSlot,
  kCurveSlots
};
// Rows of kinks: enthalpy, and by how much each slope changes below it; then the same over T.
enum CurveRow : int { kKnot, kDTheta, kDT, kDLiquid, kKnotT, kDK, kCurveRows };

// One material of one member, in double precision; enthalpy and potential count from the last kink.
struct Material {
  List<double> t, h, theta, liquid;  // knots
  List<int> kinks;                   // knots where some slope changes
  double h_full, perfusion, metabolic;

  double slope(const List<double>& y, const List<double>& x, int piece) const {
    return (y[piece + 1] - y[piece]) / (x[piece + 1] - x[piece]);
  }
  int piece(const List<double>& x, double at) const {
    int i = 0;
    while (i + 2 < int(x.size()) && at >= x[i + 1]) ++i;
    return i;
  }
  double line(const List<double>& x, const List<double>& y, double at) const {
    const int i = piece(x, at);
    return y[i] + slope(y, x, i) * (at - x[i]);
  }
};

inline Material read_material(const FreezeBatch& b, int material, std::ptrdiff_t member) {
  Material m;
  const auto get = [&](const Table& table, int row) {
    return table.data[std::ptrdiff_t(row) * table.row + member * table.col];
  };
  for (int k = 0; k < b.knots; ++k) {
    const int row = material * b.knots + k;
    m.t.push_back(get(b.t_knot, row)), m.h.push_back(get(b.h, row));
    m.theta.push_back(get(b.theta, row)), m.liquid.push_back(get(b.liquid, row));
  }
  m.perfusion = get(b.perfusion, material), m.metabolic = get(b.metabolic, material);
  const auto bends = [&](const List<double>& y, int k) {
    const double a = m.slope(y, m.h, k - 1), c = m.slope(y, m.h, k);
    return std::abs(a - c) > 1e-9 * (std::abs(a) + std::abs(c));
  };
  for (int k = 1; k + 1 < b.knots; ++k)
    if (bends(m.t, k) || bends(m.theta, k) || bends(m.liquid, k)) m.kinks.push_back(k);
  int full = 0;
  while (m.liquid[full] < 1.0) ++full;
  const int last = m.kinks.empty() ? 0 : m.kinks.back();
  const double h = m.h[last], theta = m.theta[last];
  for (int k = 0; k < b.knots; ++k) m.h[k] -= h, m.theta[k] -= theta;
  m.h_full = m.h[full];
  return m;
}

// The tables of a member, one for each pattern of materials that some vector of cells has.
template <class Real> class CurveTables {
 public:
  using V = Vec<Real>;
  static constexpr int W = int(sizeof(V) / sizeof(Real));

  CurveTables(const FreezeBatch& b, std::ptrdiff_t member) {
    std::size_t most = 0;
    for (int i = 0; i < b.materials; ++i) {
      materials.push_back(read_material(b, i, member));
      most = std::max(most, materials.back().kinks.size());
    }
    for (int size : {2, 4, 6, 8, 10, 12, 16, 24})
      if (!kinks && most <= std::size_t(size)) kinks = size;
    if (!kinks) kinks = int(most + most % 2);
  }

  // The table for a vector of cells; made where no earlier one has the same materials.
  const Real* table(const std::int32_t* lanes) {
    std::size_t i = 0;
    while (i < keys_.size() && std::memcmp(keys_[i].lane, lanes, sizeof(Key)) != 0) ++i;
    if (i == keys_.size()) {
      keys_.emplace_back();
      std::memcpy(keys_[i].lane, lanes, sizeof(Key));
      made_.push_back(make(keys_[i].lane));
    }
    return made_[i].data();
  }

  List<Material> materials;
  int kinks = 0;  // even, and one for which a stage kernel was compiled; else more than the largest

 private:
  struct Key {
    std::int32_t lane[W];
  };
  List<Real> make(const std::int32_t* lanes);

  List<Key> keys_;
  List<List<Real>> made_;
};

// A row of kinks or a slot of a table.
template <class Real> CRYODOSE_INLINE const Vec<Real>* vectors(const Real* table) {
  return reinterpret_cast<const Vec<Real>*>(table);
}
template <class Real> CRYODOSE_INLINE Vec<Real> slot(const Real* table, int kinks, CurveSlot s) {
  return vectors(table)[kCurveRows * kinks + s];
}

// The sum over the kinks; two sums side by side, because each addition waits for the last.
template <class Real>
CRYODOSE_INLINE Vec<Real> clipped(const Real* table, int kinks, CurveRow knot, CurveRow change,
                                  Vec<Real> y) {
  const Vec<Real>*at = vectors(table) + knot * kinks, *d = vectors(table) + change * kinks;
  Vec<Real> even{}, odd{};
  for (int k = 0; k < kinks; k += 2) {
    even += d[k] * smaller(at[k], y);
    odd += d[k + 1] * smaller(at[k + 1], y);
  }
  return even + odd;
}
template <class Real>
CRYODOSE_INLINE Vec<Real> slope_at(const Real* table, int kinks, CurveRow knot, CurveRow change,
                                   Vec<Real> last, Vec<Real> y) {
  const Vec<Real>*at = vectors(table) + knot * kinks, *d = vectors(table) + change * kinks;
  for (int k = 0; k < kinks; ++k) last += y < at[k] ? d[k] : Vec<Real>{};
  return last;
}
template <class Real> CRYODOSE_INLINE Vec<Real> theta_of(const Real* t, int kinks, Vec<Real> y) {
  return slot(t, kinks, kThetaLast) * y +
         (clipped(t, kinks, kKnot, kDTheta, y) - slot(t, kinks, kThetaRest));
}
template <class Real> CRYODOSE_INLINE Vec<Real> t_of(const Real* t, int kinks, Vec<Real> y) {
  return slot(t, kinks, kTLast) * y + (clipped(t, kinks, kKnot, kDT, y) - slot(t, kinks, kTRest));
}
template <class Real> CRYODOSE_INLINE Vec<Real> liquid_of(const Real* t, int kinks, Vec<Real> y) {
  return clipped(t, kinks, kKnot, kDLiquid, y) - slot(t, kinks, kLiquidRest);
}
template <class Real> CRYODOSE_INLINE Vec<Real> theta_of_t(const Real* t, int kinks, Vec<Real> x) {
  return slot(t, kinks, kKLast) * x +
         (clipped(t, kinks, kKnotT, kDK, x) - slot(t, kinks, kKRest));
}

template <class Real>
List<Real> CurveTables<Real>::make(const std::int32_t* lanes) {
  List<Real> made((kCurveRows * kinks + kCurveSlots) * W, Real(0));
  Real* table = made.data();
  const auto put = [&](int vector, int lane, double x) { table[vector * W + lane] = Real(x); };
  const int slots = kCurveRows * kinks;
  for (int w = 0; w < W; ++w) {
    const Material& m = materials[lanes[w]];
    int row = 0;
    for (int k : m.kinks) {
      put(kKnot * kinks + row, w, m.h[k]), put(kKnotT * kinks + row, w, m.t[k]);
      const auto change = [&](const List<double>& y, const List<double>& x) {
        return m.slope(y, x, k - 1) - m.slope(y, x, k);
      };
      put(kDTheta * kinks + row, w, change(m.theta, m.h)), put(kDT * kinks + row, w, change(m.t, m.h));
      put(kDLiquid * kinks + row, w, change(m.liquid, m.h));
      put(kDK * kinks + row, w, change(m.theta, m.t));
      ++row;
    }
    const int top = int(m.t.size()) - 2;
    put(slots + kThetaLast, w, m.slope(m.theta, m.h, top));
    put(slots + kTLast, w, m.slope(m.t, m.h, top)), put(slots + kKLast, w, m.slope(m.theta, m.t, top));
    put(slots + kFull, w, m.h_full), put(slots + kBloodSlot, w, m.perfusion);
    put(slots + kHeatSlot, w, m.metabolic);
  }
  // What the sums come to above all kinks, in their own arithmetic.
  V* v = reinterpret_cast<V*>(table);
  const V much = V{} + Real(1e30);
  v[slots + kThetaRest] = clipped(table, kinks, kKnot, kDTheta, much);
  v[slots + kTRest] = clipped(table, kinks, kKnot, kDT, much);
  v[slots + kLiquidRest] = clipped(table, kinks, kKnot, kDLiquid, much) - Real(1);
  v[slots + kKRest] = clipped(table, kinks, kKnotT, kDK, much);
  for (int w = 0; w < W; ++w) {
    const Material& m = materials[lanes[w]];
    const double t = m.kinks.empty() ? m.t[0] : m.t[m.kinks.back()];
    table[(slots + kTRest) * W + w] -= Real(t);
    table[(slots + kKRest) * W + w] += Real(m.slope(m.theta, m.t, int(m.t.size()) - 2) * t);
  }
  return made;
}

}  // namespace cryodose::CRYODOSE_NS
