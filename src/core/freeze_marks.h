// The end of a super-step: new enthalpy, blood, stasis, and the time spent below each mark.
#pragma once

#include "freeze_step.h"

namespace cryodose::CRYODOSE_NS {

constexpr double kNever = 1e30;  // a time that is not one; becomes nan in the results

template <class Real> class Keeper : public Stepper<Real> {
 public:
  using Base = Stepper<Real>;
  using V = Vec<Real>;
  static constexpr int W = Cells<Real>::W;
  using Base::b;
  using Base::c;

  Keeper(const FreezeBatch& batch, std::ptrdiff_t member, Team& team)
      : Base(batch, member, team) {
    row_kept_.assign(c.rows, 0.0), row_held_.assign(c.rows, 0.0);
    row_cold_.assign(c.rows, kNever), row_share_.assign(c.rows, 0.0), row_ice_.assign(c.rows, 0.0);
    t_artery_ = c.get(b.artery, 0), t_stasis_ = c.get(b.stasis, 0);
    for (int i = 0; i < b.n_marks; ++i) warmest_ = std::max(warmest_, b.marks[i]);
  }

  void start();
  void set_masks(bool on);
  void hold(double t_tool);
  void commit(double dt, double share);
  bool icy();
  double thawed_after();
  void begin_cycle();
  void write_cycle(int cycle);

  double time = 0;
  double gain[kFreezeLedgerRows] = {};

 protected:
  void source_row(int row);
  void commit_row(int row, Real share, double dt);
  void mark(std::ptrdiff_t at, V was, V now, double dt);
  void book_fixed(int row);
  void thaw_row(int row);

  double t_artery_, t_stasis_, warmest_ = -kNever;
  List<double> row_kept_, row_held_, row_cold_, row_share_, row_ice_;
};

template <class Real> void Keeper<Real>::start() {
  for (int row = 0; row < c.rows; ++row) {
    for (int i = 0; i < c.nx; ++i) {
      const double t = c.get(b.start, c.cell(row, i));
      const Material& m = c.material(row, i);
      c.h[c.at(row) + i] = Real(m.line(m.t, m.h, t));
      c.alive[c.at(row) + i] = Real(t >= t_stasis_ ? 1 : 0);
      if (row < c.ny) this->surface_[std::size_t(row) * c.nx + i] = t;
    }
    this->refresh(row);
    for (int v = 0; v < c.vectors; ++v)
      store(&c.t_now[c.at(row) + v * W], load(&c.t[0][c.at(row) + v * W]));
    source_row(row);
    gain[kFreezeStored] -= heat_row(*this, row);
  }
  this->rate_all(false);
}

// Heat in a row; double, because start and end differ little.
template <class Real> double heat_row(const Stepper<Real>& s, int row) {
  double sum = 0;
  for (int i = 0; i < s.c.nx; ++i) {
    const std::ptrdiff_t at = s.c.at(row) + i;
    sum += s.volume_of(row, i) * (double(s.c.h[at]) - double(s.c.lost[at]));
  }
  return sum;
}

// The needle is tissue while it is off.
template <class Real> void Keeper<Real>::set_masks(bool on) {
  for (int row = 0; row < c.rows; ++row) {
    if (c.mask_of[row] < 0) continue;
    Real* mask = &c.masks[std::size_t(c.mask_of[row]) * c.ld + W];
    for (int i = 0; i < c.nx; ++i) {
      const std::ptrdiff_t cell = c.cell(row, i);
      mask[i] = Real(b.kept[cell] || (on && b.held[cell]) ? 0 : 1);
    }
  }
}

template <class Real> void Keeper<Real>::hold(double t_tool) {
  for (int row = 0; row < c.rows; ++row) {
    if (c.mask_of[row] < 0) continue;
    bool any = false;
    for (int i = 0; i < c.nx; ++i) {
      const std::ptrdiff_t cell = c.cell(row, i), at = c.at(row) + i;
      if (!b.held[cell] || b.kept[cell]) continue;
      const Material& m = c.material(row, i);
      const Real h = Real(m.line(m.t, m.h, t_tool));
      gain[kFreezeHeld] += this->volume_of(row, i) *
                           (double(h) - double(c.h[at]) + double(c.lost[at]));
      c.h[at] = h, c.lost[at] = Real(0), c.t_now[at] = Real(t_tool);
      any = true;
    }
    if (!any) continue;
    this->refresh(row);
    source_row(row);
    this->row_rate_[row] = this->rate_row(row, false);
  }
}

// Blood and metabolism of the step to come.
template <class Real> void Keeper<Real>::source_row(int row) {
  if (c.bleeds[row] == Real(0)) return;
  const std::ptrdiff_t at = c.at(row);
  V blood_sum{}, heat_sum{};
  for (int v = 0; v < c.vectors; ++v) {
    const int i = v * W;
    const Real* table = c.table_row(row)[v];
    const V liquid = load(&c.alive[at + i]) * liquid_of(table, c.kinks, load(&c.h[at + i]));
    const V blood = liquid * slot(table, c.kinks, kBloodSlot) *
                    (Real(t_artery_) - load(&c.t_now[at + i]));
    const V heat = liquid * slot(table, c.kinks, kHeatSlot);
    store(&c.source[at + i], (blood + heat) * load(&c.inside_x[W + i]));
    blood_sum += load(&c.size_x[W + i]) * blood, heat_sum += load(&c.size_x[W + i]) * heat;
  }
  this->row_blood_[row] = total<Real>(blood_sum) * this->area_of(row);
  this->row_heat_[row] = total<Real>(heat_sum) * this->area_of(row);
}

template <class Real> void Keeper<Real>::commit(double dt, double share) {
  double blood = 0, heat = 0;
  for (int row = 0; row < c.rows; ++row) blood += this->row_blood_[row], heat += this->row_heat_[row];
  gain[kFreezeSkin] += share * this->skin_heat, gain[kFreezeTool] += share * this->tool_heat;
  gain[kFreezeBlood] += share * dt * blood, gain[kFreezeMetabolic] += share * dt * heat;
  const bool whole = share == 1.0;
  if (whole) this->base = (this->base + this->count_) & 1;
  this->each_row([&](int row) {
    book_fixed(row);
    commit_row(row, Real(share), share * dt);
    source_row(row);
    if (!whole) this->refresh(row);
  });
  if (!whole) this->rate_all(false);
  for (int row = 0; row < c.rows; ++row) {
    gain[kFreezeKept] -= share * row_kept_[row], gain[kFreezeHeld] -= share * row_held_[row];
  }
  time += share * dt;
}

// Goes to the end of the step, keeping what the addition loses.
template <class Real> void Keeper<Real>::commit_row(int row, Real share, double dt) {
  const std::ptrdiff_t at = c.at(row);
  const Real* mask = c.mask(row);
  const V stasis = V{} + Real(t_stasis_), none{};
  for (int v = 0; v < c.vectors; ++v) {
    const int i = v * W;
    const V change = share * (load(mask + i) * load(&c.d[this->last_][at + i]));
    const V old = load(&c.h[at + i]), add = change - load(&c.lost[at + i]), h = old + add;
    store(&c.lost[at + i], (h - old) - add);
    store(&c.h[at + i], h);
    const V was = load(&c.t_now[at + i]), now = t_of(c.table_row(row)[v], c.kinks, h);
    store(&c.t_now[at + i], now);
    store(&c.t_min[at + i], smaller(load(&c.t_min[at + i]), now));
    const V alive = load(&c.alive[at + i]);
    store(&c.alive[at + i], now < stasis ? none : alive);
    // Most of the tissue is never near a mark.
    if (-largest<Real>(-smaller(was, now)) < warmest_) mark(at + i, was, now, dt);
  }
}

// Time below each mark in a step during which temperature is straight.
template <class Real> void Keeper<Real>::mark(std::ptrdiff_t at, V was, V now, double dt) {
  const V one = V{} + Real(1), none{}, never = V{} + Real(kNever);
  const V begin = V{} + Real(time), span = V{} + Real(dt);
  for (int m = 0; m < b.n_marks; ++m) {
    const std::ptrdiff_t place = std::ptrdiff_t(m) * c.rows * c.ld + at;
    const V level = V{} + Real(b.marks[m]);
    const auto cold = was < level, colder = now < level;
    const V part = (level - was) / (cold != colder ? now - was : one);
    const V x = cold != colder ? part : none;
    const V below = cold ? (colder ? one : x) : (colder ? one - x : none);
    store(&c.below[place], load(&c.below[place]) + span * below);
    const V reached = cold ? begin : (colder ? begin + span * x : never);
    store(&c.fell[place], smaller(load(&c.fell[place]), reached));
    const V back = cold ? begin + span * x : load(&c.rose[place]);
    store(&c.rose[place], colder ? never : back);
  }
}

// Heat that cells with a given temperature took from their neighbours.
template <class Real> void Keeper<Real>::book_fixed(int row) {
  if (c.mask_of[row] < 0) return;
  double kept = 0, held = 0;
  const Real* mask = c.mask(row);
  for (int i = 0; i < c.nx; ++i) {
    if (mask[i] != Real(0)) continue;
    const double heat = this->volume_of(row, i) * double(c.d[this->last_][c.at(row) + i]);
    (b.kept[c.cell(row, i)] ? kept : held) += heat;
  }
  row_kept_[row] = kept, row_held_[row] = held;
}

template <class Real> bool Keeper<Real>::icy() {
  this->each_row([&](int row) {
    V most{};
    for (int v = 0; v < c.vectors; ++v) {
      const V full = slot(c.table_row(row)[v], c.kinks, kFull);
      most = larger(most, load(c.mask(row) + v * W) * load(&c.inside_x[W + v * W]) *
                              (full - load(&c.h[c.at(row) + v * W])));
    }
    row_ice_[row] = largest<Real>(most);
  });
  return *std::max_element(row_ice_.begin(), row_ice_.end()) > 0;
}

// After which share of the step just advanced no ice is left; more than 1: not within it.
template <class Real> double Keeper<Real>::thawed_after() {
  this->each_row([&](int row) {
    V left{}, part{}, none{}, one = V{} + Real(1);
    for (int v = 0; v < c.vectors; ++v) {
      const std::ptrdiff_t at = c.at(row) + v * W;
      const V full = slot(c.table_row(row)[v], c.kinks, kFull), h = load(&c.h[at]);
      const V tissue = load(c.mask(row) + v * W) * load(&c.inside_x[W + v * W]);
      const V had = tissue * larger(none, full - h), change = load(&c.d[this->last_][at]);
      left = larger(left, tissue * (full - (h + change)));
      const V ratio = had / (had > none ? change : one);
      part = larger(part, had > none ? ratio : none);
    }
    row_ice_[row] = largest<Real>(left), row_share_[row] = largest<Real>(part);
  });
  if (*std::max_element(row_ice_.begin(), row_ice_.end()) > 0) return 2.0;
  return *std::max_element(row_share_.begin(), row_share_.end());
}

template <class Real> void Keeper<Real>::begin_cycle() {
  std::fill(c.below.begin(), c.below.end(), Real(0));
  std::fill(c.fell.begin(), c.fell.end(), Real(kNever));
  std::fill(c.rose.begin(), c.rose.end(), Real(kNever));
  c.t_min = c.t_now;
}

template <class Real> void Keeper<Real>::write_cycle(int cycle) {
  const std::ptrdiff_t cells = std::ptrdiff_t(c.rows) * c.nx;
  double* t_min = b.t_min + (c.member * b.cycles + cycle) * cells;
  const auto time_of = [](Real x) { return x < Real(kNever) ? double(x) : double(NAN); };
  this->each_row([&](int row) {
    for (int i = 0; i < c.nx; ++i) t_min[c.cell(row, i)] = double(c.t_min[c.at(row) + i]);
    for (int m = 0; m < b.n_marks; ++m) {
      const std::ptrdiff_t to = ((c.member * b.n_marks + m) * b.cycles + cycle) * cells;
      const std::ptrdiff_t from = std::ptrdiff_t(m) * c.rows * c.ld + c.at(row);
      for (int i = 0; i < c.nx; ++i) {
        const std::ptrdiff_t place = to + c.cell(row, i);
        b.fell[place] = time_of(c.fell[from + i]), b.rose[place] = time_of(c.rose[from + i]);
        b.below[place] = c.fell[from + i] < Real(kNever) ? double(c.below[from + i]) : double(NAN);
      }
    }
  });
}

}  // namespace cryodose::CRYODOSE_NS
