// Start, schedule and results of one block.
#pragma once

#include "sweep.h"

namespace cryodose::CRYODOSE_NS {

// Below this part of the full blood flow, round-off alone would set the mean tissue temperature.
constexpr double kLeastFlow = 1e-4;

template <class M> void Sweep<M>::start() {
  const View<M> v = block_.view();
  if (batch_.fixed_inner) t_inner_ = block_.row(batch_.t_inner, 0);
  core_ = block_.row(batch_.core, 0);
  countercurrent_ = block_.row(batch_.countercurrent, 0);
  t_art_ = core_;
  weight_ = weighted_t_ = least_flow_ = V{};
  block_.fetch(batch_.t_start, batch_.n_cells);
  for (int l = 0; l < batch_.n_layers; ++l) {
    const Layer& y = block_.layer[l];
    for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i) {
      const V h = block_.start_enthalpy(i, l);
      v.cell(i, M::kH) = h;
      if (i < batch_.n_pack) block_.fresh[i] = h;
      if constexpr (M::living) {
        v.cell(i, M::kFlow) = V{} + Real(1);
        v.cell(i, M::kStart) = block_.row(batch_.t_start, i);
        if (i < batch_.n_pack) continue;
        const V volume = v.volume(i, y), weight = volume * perfusion(v, i, y, melt(h, y));
        least_flow_ += volume * y.w * Real(kLeastFlow);
        weight_ += weight;
        weighted_t_ += weight * temperature(h, y);
      }
    }
  }
}

template <class M> void Sweep<M>::load_step(std::ptrdiff_t step) {
  dt_ = Real(batch_.dt[step]);
  inv_dt_ = Real(1 / batch_.dt[step]);
  h_skin_ = block_.row(batch_.h_skin, step);
  t_env_ = block_.row(batch_.t_env, step);
  q_skin_ = block_.row(batch_.q_skin, step);
  if (batch_.n_pack > 0) {
    h_contact_ = block_.row(batch_.h_contact, step);
    h_pack_ = block_.row(batch_.h_pack, step);
    t_pack_env_ = block_.row(batch_.t_pack_env, step);
  }
  if (batch_.works) {
    const V more = block_.row(batch_.effort, step) - Real(1);
    for (int l = 0; l < batch_.n_layers; ++l) {
      Layer& y = block_.layer[l];
      const V factor = Real(1) + y.working * more;
      y.w = y.w_rest * factor, y.w_slope = y.w * y.share_slope;
      y.q = y.q_rest * factor, y.q_slope = y.q * y.share_slope;
    }
  }
  if constexpr (M::living) {
    for (int l = 0; l < batch_.n_layers; ++l) {
      Layer& y = block_.layer[l];
      y.narrow_part = dt_ / (y.narrow + dt_);
      y.recover_part = dt_ / (y.recover + dt_);
    }
  }
}

template <class M> void Sweep<M>::reset_pack() {
  const View<M> v = block_.view();
  for (int i = 0; i < batch_.n_pack; ++i) {
    const V fresh = block_.fresh[i];
    gain_[kReset].add(v.volume(i, block_.layer[0]) * (fresh - v.cell(i, M::kH)));
    v.cell(i, M::kH) = fresh;
  }
}

template <class M> void Sweep<M>::run() {
  start();
  add_heat(-1.0);
  const View<M> v = block_.view();
  std::ptrdiff_t out = 0;
  for (std::ptrdiff_t step = 0; step < batch_.n_steps; ++step) {
    load_step(step);
    if (batch_.pack_reset[step] && batch_.n_pack > 0) reset_pack();
    if constexpr (M::living) artery();
    if constexpr (M::newton) {
      for (int i = 0; i < batch_.n_cells; ++i) v.cell(i, M::kOld) = v.cell(i, M::kH);
      for (int pass = 0; pass < batch_.newton; ++pass) {
        forward();
        backward<false>();
      }
    }
    forward();
    backward<true>();
    book();
    if (out < batch_.n_out && batch_.out_steps[out] == step) write(out++);
  }
  write_ledger();
}

