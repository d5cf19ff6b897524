// The memory of one block of columns: constants of its layers, geometry and state of its cells.
// Columns are the lanes of one vector. A block is only one vector wide so that all it holds stays
// in the first cache; two vectors side by side were slower (docs/adr/0006).
#pragma once

#include "batch.h"
#include "simd.h"

namespace cryodose::CRYODOSE_NS {

enum FreezeMode : int { kNoFreezing, kFreezeOnce, kFreezeNewton };

// What a kernel is compiled for; features that are off cost nothing.
template <class Real_, int Freeze_, bool Curved_, bool Living_> struct Mode {
  using Real = Real_;
  using V = typename VectorOf<Real>::type;
  static constexpr int W = int(sizeof(V) / sizeof(Real));  // columns of a block
  static constexpr bool freeze = Freeze_ != kNoFreezing;
  static constexpr bool newton = Freeze_ == kFreezeNewton;
  static constexpr bool curved = Curved_;
  static constexpr bool living = Living_;

  // What is kept for a cell, side by side in memory: one stream through the cache. Capacity and
  // perfusion are worked out twice a step rather than kept: arithmetic is cheaper than memory.
  static constexpr int kH = 0;                              // enthalpy
  static constexpr int kPass = 1;                           // factor of the deeper unknown
  static constexpr int kRest = 2;                           // constant part of the unknown
  static constexpr int kOld = 3;                            // enthalpy before the step (Newton)
  static constexpr int kVolume = kOld + (newton ? 1 : 0);
  static constexpr int kFace = kVolume + (curved ? 1 : 0);  // area / distance, or area at a joint
  static constexpr int kFlow = kFace + (curved ? 1 : 0);    // perfusion fraction m
  static constexpr int kStart = kFlow + (living ? 1 : 0);   // start temperature
  static constexpr int slots = kStart + (living ? 1 : 0);
};

template <class M> struct alignas(64) LayerConstants {
  using V = typename M::V;
  V thick, inv_thick;
  V k_u, k_slope;                              // k = k_u + k_slope * mid
  V inv_c_u, inv_c_m, inv_c_f;
  V c_u, c_m, c_f;
  V h_sol, t_liq, share_slope;           // liquid share = 1 + share_slope * mid
  V th_u, th_m, th_mm, th_f;       // Kirchhoff potential
  V w, w_slope, q, q_slope, lateral;
  V floor, above_floor, half, narrow, recover;
  V narrow_part, recover_part;                 // dt / (tau + dt) of the present step
  V w_rest, q_rest, working;                   // at rest, and whether effort raises them
};

CRYODOSE_INLINE double at(const Table& t, std::ptrdiff_t row, std::ptrdiff_t column) {
  return t.data[row * t.row + column * t.col];
}

// Where the cells are; a copy in registers, because stores into cells may not be mixed up with it.
template <class M> struct View {
  using Real = typename M::Real;
  using V = typename M::V;
  Real* cells;
  const Real* fraction;
  const Real* inv_distance;

  CRYODOSE_INLINE V& cell(int i, int slot) const {
    return reinterpret_cast<V*>(cells)[std::ptrdiff_t(i) * M::slots + slot];
  }
  CRYODOSE_INLINE V width(int i, const LayerConstants<M>& y) const { return y.thick * fraction[i]; }
  CRYODOSE_INLINE V volume(int i, const LayerConstants<M>& y) const {
    if constexpr (M::curved) return cell(i, M::kVolume);
    return width(i, y);
  }
  // Area over distance of the face between cells i and i + 1 of one layer.
  CRYODOSE_INLINE V face(int i, const LayerConstants<M>& y) const {
    if constexpr (M::curved) return cell(i, M::kFace);
    return y.inv_thick * inv_distance[i];
  }
  CRYODOSE_INLINE V joint_area(int i) const {
    if constexpr (M::curved) return cell(i, M::kFace);
    return V{} + Real(1);
  }
};

template <class M> class Block {
 public:
  using Real = typename M::Real;
  using V = typename M::V;
  static constexpr int W = M::W;

  Block(const Batch& batch, const Stretch& stretch, void* workspace);
  static std::size_t bytes(const Batch& batch);

  CRYODOSE_INLINE View<M> view() const { return {cells_, fraction_, inv_distance_}; }
  // One row of an input table, a lane for each column.
  CRYODOSE_INLINE V row(const Table& table, std::ptrdiff_t r) const {
    const double* source = table.data + r * table.row;
    if (table.col == 0) return V{} + Real(source[0]);
    Real out[W];
    if (neighbours) {  // the usual case, which the compiler turns into wide loads
      for (int w = 0; w < W; ++w) out[w] = Real(source[column[0] + w]);
    } else {
      for (int w = 0; w < W; ++w) out[w] = Real(source[column[w]]);
    }
    V lanes;
    __builtin_memcpy(&lanes, out, sizeof lanes);
    return lanes;
  }
  // Calls for the rows of a table at once: in a large batch each lies on a page of its own.
  void fetch(const Table& table, int rows) const {
    for (int r = 0; r < rows; ++r)
      __builtin_prefetch(table.data + r * table.row + column[0] * table.col);
  }
  V start_enthalpy(int i, int layer) const;

  const Batch& batch;
  std::ptrdiff_t column[W];  // which column of the batch a lane holds; the last one is repeated
  int used;                  // lanes that hold a column of their own
  bool neighbours;           // all lanes are used, and their columns stand side by side
  LayerConstants<M>* layer;
  std::int32_t* probe_cell;  // n_probes, W
  Real* probe_weight;        // n_probes, W
  V* fresh;                  // n_pack: enthalpy of a fresh pack

 private:
  void load_layers();
  void load_geometry();
  void load_probe(int probe);
  Real* cells_;
  Real* fraction_;
  Real* inv_distance_;
};

template <class M> std::size_t Block<M>::bytes(const Batch& b) {
  const std::size_t vector = sizeof(V), real = sizeof(Real);
  const auto padded = [](std::size_t n) { return (n + 63) / 64 * 64; };
  return padded(sizeof(LayerConstants<M>) * b.n_layers) + b.n_cells * M::slots * vector +
         b.n_pack * vector + 2 * padded(b.n_cells * real) +
         b.n_probes * (padded(W * sizeof(std::int32_t)) + vector);
}

template <class M>
Block<M>::Block(const Batch& b, const Stretch& s, void* workspace) : batch(b) {
  char* next = static_cast<char*>(workspace);
  const auto take = [&next](std::size_t n) {
    char* here = next;
    next += (n + 63) / 64 * 64;
    return static_cast<void*>(here);
  };
  layer = static_cast<LayerConstants<M>*>(take(sizeof(LayerConstants<M>) * b.n_layers));
  cells_ = static_cast<Real*>(take(sizeof(V) * M::slots * b.n_cells));
  fresh = static_cast<V*>(take(sizeof(V) * b.n_pack));
  fraction_ = static_cast<Real*>(take(sizeof(Real) * b.n_cells));
  inv_distance_ = static_cast<Real*>(take(sizeof(Real) * b.n_cells));
  probe_weight = static_cast<Real*>(take(sizeof(V) * b.n_probes));
  probe_cell = static_cast<std::int32_t*>(take(sizeof(std::int32_t) * W * b.n_probes));
  used = s.count < W ? int(s.count) : W;
  for (int w = 0; w < W; ++w) {
    const std::ptrdiff_t place = s.first + (w < used ? w : used - 1);
    column[w] = b.order ? std::ptrdiff_t(b.order[place]) : place;
  }
  neighbours = used == W && !b.order;
  load_layers();
  load_geometry();
  for (int p = 0; p < b.n_probes; ++p) load_probe(p);
}

template <class M> void Block<M>::load_layers() {
  const auto set = [](V& target, int w, double x) { target[w] = Real(x); };
  for (int l = 0; l < batch.n_layers; ++l) {
    LayerConstants<M>& y = layer[l];
    for (int w = 0; w < W; ++w) {
      const auto get = [&](const Table& t) { return at(t, l, column[w]); };
      const double thick = get(batch.thickness), liquidus = get(batch.liquidus);
      const double range = liquidus - get(batch.solidus);
      const double k_u = get(batch.k), k_f = get(batch.k_frozen);
      const double c_u = get(batch.c), c_f = get(batch.c_frozen);
      const double c_m = get(batch.latent) / range + (c_u + c_f) / 2;
      const double share = 1 / (c_m * range), blood = get(batch.perfusion);
      const double heat = get(batch.metabolic), floor = get(batch.floor);
      set(y.thick, w, thick), set(y.inv_thick, w, 1 / thick);
      set(y.k_u, w, k_u), set(y.k_slope, w, (k_u - k_f) * share);
      set(y.c_u, w, c_u), set(y.c_m, w, c_m), set(y.c_f, w, c_f);
      set(y.inv_c_u, w, 1 / c_u), set(y.inv_c_m, w, 1 / c_m), set(y.inv_c_f, w, 1 / c_f);
      set(y.h_sol, w, -c_m * range), set(y.t_liq, w, liquidus), set(y.share_slope, w, share);
      set(y.th_u, w, k_u / c_u), set(y.th_m, w, k_u / c_m), set(y.th_f, w, k_f / c_f);
      set(y.th_mm, w, (k_u - k_f) / (2 * range * c_m * c_m));
      set(y.w_rest, w, blood), set(y.q_rest, w, heat), set(y.working, w, get(batch.working));
      set(y.w, w, blood), set(y.w_slope, w, blood * share);
      set(y.q, w, heat), set(y.q_slope, w, heat * share);
      set(y.lateral, w, get(batch.lateral)), set(y.half, w, get(batch.half));
      set(y.floor, w, floor), set(y.above_floor, w, 1 - floor);
      set(y.narrow, w, get(batch.narrow)), set(y.recover, w, get(batch.recover));
    }
  }
}

template <class M> void Block<M>::load_geometry() {
  const int n = batch.n_cells;
  for (int i = 0; i < n; ++i) fraction_[i] = Real(batch.fraction[i]);
  for (int i = 0; i + 1 < n; ++i)
    inv_distance_[i] = Real(2 / (batch.fraction[i] + batch.fraction[i + 1]));
  if constexpr (M::curved) {
    double r_out[W], r_skin[W];
    for (int w = 0; w < W; ++w) {
      double skin = at(batch.r_inner, 0, column[w]), all = skin;
      for (int l = 0; l < batch.n_layers; ++l) {
        const double d = at(batch.thickness, l, column[w]);
        all += d;
        if (batch.layer_begin[l] >= batch.n_pack) skin += d;
      }
      r_out[w] = all, r_skin[w] = skin;
    }
    for (int l = 0; l < batch.n_layers; ++l) {
      for (int i = batch.layer_begin[l]; i < batch.layer_begin[l + 1]; ++i) {
        const bool joint = i + 1 == batch.layer_begin[l + 1];
        Real* volume = reinterpret_cast<Real*>(&view().cell(i, M::kVolume));
        Real* face = reinterpret_cast<Real*>(&view().cell(i, M::kFace));
        for (int w = 0; w < W; ++w) {
          const double thick = at(batch.thickness, l, column[w]);
          const double dx = thick * batch.fraction[i], out = r_out[w], r = r_skin[w];
          double in = out - dx;
          if (i + 1 == n) in = at(batch.r_inner, 0, column[w]);
          const bool cylinder = batch.shape == 1;
          const double area = cylinder ? in / r : (in / r) * (in / r);
          const double inverse = joint ? 1 : 2 / (thick * (batch.fraction[i] + batch.fraction[i + 1]));
          volume[w] = Real(cylinder ? dx * (out + in) / (2 * r)
                                    : dx * (out * out + out * in + in * in) / (3 * r * r));
          face[w] = Real(area * inverse);
          r_out[w] = in;
        }
      }
    }
  }
}

// Finds the nodes around a depth: the skin surface, then the centres of the tissue cells. Between
// two layers temperature bends at their joint, so the weight there goes by thermal resistance.
template <class M> void Block<M>::load_probe(int probe) {
  for (int w = 0; w < W; ++w) {
    const double wanted = at(batch.probe_depth, probe, column[w]);
    double above = 0, below = 0, top = 0;
    int l = 0, l_above = batch.n_pack > 0 ? 1 : 0, i = batch.n_pack;
    for (;; ++i) {
      while (i >= batch.layer_begin[l + 1]) ++l;
      const double dx = at(batch.thickness, l, column[w]) * batch.fraction[i];
      below = top + dx / 2;
      if (below > wanted || i + 1 == batch.n_cells) break;
      above = below;
      l_above = l;
      top += dx;
    }
    const double k_above = at(batch.k, l_above, column[w]), k_below = at(batch.k, l, column[w]);
    const double joint = l_above == l ? above : top;
    const auto resistance = [&](double z) {
      return ((z < joint ? z : joint) - above) / k_above + (z > joint ? z - joint : 0) / k_below;
    };
    const double weight = resistance(wanted) / resistance(below);
    probe_cell[probe * W + w] = i - 1;
    probe_weight[probe * W + w] = Real(weight < 0 ? 0 : weight > 1 ? 1 : weight);
  }
}

template <class M> auto Block<M>::start_enthalpy(int i, int l) const -> V {
  const LayerConstants<M>& y = layer[l];
  const V above = row(batch.t_start, i) - y.t_liq, zero = V{};
  if constexpr (!M::freeze) return y.c_u * above;
  const V range = y.h_sol * y.inv_c_m;  // minus the freezing range
  const V mushy = larger(range, smaller(zero, above));
  return y.c_u * larger(zero, above) + y.c_m * mushy + y.c_f * smaller(zero, above - range);
}

}  // namespace cryodose::CRYODOSE_NS
