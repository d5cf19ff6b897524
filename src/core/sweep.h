// The time loop of one block: elimination from the skin inwards, substitution back out, booking.
// The equations are those of reference.py; docs/theory/engine.md numbers them.
#pragma once

#include "block.h"

namespace cryodose::CRYODOSE_NS {

template <class M> class Sweep {
 public:
  using Real = typename M::Real;
  using V = typename M::V;
  static constexpr int U = M::U, W = M::W;

  Sweep(const Batch& batch, const Stretch& stretch, void* workspace)
      : batch_(batch), block_(batch, stretch, workspace) {}
  void run();

 private:
  using Layer = LayerConstants<M>;
  struct Cell {
    V t, k, c, theta, h, mid;
  };
  // What the face above hands to the next row: its share of the diagonal and of the right side.
  struct Carry {
    V own, rest;
  };
  struct Row {
    V up, down, flux;
  };

  CRYODOSE_INLINE Cell cell(int i, const Layer& y, int u);
  CRYODOSE_INLINE V temperature(V h, const Layer& y, int u, V& mid);
  CRYODOSE_INLINE void eliminate(int i, const Layer& y, int u, const Cell& a, const Row& r, Carry& in);
  CRYODOSE_INLINE Row joint(int i, int l, int u, const Cell& a, const Cell& b);
  CRYODOSE_INLINE void skin(int u, const Cell& a, Carry& in);

  void start();
  void load_step(std::ptrdiff_t step);
  void reset_pack();
  void forward();
  template <bool Last> void backward();
  CRYODOSE_INLINE void feel(int i, const Layer& y, int u, V h);
  void artery();
  void book();
  void write(std::ptrdiff_t out);
  void write_probes(std::ptrdiff_t out);
  void write_layers(std::ptrdiff_t out);
  void write_ledger();
  void store(double* target, const V* value) const;

  const Batch& batch_;
  Block<M> block_;
  Real dt_ = 0, inv_dt_ = 0;
  V h_skin_[U], t_env_[U], q_skin_[U], h_contact_[U], h_pack_[U], t_pack_env_[U], t_inner_[U];
  V core_[U], countercurrent_[U], t_art_[U];
  // Conductances of this step at the boundaries, and the temperatures beside them.
  V skin_share_[U], skin_half_[U], contact_[U], g_pack_[U], g_inner_[U];
  V t_outer_[U], t_pack_last_[U], t_skin_[U], t_deepest_[U], t_surface_[U];
  V blood_[U], heat_[U], side_[U];  // sums over the cells of this step
  V weight_[U], weighted_t_[U], least_flow_[U];
  Sum<V> gain_[kLedgerRows][U], heat_out_[U];
};

template <class M> CRYODOSE_INLINE auto Sweep<M>::temperature(V h, const Layer& y, int u, V& mid) -> V {
  if constexpr (!M::freeze) {
    mid = V{};
    return y.t_liq[u] + h * y.inv_c_u[u];
  } else {
    const V zero = V{}, up = larger(zero, h), un = smaller(zero, h - y.h_sol[u]);
    mid = h - up - un;
    return y.t_liq[u] + up * y.inv_c_u[u] + mid * y.inv_c_m[u] + un * y.inv_c_f[u];
  }
}

template <class M> CRYODOSE_INLINE auto Sweep<M>::cell(int i, const Layer& y, int u) -> Cell {
  Cell a;
  const V h = block_.cell(i, M::kH, u), zero = V{};
  a.h = h;
  if constexpr (!M::freeze) {
    a.mid = zero;
    const V above = h * y.inv_c_u[u];
    a.t = y.t_liq[u] + above;
    a.k = y.k_u[u];
    a.c = y.c_u[u];
    a.theta = y.k_u[u] * above;
  } else {
    const V up = larger(zero, h), un = smaller(zero, h - y.h_sol[u]);
    const V mid = h - up - un;
    a.mid = mid;
    a.t = y.t_liq[u] + up * y.inv_c_u[u] + mid * y.inv_c_m[u] + un * y.inv_c_f[u];
    a.k = y.k_u[u] + mid * y.k_slope[u];
    a.theta = up * y.th_u[u] + mid * (y.th_m[u] + mid * y.th_mm[u]) + un * y.th_f[u];
    a.c = h > zero ? y.c_u[u] : (h < y.h_sol[u] ? y.c_f[u] : y.c_m[u]);
  }
  return a;
}

// One row of the tridiagonal system: `r` is the face below the cell, `in` what came from above.
template <class M>
CRYODOSE_INLINE void Sweep<M>::eliminate(int i, const Layer& y, int u, const Cell& a, const Row& r,
                                         Carry& in) {
  const V volume = block_.volume(i, y, u);
  V perfusion = y.w[u], heat = y.q[u];
  if constexpr (M::freeze) {
    heat += a.mid * y.q_slope[u];
    if constexpr (!M::living) perfusion += a.mid * y.w_slope[u];
  }
  if constexpr (M::living) {
    perfusion *= block_.cell(i, M::kFlow, u);
    if constexpr (M::freeze) perfusion += perfusion * (a.mid * y.share_slope[u]);
  }
  const V blood = volume * perfusion, mass = volume * inv_dt_;
  const V from_blood = blood * (t_art_[u] - a.t), from_heat = volume * heat;
  V own = mass * a.c + blood + in.own + r.up;
  V rest = from_blood + from_heat + in.rest - r.flux;
  blood_[u] += from_blood;
  heat_[u] += from_heat;
  if constexpr (M::living) {
    const V side = volume * y.lateral[u];
    const V from_side = side * (block_.cell(i, M::kStart, u) - a.t);
    own += side;
    rest += from_side;
    side_[u] += from_side;
  }
  if constexpr (M::newton) rest += mass * (block_.cell(i, M::kOld, u) - a.h);
  const V inverse = reciprocal(own);
  const V pass = r.down * inverse, alone = rest * inverse;
  block_.cell(i, M::kPass, u) = pass;
  block_.cell(i, M::kRest, u) = alone;
  if constexpr (M::freeze) block_.cell(i, M::kCap, u) = a.c;
  if constexpr (M::freeze || M::living) block_.cell(i, M::kBlood, u) = blood;
  in.own = r.down - r.up * pass;
  in.rest = r.flux + r.up * alone;
}

// The face between the last cell i of layer l and the next layer: half cells and contact in series.
template <class M>
CRYODOSE_INLINE auto Sweep<M>::joint(int i, int l, int u, const Cell& a, const Cell& b) -> Row {
  const V half_a = block_.width(i, block_.layer[l], u) / (Real(2) * a.k);
  const V half_b = block_.width(i + 1, block_.layer[l + 1], u) / (Real(2) * b.k);
  V g;
  if (i + 1 == batch_.n_pack) {
    g = h_contact_[u] / (Real(1) + h_contact_[u] * (half_a + half_b));
    contact_[u] = g;
    t_pack_last_[u] = a.t;
  } else {
    g = block_.joint_area(i, u) / (half_a + half_b);
  }
  return {g, g, g * (a.t - b.t)};
}

// Air, water or a given flux at the skin.
template <class M> CRYODOSE_INLINE void Sweep<M>::skin(int u, const Cell& a, Carry& in) {
  const int i = batch_.n_pack;
  const Layer& y = block_.layer[i == 0 ? 0 : 1];
  skin_half_[u] = block_.width(i, y, u) / (Real(2) * a.k);
  skin_share_[u] = Real(1) / (Real(1) + h_skin_[u] * skin_half_[u]);
  t_skin_[u] = a.t;
  const V g = h_skin_[u] * skin_share_[u];
  in.own += g;
  in.rest += g * (t_env_[u] - a.t) + q_skin_[u] * skin_share_[u];
}

template <class M> void Sweep<M>::forward() {
  Cell above[U];
  Carry in[U];
  for (int u = 0; u < U; ++u) {
    blood_[u] = heat_[u] = side_[u] = V{};
    above[u] = cell(0, block_.layer[0], u);
    in[u] = {V{}, V{}};
    t_outer_[u] = above[u].t;
    if (batch_.n_pack == 0) {
      skin(u, above[u], in[u]);
    } else {
      const V half = block_.width(0, block_.layer[0], u) / (Real(2) * above[u].k);
      g_pack_[u] = h_pack_[u] / (Real(1) + h_pack_[u] * half);
      in[u] = {g_pack_[u], g_pack_[u] * (t_pack_env_[u] - above[u].t)};
    }
  }
  for (int l = 0; l < batch_.n_layers; ++l) {
    const Layer& y = block_.layer[l];
    const int last = batch_.layer_begin[l + 1] - 1;
    for (int i = batch_.layer_begin[l]; i < last; ++i) {
      for (int u = 0; u < U; ++u) {
        const Cell below = cell(i + 1, y, u);
        const V g = block_.face(i, y, u);
        const Row r = {above[u].k * g, below.k * g, (above[u].theta - below.theta) * g};
        eliminate(i, y, u, above[u], r, in[u]);
        above[u] = below;
      }
    }
    for (int u = 0; u < U; ++u) {
      if (l + 1 < batch_.n_layers) {
        const Cell below = cell(last + 1, block_.layer[l + 1], u);
        eliminate(last, y, u, above[u], joint(last, l, u, above[u], below), in[u]);
        above[u] = below;
        if (last + 1 == batch_.n_pack) skin(u, below, in[u]);
      } else {
        Row r = {V{}, V{}, V{}};
        t_deepest_[u] = above[u].t;
        if (batch_.fixed_inner) {
          const V half = block_.width(last, y, u) / (Real(2) * above[u].k);
          g_inner_[u] = block_.joint_area(last, u) / half;
          r = {g_inner_[u], V{}, g_inner_[u] * (above[u].t - t_inner_[u])};
        }
        eliminate(last, y, u, above[u], r, in[u]);
      }
    }
  }
}

// Vasomotion of one cell at its new temperature, and its weight in the mean tissue temperature.
template <class M> CRYODOSE_INLINE void Sweep<M>::feel(int i, const Layer& y, int u, V h) {
  V mid;
  const V t = temperature(h, y, u, mid), m = block_.cell(i, M::kFlow, u);
  const V fall = larger(V{}, block_.cell(i, M::kStart, u) - t);
  const V aim = y.floor[u] + y.above_floor[u] * (y.half[u] * reciprocal(y.half[u] + fall));
  const V part = aim < m ? y.narrow_part[u] : y.recover_part[u];
  const V next = m + (aim - m) * part;
  block_.cell(i, M::kFlow, u) = next;
  if (i >= batch_.n_pack) {
    V weight = y.w[u] * next * block_.volume(i, y, u);
    if constexpr (M::freeze) weight += weight * (mid * y.share_slope[u]);
    weight_[u] += weight;
    weighted_t_[u] += weight * t;
  }
}

template <class M> template <bool Last> void Sweep<M>::backward() {
  V change[U];
  for (int u = 0; u < U; ++u) change[u] = weight_[u] = weighted_t_[u] = V{};
  for (int l = batch_.n_layers - 1; l >= 0; --l) {
    const Layer& y = block_.layer[l];
    const int first = batch_.layer_begin[l];
    for (int i = batch_.layer_begin[l + 1] - 1; i >= first; --i) {
      for (int u = 0; u < U; ++u) {
        V d = block_.cell(i, M::kPass, u) * change[u] + block_.cell(i, M::kRest, u);
        change[u] = d;
        V c, blood;
        if constexpr (M::freeze) c = block_.cell(i, M::kCap, u);
        else c = y.c_u[u];
        const V h = block_.cell(i, M::kH, u) + c * d;
        block_.cell(i, M::kH, u) = h;
        if constexpr (!Last) continue;
        if constexpr (M::freeze || M::living) blood = block_.cell(i, M::kBlood, u);
        else blood = block_.volume(i, y, u) * y.w[u];
        blood_[u] -= blood * d;
        if constexpr (M::living) {
          side_[u] -= block_.volume(i, y, u) * y.lateral[u] * d;
          feel(i, y, u, h);
        }
      }
    }
    if constexpr (Last) {
      for (int u = 0; u < U; ++u) {
        if (first == batch_.n_pack) {
          t_skin_[u] += change[u];
          if (first > 0) {
            const int i = first - 1;
            t_pack_last_[u] += block_.cell(i, M::kRest, u) + block_.cell(i, M::kPass, u) * change[u];
          }
        }
        if (l == 0) t_outer_[u] += change[u];
      }
    }
  }
  if constexpr (Last)
    for (int u = 0; u < U; ++u) t_deepest_[u] += block_.cell(batch_.n_cells - 1, M::kRest, u);
}

template <class M> void Sweep<M>::artery() {
  for (int u = 0; u < U; ++u) {
    const V mean = weight_[u] > least_flow_[u] ? weighted_t_[u] / weight_[u] : core_[u];
    t_art_[u] = core_[u] - countercurrent_[u] * (core_[u] - mean);
  }
}

// All terms at the new, linearised temperatures, so that the balance closes to round-off.
template <class M> void Sweep<M>::book() {
  for (int u = 0; u < U; ++u) {
    const V share = skin_share_[u];
    const V into = h_skin_[u] * share * (t_env_[u] - t_skin_[u]) + q_skin_[u] * share;
    V out = -into;
    t_surface_[u] = t_skin_[u] + into * skin_half_[u];
    gain_[kSkin][u].add(into * dt_);
    if (batch_.n_pack > 0) {
      const V from_pack = contact_[u] * (t_pack_last_[u] - t_skin_[u]);
      t_surface_[u] += from_pack * skin_half_[u];
      out -= from_pack;
      gain_[kPack][u].add(g_pack_[u] * (t_pack_env_[u] - t_outer_[u]) * dt_);
    }
    heat_out_[u].add(out * dt_);
    gain_[kPerfusion][u].add(blood_[u] * dt_);
    gain_[kMetabolic][u].add(heat_[u] * dt_);
    gain_[kLateral][u].add(side_[u] * dt_);
    if (batch_.fixed_inner)
      gain_[kInner][u].add(g_inner_[u] * (t_inner_[u] - t_deepest_[u]) * dt_);
  }
}

}  // namespace cryodose::CRYODOSE_NS