template <class M> void Sweep<M>::store(double* target, V value) const {
  Real lanes[W];
  __builtin_memcpy(lanes, &value, sizeof lanes);
  if (block_.neighbours) {
    for (int w = 0; w < W; ++w) target[block_.column[0] + w] = double(lanes[w]);
  } else {
    for (int w = 0; w < block_.used; ++w) target[block_.column[w]] = double(lanes[w]);
  }
}

template <class M> void Sweep<M>::write(std::ptrdiff_t out) {
  store(batch_.surface + out * batch_.n, t_surface_);
  store(batch_.heat_out + out * batch_.n, heat_out_.total);
  write_layers(out);
  write_probes(out);
}

// Mean temperature of the pack and mean perfusion fraction of each layer, weighted by volume.
template <class M> void Sweep<M>::write_layers(std::ptrdiff_t out) {
  const View<M> v = block_.view();
  for (int l = 0; l < batch_.n_layers; ++l) {
    const Layer& y = block_.layer[l];
    const bool pack = l == 0 && batch_.n_pack > 0;
    V volume = V{}, flow = V{}, heat = V{};
    if (M::living || pack) {
      for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i) {
        const V size = v.volume(i, y);
        volume += size;
        if constexpr (M::living) flow += size * v.cell(i, M::kFlow);
        if (pack) heat += size * temperature(v.cell(i, M::kH), y);
      }
    }
    flow = M::living ? flow / volume : V{} + Real(1);
    if (batch_.vaso) store(batch_.vaso + (out * batch_.n_layers + l) * batch_.n, flow);
    if (pack) store(batch_.pack + out * batch_.n, heat / volume);
  }
}

template <class M> void Sweep<M>::write_probes(std::ptrdiff_t out) {
  if (batch_.n_probes == 0) return;
  const View<M> v = block_.view();
  // The factors of the elimination are spent after a step; their place takes the temperatures.
  for (int l = 0; l < batch_.n_layers; ++l)
    for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i)
      v.cell(i, M::kRest) = temperature(v.cell(i, M::kH), block_.layer[l]);
  for (int p = 0; p < batch_.n_probes; ++p) {
    double* target = batch_.probe + (out * batch_.n_probes + p) * batch_.n;
    for (int w = 0; w < block_.used; ++w) {
      const int i = block_.probe_cell[p * W + w];
      const Real weight = block_.probe_weight[p * W + w], below = v.cell(i + 1, M::kRest)[w];
      const Real above = i < batch_.n_pack ? t_surface_[w] : v.cell(i, M::kRest)[w];
      target[block_.column[w]] = double(above + weight * (below - above));
    }
  }
}

// Heat in the whole column; double, because start and end differ little. A second look at the start
// temperatures instead would cost more than the whole elimination of some steps: they lie far apart.
template <class M> void Sweep<M>::add_heat(double sign) {
  const View<M> v = block_.view();
  for (int l = 0; l < batch_.n_layers; ++l) {
    for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i) {
      Real size[W], h[W];
      const V volume = v.volume(i, block_.layer[l]);
      __builtin_memcpy(size, &volume, sizeof size);
      __builtin_memcpy(h, &v.cell(i, M::kH), sizeof h);
      for (int w = 0; w < W; ++w) stored_[w] += sign * double(size[w]) * double(h[w]);
    }
  }
}

template <class M> void Sweep<M>::write_ledger() {
  add_heat(1.0);
  for (int w = 0; w < block_.used; ++w)
    batch_.ledger[kStored * batch_.n + block_.column[w]] = stored_[w];
  for (int row = kStored + 1; row < kLedgerRows; ++row)
    store(batch_.ledger + row * batch_.n, gain_[row].total);
}

}  // namespace cryodose::CRYODOSE_NS
