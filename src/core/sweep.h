// The time loop of one block: elimination from the skin inwards, substitution back out, booking.
// The equations are those of reference.py; docs/theory/engine.md numbers them.
#pragma once

#include "block.h"

namespace cryodose::CRYODOSE_NS {

template <class M> class Sweep {
 public:
  using Real = typename M::Real;
  using V = typename M::V;
  static constexpr int W = M::W;

  Sweep(const Batch& batch, const Stretch& stretch, void* workspace)
      : batch_(batch), block_(batch, stretch, workspace) {}
  void run();

 private:
  using Layer = LayerConstants<M>;
  struct Cell {
    V t, k, c, theta, h, mid;
  };
  // What a row hands to the next one. `own` and `rest` go straight into its diagonal and right
  // side; the products wait so that as few operations as possible depend on the reciprocal.
  struct Carry {
    V own, rest, cross, inverse, up, alone;
  };
  struct Row {
    V up, down, flux;
  };
  struct Sums {
    V blood, heat, side;
  };

  CRYODOSE_INLINE static V melt(V h, const Layer& y);
  CRYODOSE_INLINE static V temperature(V h, const Layer& y);
  CRYODOSE_INLINE static V capacity(V h, const Layer& y);
  CRYODOSE_INLINE static V perfusion(const View<M>& v, int i, const Layer& y, V mid);
  CRYODOSE_INLINE static Cell cell(const View<M>& v, int i, const Layer& y);
  CRYODOSE_INLINE static void eliminate(const View<M>& v, int i, const Layer& y, const Cell& a,
                                        const Row& r, Carry& in, Sums& sums, V t_art, Real inv_dt);
  CRYODOSE_INLINE Row joint(int i, int l, const Cell& a, const Cell& b);
  CRYODOSE_INLINE Row inner(int i, const Layer& y, const Cell& a);
  CRYODOSE_INLINE void skin(const Cell& a, Carry& in);
  CRYODOSE_INLINE void outermost(const Cell& a, Carry& in);

  void start();
  void load_step(std::ptrdiff_t step);
  void reset_pack();
  void forward();
  template <bool Last> void backward();
  CRYODOSE_INLINE void feel(const View<M>& v, int i, const Layer& y, V h);
  void artery();
  void book();
  void write(std::ptrdiff_t out);
  void write_probes(std::ptrdiff_t out);
  void write_layers(std::ptrdiff_t out);
  void add_heat(double sign);
  void write_ledger();
  void store(double* target, V value) const;

  const Batch& batch_;
  Block<M> block_;
  Real dt_ = 0, inv_dt_ = 0;
  V h_skin_, t_env_, q_skin_, h_contact_, h_pack_, t_pack_env_, t_inner_;
  V core_, countercurrent_, t_art_;
  // Conductances of this step at the boundaries, and the temperatures beside them.
  V skin_share_, skin_half_, contact_, g_pack_, g_inner_;
  V t_outer_, t_pack_last_, t_skin_, t_deepest_, t_surface_;
  Sums sums_;  // over the cells, of this step
  V weight_, weighted_t_, least_flow_;
  Sum<V> gain_[kLedgerRows], heat_out_;
  double stored_[M::W] = {};
};

// The part of the enthalpy that lies within the freezing range, <= 0.
template <class M> CRYODOSE_INLINE auto Sweep<M>::melt(V h, const Layer& y) -> V {
  if constexpr (!M::freeze) return V{};
  return larger(y.h_sol, smaller(V{}, h));
}

template <class M> CRYODOSE_INLINE auto Sweep<M>::temperature(V h, const Layer& y) -> V {
  if constexpr (!M::freeze) return y.t_liq + h * y.inv_c_u;
  const V up = larger(V{}, h), un = smaller(V{}, h - y.h_sol);
  return y.t_liq + up * y.inv_c_u + melt(h, y) * y.inv_c_m + un * y.inv_c_f;
}

template <class M> CRYODOSE_INLINE auto Sweep<M>::capacity(V h, const Layer& y) -> V {
  if constexpr (!M::freeze) return y.c_u;
  return h > V{} ? y.c_u : (h < y.h_sol ? y.c_f : y.c_m);
}

// Perfusion of a cell at the start of the step: its liquid share and its fraction m.
template <class M>
CRYODOSE_INLINE auto Sweep<M>::perfusion(const View<M>& v, int i, const Layer& y, V mid) -> V {
  if constexpr (M::living) {
    V flow = y.w * v.cell(i, M::kFlow);
    if constexpr (M::freeze) flow += flow * (mid * y.share_slope);
    return flow;
  }
  if constexpr (M::freeze) return y.w + mid * y.w_slope;
  return y.w;
}

template <class M>
CRYODOSE_INLINE auto Sweep<M>::cell(const View<M>& v, int i, const Layer& y) -> Cell {
  const V h = v.cell(i, M::kH);
  if constexpr (!M::freeze) {
    const V above = h * y.inv_c_u;
    return {y.t_liq + above, y.k_u, y.c_u, y.k_u * above, h, V{}};
  }
  const V up = larger(V{}, h), un = smaller(V{}, h - y.h_sol), mid = melt(h, y);
  return {y.t_liq + up * y.inv_c_u + mid * y.inv_c_m + un * y.inv_c_f,
          y.k_u + mid * y.k_slope,
          capacity(h, y),
          up * y.th_u + mid * (y.th_m + mid * y.th_mm) + un * y.th_f,
          h,
          mid};
}

// One row of the tridiagonal system: `r` is the face below the cell, `in` what came from above.
template <class M>
CRYODOSE_INLINE void Sweep<M>::eliminate(const View<M>& v, int i, const Layer& y, const Cell& a,
                                         const Row& r, Carry& in, Sums& sums, V t_art,
                                         Real inv_dt) {
  const V volume = v.volume(i, y), mass = volume * inv_dt;
  const V blood = volume * perfusion(v, i, y, a.mid);
  V heat = y.q;
  if constexpr (M::freeze) heat += a.mid * y.q_slope;
  const V from_blood = blood * (t_art - a.t), from_heat = volume * heat;
  V own = mass * a.c + blood + (in.own + r.up);
  V rest = from_blood + from_heat + (in.rest - r.flux);
  sums.blood += from_blood;
  sums.heat += from_heat;
  if constexpr (M::living) {
    const V side = volume * y.lateral;
    const V from_side = side * (v.cell(i, M::kStart) - a.t);
    own += side;
    rest += from_side;
    sums.side += from_side;
  }
  if constexpr (M::newton) rest += mass * (v.cell(i, M::kOld) - a.h);
  const V inverse = reciprocal(own - in.cross * in.inverse);
  const V alone = (rest + in.up * in.alone) * inverse;
  v.cell(i, M::kPass) = r.down * inverse;
  v.cell(i, M::kRest) = alone;
  in = {r.down, r.flux, r.up * r.down, inverse, r.up, alone};
}

// The face between the last cell i of layer l and the next layer: half cells and contact in series.
template <class M>
CRYODOSE_INLINE auto Sweep<M>::joint(int i, int l, const Cell& a, const Cell& b) -> Row {
  // g = area / (1/h + w_a / 2 k_a + w_b / 2 k_b), all over one denominator.
  const View<M> v = block_.view();
  const V k2 = Real(2) * a.k * b.k;
  const V cross = v.width(i, block_.layer[l]) * b.k + v.width(i + 1, block_.layer[l + 1]) * a.k;
  V g;
  if (i + 1 == batch_.n_pack) {
    g = h_contact_ * k2 * reciprocal(k2 + h_contact_ * cross);
    contact_ = g;
    t_pack_last_ = a.t;
  } else {
    g = v.joint_area(i) * k2 * reciprocal(cross);
  }
  return {g, g, g * (a.t - b.t)};
}

// The deepest face: a fixed temperature, or no heat at all.
template <class M>
CRYODOSE_INLINE auto Sweep<M>::inner(int i, const Layer& y, const Cell& a) -> Row {
  t_deepest_ = a.t;
  if (!batch_.fixed_inner) return {V{}, V{}, V{}};
  const View<M> v = block_.view();
  g_inner_ = v.joint_area(i) * (Real(2) * a.k) * reciprocal(v.width(i, y));
  return {g_inner_, V{}, g_inner_ * (a.t - t_inner_)};
}

// Air, water or a given flux at the skin.
template <class M> CRYODOSE_INLINE void Sweep<M>::skin(const Cell& a, Carry& in) {
  const int i = batch_.n_pack;
  const V width = block_.view().width(i, block_.layer[i == 0 ? 0 : 1]), k2 = Real(2) * a.k;
  skin_half_ = width * reciprocal(k2);
  // 1 / (1 + h half), which stays finite for the huge h of a wall at a given temperature.
  skin_share_ = k2 * reciprocal(k2 + h_skin_ * width);
  t_skin_ = a.t;
  const V g = h_skin_ * skin_share_;
  in.own += g;
  in.rest += g * (t_env_ - a.t) + q_skin_ * skin_share_;
}

template <class M> CRYODOSE_INLINE void Sweep<M>::outermost(const Cell& a, Carry& in) {
  in = {V{}, V{}, V{}, V{}, V{}, V{}};
  t_outer_ = a.t;
  if (batch_.n_pack == 0) return skin(a, in);
  const V half = block_.view().width(0, block_.layer[0]) / (Real(2) * a.k);
  g_pack_ = h_pack_ / (Real(1) + h_pack_ * half);
  in.own = g_pack_;
  in.rest = g_pack_ * (t_pack_env_ - a.t);
}

template <class M> void Sweep<M>::forward() {
  const View<M> v = block_.view();
  const V t_art = t_art_;
  const Real inv_dt = inv_dt_;
  Cell above = cell(v, 0, block_.layer[0]);
  Carry in;
  Sums sums = {V{}, V{}, V{}};
  outermost(above, in);
  for (int l = 0; l < batch_.n_layers; ++l) {
    const Layer& y = block_.layer[l];
    const int last = batch_.layer_begin[l + 1] - 1;
#pragma GCC unroll 2
    for (int i = batch_.layer_begin[l]; i < last; ++i) {
      const Cell below = cell(v, i + 1, y);
      const V g = v.face(i, y);
      const Row r = {above.k * g, below.k * g, (above.theta - below.theta) * g};
      eliminate(v, i, y, above, r, in, sums, t_art, inv_dt);
      above = below;
    }
    if (l + 1 == batch_.n_layers) {
      eliminate(v, last, y, above, inner(last, y, above), in, sums, t_art, inv_dt);
      break;
    }
    const Cell below = cell(v, last + 1, block_.layer[l + 1]);
    eliminate(v, last, y, above, joint(last, l, above, below), in, sums, t_art, inv_dt);
    above = below;
    if (last + 1 == batch_.n_pack) skin(below, in);
  }
  sums_ = sums;
}

// Vasomotion of one cell at its new temperature, and its weight in the mean tissue temperature.
template <class M>
CRYODOSE_INLINE void Sweep<M>::feel(const View<M>& v, int i, const Layer& y, V h) {
  const V t = temperature(h, y), m = v.cell(i, M::kFlow);
  const V fall = larger(V{}, v.cell(i, M::kStart) - t);
  const V aim = y.floor + y.above_floor * (y.half * reciprocal(y.half + fall));
  const V part = aim < m ? y.narrow_part : y.recover_part;
  v.cell(i, M::kFlow) = m + (aim - m) * part;
  if (i >= batch_.n_pack) {
    const V weight = v.volume(i, y) * perfusion(v, i, y, melt(h, y));
    weight_ += weight;
    weighted_t_ += weight * t;
  }
}

template <class M> template <bool Last> void Sweep<M>::backward() {
  const View<M> v = block_.view();
  V change = V{}, blood_sum = V{}, side_sum = V{};
  weight_ = weighted_t_ = V{};
  for (int l = batch_.n_layers - 1; l >= 0; --l) {
    const Layer& y = block_.layer[l];
    const int first = batch_.layer_begin[l];
    for (int i = batch_.layer_begin[l + 1] - 1; i >= first; --i) {
      change = v.cell(i, M::kPass) * change + v.cell(i, M::kRest);
      const V old = v.cell(i, M::kH), h = old + capacity(old, y) * change;
      v.cell(i, M::kH) = h;
      if constexpr (Last) {
        const V volume = v.volume(i, y);
        blood_sum += volume * perfusion(v, i, y, melt(old, y)) * change;
        if constexpr (M::living) {
          side_sum += volume * y.lateral * change;
          feel(v, i, y, h);
        }
      }
    }
    if constexpr (Last) {
      if (l == 0) t_outer_ += change;
      if (first == batch_.n_pack) {
        t_skin_ += change;
        if (first > 0)
          t_pack_last_ += v.cell(first - 1, M::kPass) * change + v.cell(first - 1, M::kRest);
      }
    }
  }
  if constexpr (Last) {
    t_deepest_ += v.cell(batch_.n_cells - 1, M::kRest);
    sums_.blood -= blood_sum;
    sums_.side -= side_sum;
  }
}

template <class M> void Sweep<M>::artery() {
  const V mean = weight_ > least_flow_ ? weighted_t_ / weight_ : core_;
  t_art_ = core_ - countercurrent_ * (core_ - mean);
}

// All terms at the new, linearised temperatures, so that the balance closes to round-off.
template <class M> void Sweep<M>::book() {
  const V into = h_skin_ * skin_share_ * (t_env_ - t_skin_) + q_skin_ * skin_share_;
  V out = -into;
  t_surface_ = t_skin_ + into * skin_half_;
  gain_[kSkin].add(into * dt_);
  if (batch_.n_pack > 0) {
    const V from_pack = contact_ * (t_pack_last_ - t_skin_);
    t_surface_ += from_pack * skin_half_;
    out -= from_pack;
    gain_[kPack].add(g_pack_ * (t_pack_env_ - t_outer_) * dt_);
  }
  heat_out_.add(out * dt_);
  gain_[kPerfusion].add(sums_.blood * dt_);
  gain_[kMetabolic].add(sums_.heat * dt_);
  gain_[kLateral].add(sums_.side * dt_);
  if (batch_.fixed_inner) gain_[kInner].add(g_inner_ * (t_inner_ - t_deepest_) * dt_);
}

}  // namespace cryodose::CRYODOSE_NS
