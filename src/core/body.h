// The time loop of a block of whole people, one person a lane; solve/body_reference.py has the same
// scheme, docs/theory/whole-body.md its equations.
#pragma once

#include "batch.h"
#include "simd.h"

namespace cryodose::CRYODOSE_NS {

using P = F64;  // a number of every person of the block
constexpr int kPeople = int(sizeof(P) / sizeof(double));
constexpr int kAbreast = 4;  // columns that are solved side by side

CRYODOSE_INLINE P many(double x) { return P{} + x; }

class Bodies {
 public:
  Bodies(const BodyBatch& b, std::ptrdiff_t first, std::ptrdiff_t count, void* workspace);
  void run();
  // Arrays of cells and segments, of segments, of layers, of single numbers, in that order.
  static std::size_t places(const BodyBatch& b) {
    const std::size_t cs = std::size_t(b.cells) * b.segments;
    return kCellArrays * cs + kSegmentArrays * b.segments + 7 * b.layers +
           (2 + kIceArrays) * kAbreast * b.cells;
  }

 private:
  static constexpr int kCellArrays = 9, kSegmentArrays = 15, kIceArrays = 7;
  // What a column is made of in this step: its own arrays, or those with ice in it.
  struct Column {
    const P *heat, *face, *source, *share;
    const P *old, *slope;  // with ice: temperatures before the step, capacity over the unfrozen
    P half;
  };
  struct Layers {
    P *floor, *half_k, *narrow, *recover, *narrow_part, *recover_part;
  };

  P load(const double* row) const;
  void store(double* row, P value) const;
  void load_cells(P* to, const double* from) const;
  void load_rows(P* to, const double* from, int rows) const;
  P* take(std::size_t n) { P* p = next_; next_ += n; return p; }
  int begin(int layer) const;

  void signals(double dt);
  void parts(double dt);
  void vessels(int s);
  P pool_ahead(double dt, P breath);
  void film(int s, std::ptrdiff_t phase);
  template <int K>
  P columns(int first, double dt, P pool);
  int row(int s, int c) const { return b_.layer[c] * b_.segments + s; }  // of a table of ice
  bool holds_ice(int s) const;
  P ice_share(P t, int row) const;
  P ice_depth(int s) const;
  Column plain(int s) const;
  Column icy(int s, int k, double per_s, P artery);
  void foresee(int s, const Column& of, double per_s, P artery, P* found);
  P enthalpy(P t, int row) const;
  P temperature(P h, int row) const;
  P capacity(P t, int row) const;
  void take_up(int s, const Column& of);
  bool after_columns(int s, const Column& of);
  void step(std::ptrdiff_t index);
  void write(std::ptrdiff_t out);
  P layer_mean(const P* of, int s, int layer) const;
  P flow_mean(int s, int layer) const;
  void finish();

