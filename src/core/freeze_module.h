// Reads the arrays of a freeze into the structure that the kernels see.
#pragma once

#include "freeze_batch.h"

namespace {

template <class Reader, class Number>
cryodose::FreezeBatch read_freeze(const Reader& r, const Number& number) {
  cryodose::FreezeBatch b{};
  b.n = number("n");
  b.nz = int(number("nz")), b.ny = int(number("ny")), b.nx = int(number("nx"));
  b.rings = number("rings") != 0;
  b.materials = int(number("materials")), b.knots = int(number("knots"));
  b.phases = int(number("phases")), b.cycles = int(number("cycles"));
  b.n_out = int(number("n_out")), b.n_marks = int(number("n_marks"));
  b.axis_y = int(number("axis_y")), b.axis_x = int(number("axis_x"));
  b.spray_knots = int(number("spray_knots")), b.tool_knots = int(number("tool_knots"));
  b.corrections = int(number("corrections")), b.retries = int(number("retries"));
  b.halvings = int(number("halvings"));
  const std::size_t curves = std::size_t(b.materials) * b.knots;
  const std::size_t top = std::size_t(b.ny) * b.nx, cells = top * b.nz;
  b.t_knot = r.table("t_knot_c", curves), b.h = r.table("h_j_m3", curves);
  b.theta = r.table("theta_w_m", curves), b.liquid = r.table("liquid", curves);
  b.perfusion = r.table("perfusion_w_m3k", b.materials);
  b.metabolic = r.table("metabolic_w_m3", b.materials);
  b.artery = r.table("t_artery_c", 1), b.stasis = r.table("t_stasis_c", 1);
  b.z_face = r.table("z_face_m", b.nz + 1), b.y_face = r.table("y_face_m", b.ny + 1);
  b.x_face = r.table("x_face_m", b.nx + 1);
  b.material = r.template line<std::int32_t>("material", cells);
  b.cover = r.table("cover", top);
  b.spray_t = r.table("spray_t_c", b.spray_knots);
  b.spray_q = r.table("spray_q_w_m2", b.spray_knots);
  b.tool_time = r.template line<double>("tool_time_s", b.tool_knots);
  b.tool_t = r.table("t_tool_c", b.tool_knots);
  b.h_contact = r.table("h_contact_w_m2k", 1);
  b.tool_mass = number("tool_mass") != 0;
  b.tool_capacity = r.table("tool_capacity_j_m2k", 1);
  b.tool_coolant = r.table("tool_coolant_w_m2k", 1);
  b.tool_start = r.table("tool_t_start_c", 1);
  b.h_air = r.table("h_air_w_m2k", 1), b.t_air = r.table("t_air_c", 1);
  b.duration = r.template line<double>("duration_s", b.phases);
  b.on = r.template line<std::uint8_t>("on", b.phases);
  b.until = r.template line<std::uint8_t>("until_thawed", b.phases);
  b.cycle = r.template line<std::int32_t>("cycle", b.phases);
  b.start = r.table("t_start_c", cells);
  b.kept = r.template line<std::uint8_t>("kept", cells);
  b.held = r.template line<std::uint8_t>("held", cells);
  b.out_s = r.template line<double>("out_s", b.n_out);
  b.marks = r.template line<double>("t_marks_c", b.n_marks);
  const double* method = r.template line<double>("method", 9);
  b.growth = method[0], b.first_s = method[1], b.margin = method[2], b.alike_k = method[3];
  b.surface_k = method[4], b.least_slope = method[5], b.least_span_k = method[6];
  b.least_m = method[7], b.few = method[8];
  const std::size_t n = std::size_t(b.n), marked = std::size_t(b.n_marks) * b.cycles * cells;
  b.t_axis = r.flat("t_axis", n * b.n_out * b.nz), b.t_skin = r.flat("t_skin", n * b.n_out * top);
  b.t_tool = r.flat("t_tool", n * b.n_out);
  b.t_min = r.flat("t_min", n * b.cycles * cells);
  b.below = r.flat("below", n * marked), b.fell = r.flat("fell", n * marked);
  b.rose = r.flat("rose", n * marked);
  const std::size_t reach = n * b.n_out * b.n_marks;
  b.depth = r.flat("depth", reach), b.radius = r.flat("radius", reach);
  b.radius_skin = r.flat("radius_skin", reach), b.volume = r.flat("volume", reach);
  b.phase_end = r.flat("phase_end", n * b.phases);
  b.fields = number("fields") ? r.flat("fields", n * b.n_out * cells) : nullptr;
  b.stages = r.flat("stages", n);
  b.ledger = r.flat("ledger", n * cryodose::kFreezeLedgerRows);
  for (std::size_t i = 0; i < cells; ++i)
    if (b.material[i] < 0 || b.material[i] >= b.materials) throw nb::value_error("material");
  for (int i = 0; i < b.phases; ++i)
    if (b.cycle[i] < 0 || b.cycle[i] >= b.cycles) throw nb::value_error("cycle");
  return b;
}

}  // namespace
