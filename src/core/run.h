// Start, schedule and results of one block.
#pragma once

#include "sweep.h"

namespace cryodose::CRYODOSE_NS {

// Below this part of the full blood flow, round-off alone would set the mean tissue temperature.
constexpr double kLeastFlow = 1e-4;

template <class M> void Sweep<M>::start() {
  if (batch_.fixed_inner) block_.row(batch_.t_inner, 0, t_inner_);
  block_.row(batch_.core, 0, core_);
  block_.row(batch_.countercurrent, 0, countercurrent_);
  for (int u = 0; u < U; ++u) t_art_[u] = core_[u], weight_[u] = weighted_t_[u] = least_flow_[u] = V{};
  for (int l = 0; l < batch_.n_layers; ++l) {
    const Layer& y = block_.layer[l];
    for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i) {
      V h[U], t[U];
      block_.start_enthalpy(i, l, h);
      block_.row(batch_.t_start, i, t);
      for (int u = 0; u < U; ++u) {
        block_.cell(i, M::kH, u) = h[u];
        if (i < batch_.n_pack) block_.fresh[i * U + u] = h[u];
        if constexpr (M::living) {
          block_.cell(i, M::kFlow, u) = V{} + Real(1);
          block_.cell(i, M::kStart, u) = t[u];
          if (i < batch_.n_pack) continue;
          V mid, weight = y.w[u] * block_.volume(i, y, u);
          least_flow_[u] += weight * Real(kLeastFlow);
          const V now = temperature(h[u], y, u, mid);
          if constexpr (M::freeze) weight += weight * (mid * y.share_slope[u]);
          weight_[u] += weight;
          weighted_t_[u] += weight * now;
        }
      }
    }
  }
}

template <class M> void Sweep<M>::load_step(std::ptrdiff_t step) {
  dt_ = Real(batch_.dt[step]);
  inv_dt_ = Real(1 / batch_.dt[step]);
  block_.row(batch_.h_skin, step, h_skin_);
  block_.row(batch_.t_env, step, t_env_);
  block_.row(batch_.q_skin, step, q_skin_);
  if (batch_.n_pack > 0) {
    block_.row(batch_.h_contact, step, h_contact_);
    block_.row(batch_.h_pack, step, h_pack_);
    block_.row(batch_.t_pack_env, step, t_pack_env_);
  }
  if constexpr (M::living) {
    for (int l = 0; l < batch_.n_layers; ++l) {
      Layer& y = block_.layer[l];
      for (int u = 0; u < U; ++u) {
        y.narrow_part[u] = dt_ / (y.narrow[u] + dt_);
        y.recover_part[u] = dt_ / (y.recover[u] + dt_);
      }
    }
  }
}

template <class M> void Sweep<M>::reset_pack() {
  for (int i = 0; i < batch_.n_pack; ++i) {
    for (int u = 0; u < U; ++u) {
      const V fresh = block_.fresh[i * U + u];
      const V gain = fresh - block_.cell(i, M::kH, u);
      gain_[kReset][u].add(block_.volume(i, block_.layer[0], u) * gain);
      block_.cell(i, M::kH, u) = fresh;
    }
  }
}

template <class M> void Sweep<M>::run() {
  start();
  std::ptrdiff_t out = 0;
  for (std::ptrdiff_t step = 0; step < batch_.n_steps; ++step) {
    load_step(step);
    if (batch_.pack_reset[step] && batch_.n_pack > 0) reset_pack();
    if constexpr (M::living) artery();
    if constexpr (M::newton) {
      for (int i = 0; i < batch_.n_cells; ++i)
        for (int u = 0; u < U; ++u) block_.cell(i, M::kOld, u) = block_.cell(i, M::kH, u);
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

template <class M> void Sweep<M>::store(double* target, const V* value) const {
  const Real* lane = reinterpret_cast<const Real*>(value);
  for (int w = 0; w < block_.used; ++w) target[block_.column[w]] = double(lane[w]);
}

template <class M> void Sweep<M>::write(std::ptrdiff_t out) {
  V heat[U];
  for (int u = 0; u < U; ++u) heat[u] = heat_out_[u].total;
  store(batch_.surface + out * batch_.n, t_surface_);
  store(batch_.heat_out + out * batch_.n, heat);
  write_layers(out);
  write_probes(out);
}

// Mean temperature of the pack and mean perfusion fraction of each layer, weighted by volume.
template <class M> void Sweep<M>::write_layers(std::ptrdiff_t out) {
  for (int l = 0; l < batch_.n_layers; ++l) {
    const Layer& y = block_.layer[l];
    V volume[U], flow[U], heat[U], mid;
    for (int u = 0; u < U; ++u) volume[u] = flow[u] = heat[u] = V{};
    for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i) {
      for (int u = 0; u < U; ++u) {
        const V v = block_.volume(i, y, u);
        volume[u] += v;
        if constexpr (M::living) flow[u] += v * block_.cell(i, M::kFlow, u);
        if (i < batch_.n_pack) heat[u] += v * temperature(block_.cell(i, M::kH, u), y, u, mid);
      }
    }
    for (int u = 0; u < U; ++u) {
      if constexpr (M::living) flow[u] /= volume[u];
      else flow[u] = V{} + Real(1);
      heat[u] /= volume[u];
    }
    store(batch_.vaso + (out * batch_.n_layers + l) * batch_.n, flow);
    if (l == 0 && batch_.n_pack > 0) store(batch_.pack + out * batch_.n, heat);
  }
}

template <class M> void Sweep<M>::write_probes(std::ptrdiff_t out) {
  if (batch_.n_probes == 0) return;
  // The factors of the elimination are spent after a step; their place takes the temperatures.
  for (int l = 0; l < batch_.n_layers; ++l) {
    V mid;
    for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i)
      for (int u = 0; u < U; ++u)
        block_.cell(i, M::kRest, u) =
            temperature(block_.cell(i, M::kH, u), block_.layer[l], u, mid);
  }
  const Real* surface = reinterpret_cast<const Real*>(t_surface_);
  for (int p = 0; p < batch_.n_probes; ++p) {
    double* target = batch_.probe + (out * batch_.n_probes + p) * batch_.n;
    for (int w = 0; w < block_.used; ++w) {
      const int i = block_.probe_cell[p * W + w];
      const Real weight = block_.probe_weight[p * W + w];
      const Real below = reinterpret_cast<const Real*>(&block_.cell(i + 1, M::kRest, 0))[w];
      const Real above = i < batch_.n_pack
                             ? surface[w]
                             : reinterpret_cast<const Real*>(&block_.cell(i, M::kRest, 0))[w];
      target[block_.column[w]] = double(above + weight * (below - above));
    }
  }
}

template <class M> void Sweep<M>::write_ledger() {
  for (int l = 0; l < batch_.n_layers; ++l) {
    const Layer& y = block_.layer[l];
    for (int i = batch_.layer_begin[l]; i < batch_.layer_begin[l + 1]; ++i) {
      V h[U];
      block_.start_enthalpy(i, l, h);
      for (int u = 0; u < U; ++u)
        gain_[kStored][u].add(block_.volume(i, y, u) * (block_.cell(i, M::kH, u) - h[u]));
    }
  }
  for (int row = 0; row < kLedgerRows; ++row) {
    V total[U];
    for (int u = 0; u < U; ++u) total[u] = gain_[row][u].total;
    store(batch_.ledger + row * batch_.n, total);
  }
}

}  // namespace cryodose::CRYODOSE_NS