  const BodyBatch& b_;
  std::ptrdiff_t first_, count_;
  P* next_;
  P *t_, *m_, *set_, *heat_, *face_, *flow_, *source_, *share_, *blood_;
  P *half_, *area_, *sense_, *constriction_, *dilation_, *opens_, *exchange_, *skin_set_;
  P *surface_, *heat_out_, *u_, *g_, *total_, *vein_;
  P* has_ice_;  // of a segment: 0 or 1, for the whole block
  P* ice_;      // arrays with ice of the columns side by side
  Layers y_;
  P* pass_;
  P* rest_;
  P core_set_, pool_heat_, central_s_, constriction_k_, dilation_core_, dilation_skin_, cold_most_;
  P core_most_, shiver_k2_, shiver_from_, shiver_lag_, shiver_most_, shiver_flow_;
  P opens_t_, opens_per_k_, opens_s_, opens_part_;
  P pool_, cold_, warm_, shiver_;
  P gain_[kBodyLedgerRows];
};

inline P Bodies::load(const double* row) const {
  P v;
  for (int i = 0; i < kPeople; ++i) v[i] = row[first_ + (i < count_ ? i : count_ - 1)];
  return v;
}

inline void Bodies::store(double* row, P value) const {
  for (int i = 0; i < count_; ++i) row[first_ + i] = value[i];
}

// In memory cells come first, here segments do, so that a column lies together.
inline void Bodies::load_cells(P* to, const double* from) const {
  for (int c = 0; c < b_.cells; ++c)
    for (int s = 0; s < b_.segments; ++s)
      to[s * b_.cells + c] = load(from + (std::ptrdiff_t(c) * b_.segments + s) * b_.n);
}

inline void Bodies::load_rows(P* to, const double* from, int rows) const {
  for (int i = 0; i < rows; ++i) to[i] = load(from + i * b_.n);
}

inline int Bodies::begin(int layer) const {
  int c = 0;
  while (c < b_.cells && b_.layer[c] < layer) ++c;
  return c;
}

inline Bodies::Bodies(const BodyBatch& b, std::ptrdiff_t first, std::ptrdiff_t count,
                      void* workspace)
    : b_(b), first_(first), count_(count), next_(static_cast<P*>(workspace)) {
  const std::size_t cs = std::size_t(b.cells) * b.segments;
  P** cells[] = {&t_, &m_, &set_, &heat_, &face_, &flow_, &source_, &share_};
  const double* cell_rows[] = {b.t,    b.m,    b.set,    b.heat,
                               b.face, b.flow, b.source, b.shiver_share};
  for (int i = 0; i < 8; ++i) load_cells(*cells[i] = take(cs), cell_rows[i]);
  blood_ = take(cs);
  P** rows[] = {&half_, &area_,     &sense_,    &constriction_, &dilation_,
                &opens_, &exchange_, &skin_set_, &surface_};
  const double* row_data[] = {b.half,  b.area,     b.sense,    b.constriction, b.dilation,
                              b.opens, b.exchange, b.skin_set, b.surface};
  for (int i = 0; i < 9; ++i) load_rows(*rows[i] = take(b.segments), row_data[i], b.segments);
  P** kept[] = {&heat_out_, &u_, &g_, &total_, &vein_, &has_ice_};
  for (P** p : kept) *p = take(b.segments);
  for (int s = 0; s < b.segments; ++s) {
    heat_out_[s] = P{};
    has_ice_[s] = many(holds_ice(s) ? 1.0 : 0.0);
  }
  P** layers[] = {&y_.floor, &y_.half_k, &y_.narrow, &y_.recover};
  const double* layer_data[] = {b.floor, b.half_k, b.narrow, b.recover};
  for (int i = 0; i < 4; ++i) load_rows(*layers[i] = take(b.layers), layer_data[i], b.layers);
  y_.narrow_part = take(b.layers);
  y_.recover_part = take(b.layers);
  pass_ = take(kAbreast * b.cells);
  rest_ = take(kAbreast * b.cells);
  ice_ = take(kIceArrays * kAbreast * b.cells);
  P* single[] = {&core_set_,      &pool_heat_,   &central_s_,   &constriction_k_, &dilation_core_,
                 &dilation_skin_, &cold_most_,   &core_most_,   &shiver_k2_,      &shiver_from_,
                 &shiver_lag_,    &shiver_most_, &shiver_flow_, &opens_t_,        &opens_per_k_,
                 &opens_s_,       &pool_,        &cold_,        &warm_,           &shiver_};
  const double* single_data[] = {
      b.core_set,      b.pool_heat,   b.central_s,   b.constriction_k, b.dilation_core,
      b.dilation_skin, b.cold_most,   b.core_most,   b.shiver_k2,      b.shiver_from,
      b.shiver_lag,    b.shiver_most, b.shiver_flow, b.opens_t,        b.opens_width,
      b.opens_s,       b.pool,        b.cold,        b.warm,           b.shiver};
  for (int i = 0; i < 20; ++i) *single[i] = load(single_data[i]);
  opens_per_k_ = 1.0 / opens_per_k_;
  for (P& gain : gain_) gain = P{};
}

inline P Bodies::layer_mean(const P* of, int s, int layer) const {
  P sum = P{}, total = P{};
  for (int c = begin(layer), end = begin(layer + 1); c < end; ++c) {
    const P weight = heat_[s * b_.cells + c];
    sum += weight * of[s * b_.cells + c];
    total += weight;
  }
  return sum / total;
}

// Central signals and shivering follow the skin and the brain.
inline void Bodies::signals(double dt) {
  P cold = P{}, warm = P{};
  for (int s = 0; s < b_.segments; ++s) {
    const P fall = skin_set_[s] - surface_[s];
    cold += sense_[s] * larger(P{}, fall);
    warm -= sense_[s] * smaller(P{}, fall);
  }
  cold = smaller(cold_most_, cold);
  warm = smaller(cold_most_, warm);
  const P brain = layer_mean(t_, b_.brain, b_.layers - 1);
  const P core = larger(-core_most_, smaller(core_most_, core_set_ - brain));
  const P narrow = constriction_k_ * (larger(P{}, cold - warm) + larger(P{}, core));
  const P open = dilation_core_ * larger(P{}, -core) + dilation_skin_ * larger(P{}, warm - cold);
  const P rate = dt / central_s_, part = rate / (1.0 + rate);
  cold_ += (narrow - cold_) * part;
  warm_ += (open - warm_) * part;
  const P wanted = smaller(shiver_most_, shiver_k2_ * cold * larger(P{}, core - shiver_from_));
  const P slow = dt / shiver_lag_;
  shiver_ += (wanted - shiver_) * (slow / (1.0 + slow));
}

// How far vessels get in this step towards what they aim at.
inline void Bodies::parts(double dt) {
  for (int l = 0; l < b_.layers; ++l) {
    const P narrow = dt / y_.narrow[l], recover = dt / y_.recover[l];
    y_.narrow_part[l] = narrow / (1.0 + narrow);
    y_.recover_part[l] = recover / (1.0 + recover);
  }
  const P opens = dt / opens_s_;
  opens_part_ = opens / (1.0 + opens);
}

// Local and central reaction of the vessels of a segment, its flow, and the mean of its venous blood.
inline void Bodies::vessels(int s) {
  const P open = dilation_[s] * warm_, narrow = reciprocal(1.0 + constriction_[s] * cold_);
  const P shiver_flow = shiver_ * shiver_flow_;
  const bool may_freeze = has_ice_[s][0] > 0;
  P total = P{}, carried = P{};
  for (int c = 0; c < b_.cells; ++c) {
    const int i = s * b_.cells + c, l = b_.layer[c];
    const P t = t_[i], m = m_[i];
    const P fall = larger(P{}, set_[i] - t);
    P aim = y_.floor[l] + (1.0 - y_.floor[l]) * y_.half_k[l] * reciprocal(y_.half_k[l] + fall);
    if (l == b_.skin_layer) aim = (aim + open) * narrow;
    P part = aim < m ? y_.narrow_part[l] : y_.recover_part[l];
    if (l == b_.skin_layer) {
      const P wave = opens_[s] * larger(P{}, smaller(many(1.0), (opens_t_ - t) * opens_per_k_));
      part = wave > aim ? opens_part_ : part;
      aim = larger(aim, wave);
    }
    const P flow = m + (aim - m) * part;
    m_[i] = flow;
    P blood = flow_[i] * flow + share_[i] * shiver_flow;
    if (may_freeze) blood *= 1.0 - ice_share(t, row(s, c));
    blood_[i] = blood;
    total += blood;
    carried += blood * t;
  }
  total_[s] = total;
  vein_[s] = carried / larger(many(1e-300), total);
}

// The pool at the end of the step if the veins kept their temperature.
inline P Bodies::pool_ahead(double dt, P breath) {
  P given = P{}, held = P{};
  for (int s = 0; s < b_.segments; ++s) {
    const P whole = larger(many(1e-300), total_[s] + exchange_[s]);
    const P carry = area_[s] * total_[s] * (total_[s] / whole);
    given += carry * vein_[s];
    held += carry;
  }
  return (pool_heat_ * pool_ + dt * (given - breath)) / (pool_heat_ + dt * held);
}

inline void Bodies::film(int s, std::ptrdiff_t phase) {
  const P x = smaller(many(b_.t_high), larger(many(b_.t_low), surface_[s]));
  const std::ptrdiff_t row = b_.segments * b_.n, at = phase * 3 * row + s * b_.n;
  const double *u = b_.film_u + at, *g = b_.film_g + at;
  u_[s] = load(u) + x * (load(u + row) + x * load(u + 2 * row));
  g_[s] = load(g) + x * (load(g + row) + x * load(g + 2 * row));
}

// Solves the columns of K segments side by side: in one alone each cell waits for the one before.
// Returns the heat that their blood gave, W; books everything of the segments.
template <int K>
inline P Bodies::columns(int first, double dt, P pool) {
  const int n = b_.cells;
  const double per_s = 1.0 / dt;
  P artery[K], through[K], warmth[K], shiver[K], up[K], pass[K], rest[K];
  Column of[K];
  for (int k = 0; k < K; ++k) {
    const int s = first + k;
    const P whole = larger(many(1e-300), total_[s] + exchange_[s]), back = exchange_[s] / whole;
    artery[k] = (1.0 - back) * pool + back * vein_[s];
    of[k] = has_ice_[s][0] > 0 ? icy(s, k, per_s, artery[k]) : plain(s);
    through[k] = of[k].half / (of[k].half + u_[s]);
    warmth[k] = shiver[k] = up[k] = pass[k] = rest[k] = P{};
  }
  for (int c = 0; c < n; ++c) {
#pragma GCC unroll 4
    for (int k = 0; k < K; ++k) {
      const int s = first + k, i = s * n + c;
      const P made = of[k].share[c] * shiver_, mass = of[k].heat[c] * per_s;
      const P face = of[k].face[c], source = of[k].source[c];
      P own = mass + blood_[i] + face + up[k];
      P rhs = mass * t_[i] + blood_[i] * artery[k] + source + made;
      if (c == 0) {
        own += u_[s] * through[k];
        rhs += g_[s] * through[k];
      }
      warmth[k] += source;
      shiver[k] += made;
      const P inverse = reciprocal(own - up[k] * pass[k]);
      pass[k] = face * inverse;
      rest[k] = (rhs + up[k] * rest[k]) * inverse;
      pass_[c * K + k] = pass[k];
      rest_[c * K + k] = rest[k];
      up[k] = face;
    }
  }
  P now[K], given[K], stored[K];
  for (int k = 0; k < K; ++k) now[k] = given[k] = stored[k] = P{};
  for (int c = n - 1; c >= 0; --c) {
#pragma GCC unroll 4
    for (int k = 0; k < K; ++k) {
      const int i = (first + k) * n + c;
      now[k] = rest_[c * K + k] + pass_[c * K + k] * now[k];
      given[k] += blood_[i] * (artery[k] - now[k]);
      stored[k] += of[k].heat[c] * (now[k] - t_[i]);
      t_[i] = now[k];
    }
  }
  P taken = P{};
  for (int k = 0; k < K; ++k) {
    const int s = first + k;
    const P out = through[k] * (u_[s] * now[k] - g_[s]);
    surface_[s] = now[k] - out / of[k].half;
    heat_out_[s] += dt * out;
    gain_[kBodyStored] += area_[s] * stored[k];
    gain_[kBodySkin] -= dt * (area_[s] * out);
    gain_[kBodyMetabolic] += dt * (area_[s] * warmth[k]);
    gain_[kBodyShiver] += dt * (area_[s] * shiver[k]);
    taken += area_[s] * given[k];
    if (after_columns(s, of[k])) {
      // The skin over ice lies at the temperature of its enthalpy, not at the linear one.
      const P t = t_[s * n];
      const P skin = t - through[k] * (u_[s] * t - g_[s]) / of[k].half;
      surface_[s] = t == now[k] ? surface_[s] : skin;
    }
  }
  return taken;
}

inline void Bodies::step(std::ptrdiff_t index) {
  const double dt = b_.dt[index];
  const std::ptrdiff_t phase = b_.phase[index];
  signals(dt);
  parts(dt);
  for (int s = 0; s < b_.segments; ++s) {
    film(s, phase);
    vessels(s);
  }
  const P breath = load(b_.breath + phase * b_.n), pool = pool_ahead(dt, breath);
  P taken = breath;
  int s = 0;
  for (; s + kAbreast <= b_.segments; s += kAbreast) taken += columns<kAbreast>(s, dt, pool);
  for (; s < b_.segments; ++s) taken += columns<1>(s, dt, pool);
  pool_ -= dt * taken / pool_heat_;
  gain_[kBodyStored] -= dt * taken;
  gain_[kBodyBreath] -= dt * breath;
}

inline void Bodies::write(std::ptrdiff_t out) {
  const int deepest = b_.layers - 1;
  for (int s = 0; s < b_.segments; ++s) {
    const std::ptrdiff_t row = (out * b_.segments + s) * b_.n;
    store(b_.out_surface + row, surface_[s]);
    store(b_.out_heat + row, heat_out_[s]);
    if (has_ice_[s][0] > 0) store(b_.out_ice + row, ice_depth(s));
    store(b_.out_deep + row, layer_mean(t_, s, deepest));
    store(b_.out_skin + row, flow_mean(s, b_.skin_layer));
    store(b_.out_muscle + row, flow_mean(s, deepest - 1));
  }
  store(b_.out_pool + out * b_.n, pool_);
  store(b_.out_shiver + out * b_.n, shiver_);
  for (int k = 0; k < b_.probes; ++k) {
    const int s = b_.probe_segment[k];
    for (int i = 0; i < count_; ++i) {
      const std::ptrdiff_t at = k * b_.n + first_ + i;
      const int c = b_.probe_cell[at];
      const double above = c < 0 ? surface_[s][i] : t_[s * b_.cells + c][i];
      const double below = t_[s * b_.cells + c + 1][i];
      b_.out_probe[(out * b_.probes + k) * b_.n + first_ + i] =
          above + b_.probe_weight[at] * (below - above);
    }
  }
}

inline void Bodies::finish() {
  for (int c = 0; c < b_.cells; ++c)
    for (int s = 0; s < b_.segments; ++s) {
      const std::ptrdiff_t row = (std::ptrdiff_t(c) * b_.segments + s) * b_.n;
      store(b_.t + row, t_[s * b_.cells + c]);
      store(b_.m + row, m_[s * b_.cells + c]);
    }
  for (int s = 0; s < b_.segments; ++s) store(b_.surface + s * b_.n, surface_[s]);
  store(b_.pool, pool_);
  store(b_.cold, cold_);
  store(b_.warm, warm_);
  store(b_.shiver, shiver_);
  for (int k = 0; k < kBodyLedgerRows; ++k) store(b_.ledger + k * b_.n, gain_[k]);
}

inline void Bodies::run() {
  std::ptrdiff_t out = 0;
  for (std::ptrdiff_t i = 0; i < b_.n_steps; ++i) {
    step(i);
    if (out < b_.n_out && b_.out_steps[out] == i) write(out++);
  }
  finish();
}

inline std::size_t body_bytes(const BodyBatch& b) { return Bodies::places(b) * sizeof(P); }

inline void body_solve(const BodyBatch& b, std::ptrdiff_t first, std::ptrdiff_t count,
                       void* workspace) {
  Bodies(b, first, count, workspace).run();
}

}  // namespace cryodose::CRYODOSE_NS

#include "body_ice.h"
