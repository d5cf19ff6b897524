// The one structure that the module fills and the kernels read: plain pointers, no behaviour.
// It has no member functions, because an inline function compiled once for AVX-512 and once for
// plain x86-64 may be linked from either file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cryodose {

// A two-dimensional input; `col` is 0 where all columns of the batch share one value.
struct Table {
  const double* data;
  std::ptrdiff_t row;
  std::ptrdiff_t col;
};

// What makes a column need a fuller (slower) kernel. Columns are grouped by these bits, so that
// the arithmetic of a column never depends on its neighbours in the batch.
enum ColumnBits : unsigned { kFreezing = 1u, kLiving = 2u };

struct Batch {
  std::ptrdiff_t n;
  int shape, n_layers, n_cells, n_pack, newton;
  bool fixed_inner;
  bool works;  // some layer is raised by effort in some step
  const std::int32_t* layer_begin;  // n_layers + 1
  const double* fraction;           // n_cells
  Table thickness, r_inner;
  Table k, k_frozen, c, c_frozen, latent, liquidus, solidus;
  Table perfusion, metabolic, lateral, floor, half, narrow, recover, core, countercurrent, working;

  std::ptrdiff_t n_steps;
  const double* dt;
  const std::uint8_t* pack_reset;
  Table h_skin, t_env, q_skin, h_contact, h_pack, t_pack_env, effort;

  Table t_start, t_inner, probe_depth;
  int n_probes;
  std::ptrdiff_t n_out;
  const std::int64_t* out_steps;
  const std::int64_t* order;  // column in each place after grouping; null: unchanged

  double* surface;   // n_out, n
  double* probe;     // n_out, n_probes, n
  double* pack;      // n_out, n
  double* vaso;      // n_out, n_layers, n; null: no column has vasomotion, all is 1
  double* heat_out;  // n_out, n
  double* ledger;    // n_ledger, n, in the order of LedgerRow
};

enum LedgerRow : int {
  kStored, kSkin, kPack, kReset, kPerfusion, kMetabolic, kLateral, kInner, kLedgerRows
};

// The places [first, first + count) of the grouped batch, all with the same bits.
struct Stretch {
  std::ptrdiff_t first, count;
  unsigned bits;
};

// A batch of whole people; the arrays of BodyProblem, every one of full width n, rows by rows.
struct BodyBatch {
  std::ptrdiff_t n;
  int cells, segments, layers, probes, skin_layer, brain;
  const std::int32_t* layer;  // of each cell, rising
  const double *heat, *face, *resistance, *flow, *source, *shiver_share, *set;  // cells x segments
  const double *half, *area, *sense, *constriction, *dilation, *opens, *exchange, *skin_set;
  const double *floor, *half_k, *narrow, *recover;                            // layers
  const double *core_set, *pool_heat, *central_s, *constriction_k, *dilation_core, *dilation_skin;
  const double *cold_most, *core_most, *shiver_k2, *shiver_from, *shiver_lag, *shiver_most, *shiver_flow;
  const double *opens_t, *opens_width, *opens_s;
  // How tissue freezes, of everybody alike: layers x segments, without people.
  const double *liquidus, *width, *mushy, *frozen, *conducts, *capacity;

  std::ptrdiff_t n_steps, n_out;
  const double* dt;
  const std::int32_t* phase;
  const double *film_u, *film_g, *breath;  // phases x 3 x segments, phases
  double t_low, t_high;
  const std::int64_t* out_steps;
  const std::int32_t *probe_segment, *probe_cell;
  const double* probe_weight;

  // State: read at the start, written at the end.
  double *t, *m, *surface, *pool, *cold, *warm, *shiver;
  double *out_surface, *out_deep, *out_skin, *out_muscle, *out_heat, *out_probe, *out_pool;
  double *out_ice;  // zero where there is none
  double *out_shiver, *ledger;
};

enum BodyLedgerRow : int { kBodyStored, kBodySkin, kBodyMetabolic, kBodyShiver, kBodyBreath,
                           kBodyLedgerRows };

struct FreezeBatch;  // freeze_batch.h

struct Kernel {
  int width_f32, width_f64;  // columns solved together
  std::size_t (*workspace_bytes)(const Batch&, bool single);
  void (*solve)(const Batch&, const Stretch&, bool single, void* workspace);
  std::size_t (*body_bytes)(const BodyBatch&);
  void (*solve_body)(const BodyBatch&, std::ptrdiff_t first, std::ptrdiff_t count,
                     void* workspace);
  void (*solve_freeze)(const FreezeBatch&, std::ptrdiff_t member, bool single, int threads);
  double (*fma_flop)(bool single, long rounds, double* sink);  // flops done
};

Kernel kernel_base();
Kernel kernel_avx2();
Kernel kernel_avx512();

}  // namespace cryodose
