// Reads the arrays of a batch of whole people for the kernels; used by module.cpp alone.
#pragma once

#include "batch.h"

namespace {

// Fills a BodyBatch from two dictionaries of arrays whose last axis is n; `rows` is all before it.
template <class Reader, class Number>
cryodose::BodyBatch read_body(const Reader& r, const Number& number) {
  cryodose::BodyBatch b{};
  b.n = number("n");
  b.cells = int(number("cells"));
  b.segments = int(number("segments"));
  b.layers = int(number("layers"));
  b.probes = int(number("probes"));
  b.skin_layer = int(number("skin_layer"));
  b.brain = int(number("brain"));
  const std::ptrdiff_t phases = number("phases");
  if (b.n < 1 || b.cells < 2 || b.segments < 1 || b.layers < 2 || b.brain >= b.segments)
    throw nb::value_error("a body without cells, segments or people");
  const std::size_t cs = std::size_t(b.cells) * b.segments, s = b.segments, l = b.layers;
  struct Field { const double** to; const char* name; std::size_t rows; };
  const Field fields[] = {
      {&b.heat, "heat_j_m2k", cs}, {&b.face, "face_w_m2k", cs},
      {&b.resistance, "resistance_m2k_w", cs}, {&b.flow, "flow_w_m2k", cs},
      {&b.source, "heat_w_m2", cs}, {&b.shiver_share, "shiver_share", cs}, {&b.set, "t_set_c", cs},
      {&b.half, "half_w_m2k", s}, {&b.area, "area_m2", s}, {&b.sense, "cold_sense", s},
      {&b.constriction, "constriction", s}, {&b.dilation, "dilation", s}, {&b.opens, "opens", s},
      {&b.exchange, "exchange_w_m2k", s}, {&b.skin_set, "t_skin_set_c", s},
      {&b.floor, "floor", l}, {&b.half_k, "half_k", l}, {&b.narrow, "narrow_s", l},
      {&b.recover, "recover_s", l}, {&b.core_set, "t_core_set_c", 1},
      {&b.pool_heat, "pool_j_k", 1}, {&b.central_s, "central_s", 1},
      {&b.constriction_k, "constriction_per_k", 1}, {&b.dilation_core, "dilation_core", 1},
      {&b.dilation_skin, "dilation_skin", 1}, {&b.cold_most, "cold_most_k", 1},
      {&b.core_most, "core_most_k", 1}, {&b.shiver_k2, "shiver_w_k2", 1},
      {&b.shiver_from, "shiver_from_k", 1}, {&b.shiver_lag, "shiver_lag_s", 1}, {&b.shiver_most, "shiver_most_w", 1},
      {&b.shiver_flow, "shiver_flow_w_k_w", 1}, {&b.opens_t, "opens_t_c", 1},
      {&b.opens_width, "opens_width_k", 1}, {&b.opens_s, "opens_s", 1},
      {&b.film_u, "film_u", phases * 3 * s}, {&b.film_g, "film_g", phases * 3 * s},
      {&b.breath, "breath_w", std::size_t(phases)},
      {&b.probe_weight, "probe_weight", std::size_t(b.probes)}};
  for (const Field& f : fields) *f.to = r.full(f.name, f.rows);
  b.layer = r.template line<std::int32_t>("layer", b.cells);
  struct Shared { const double** to; const char* name; };
  const Shared shared[] = {
      {&b.liquidus, "ice_t_liquidus_c"}, {&b.width, "ice_width_k"}, {&b.mushy, "ice_mushy"},
      {&b.frozen, "ice_frozen"}, {&b.conducts, "ice_conducts"}, {&b.capacity, "ice_c_j_m3k"}};
  for (const Shared& f : shared) *f.to = r.template line<double>(f.name, l * s);
  const auto dt = r.template line<double>("dt_s");
  b.n_steps = dt.shape(0);
  b.dt = dt.data();
  b.phase = r.template line<std::int32_t>("phase", b.n_steps);
  for (std::ptrdiff_t i = 0; i < b.n_steps; ++i)
    if (b.phase[i] < 0 || b.phase[i] >= phases) throw nb::value_error("phase out of range");
  const auto steps = r.template line<std::int64_t>("out_steps");
  b.n_out = steps.shape(0);
  b.out_steps = steps.data();
  b.probe_segment = r.template line<std::int32_t>("probe_segment", b.probes);
  b.probe_cell = r.template line<std::int32_t>("probe_cell", std::size_t(b.probes) * b.n);
  for (std::ptrdiff_t i = 0; i < b.probes * b.n; ++i)
    if (b.probe_cell[i] < -1 || b.probe_cell[i] >= b.cells - 1)
      throw nb::value_error("probe_cell out of range");
  for (int i = 0; i < b.probes; ++i)
    if (b.probe_segment[i] < 0 || b.probe_segment[i] >= b.segments)
      throw nb::value_error("probe_segment out of range");
  struct Result { double** to; const char* name; std::size_t rows; };
  const std::size_t out = b.n_out;
  const Result results[] = {
      {&b.t, "t_c", cs}, {&b.m, "flow", cs}, {&b.surface, "t_surface_c", s},
      {&b.pool, "t_pool_c", 1}, {&b.cold, "cold_signal", 1}, {&b.warm, "warm_signal", 1},
      {&b.shiver, "shiver_w", 1}, {&b.out_surface, "out_surface", out * s},
      {&b.out_deep, "out_deep", out * s}, {&b.out_skin, "out_skin", out * s},
      {&b.out_muscle, "out_muscle", out * s}, {&b.out_heat, "out_heat", out * s},
      {&b.out_ice, "out_ice", out * s},
      {&b.out_probe, "out_probe", out * b.probes}, {&b.out_pool, "out_pool", out},
      {&b.out_shiver, "out_shiver", out}, {&b.ledger, "ledger", cryodose::kBodyLedgerRows}};
  for (const Result& f : results) *f.to = r.result(f.name, f.rows);
  b.t_low = r.template line<double>("span_c", 2)[0];
  b.t_high = r.template line<double>("span_c", 2)[1];
  return b;
}

}  // namespace
