// What the module hands to the freezing kernels: plain pointers, no behaviour (see batch.h).
#pragma once

#include "batch.h"

namespace cryodose {

// A batch of freezes on one grid; the arrays of FreezeProblem. Cells run z, y, x; rings have one
// row along y. Results are stored member after member.
struct FreezeBatch {
  std::ptrdiff_t n;
  int nz, ny, nx;
  bool rings;
  int materials, knots;
  Table t_knot, h, theta, liquid;          // materials x knots
  Table perfusion, metabolic;              // materials
  Table artery, stasis;                    // 1
  Table z_face, y_face, x_face;
  const std::int32_t* material;            // cells
  Table cover;                             // ny x nx
  int spray_knots, tool_knots;
  Table spray_t, spray_q, tool_t;
  const double* tool_time;
  Table h_contact, h_air, t_air;
  bool tool_mass;                          // else the tool has the temperature tool_t
  Table tool_capacity, tool_coolant, tool_start;
  int phases, cycles;
  const double* duration;
  const std::uint8_t *on, *until;
  const std::int32_t* cycle;               // of each phase
  Table start;                             // cells
  const std::uint8_t *kept, *held;
  int n_out, n_marks, axis_y, axis_x;
  const double *out_s, *marks;
  double growth, first_s, margin, alike_k, surface_k, least_slope, least_span_k, least_m, few;
  int corrections, retries, halvings;

  double *t_axis;                          // n_out, nz
  double *t_skin;                          // n_out, ny, nx
  double *t_tool;                          // n_out
  double *t_min;                           // cycles, cells
  double *below, *fell, *rose;             // marks, cycles, cells
  double *depth, *radius, *radius_skin, *volume;  // n_out, marks
  double *phase_end;                       // phases
  double *fields;                          // n_out, cells; null: not wanted
  double *stages;                          // 1
  double *ledger;                          // FreezeLedgerRow
};

enum FreezeLedgerRow : int { kFreezeStored, kFreezeSkin, kFreezeBlood, kFreezeMetabolic,
                             kFreezeKept, kFreezeHeld, kFreezeTool, kFreezeLedgerRows };

}  // namespace cryodose
