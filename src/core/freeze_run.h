// One freeze from its first phase to its last result.
#pragma once

#include "freeze_read.h"

namespace cryodose::CRYODOSE_NS {

template <class Real> class FreezeRun : public Reader<Real> {
 public:
  using Base = Reader<Real>;
  using Base::b;
  using Base::c;

  FreezeRun(const FreezeBatch& batch, std::ptrdiff_t member, Team& team)
      : Base(batch, member, team) {
    for (int i = 0; i < b.spray_knots; ++i) {
      out_.spray.x.push_back(c.get(b.spray_t, i));
      out_.spray.y.push_back(c.get(b.spray_q, i));
    }
    out_.h_contact = c.get(b.h_contact, 0);
    out_.h_air = c.get(b.h_air, 0), out_.t_air = c.get(b.t_air, 0);
    out_.half = 2.0 / c.z.width[0];
    out_.surface_k = b.surface_k, out_.least_slope = b.least_slope;
    out_.corrections = b.corrections;
  }

  void run() {
    this->start();
    int cycle = -1;
    for (int phase = 0; phase < b.phases; ++phase) {
      if (b.cycle[phase] != cycle) {
        if (cycle >= 0) this->write_cycle(cycle);
        cycle = b.cycle[phase];
        this->begin_cycle();
      }
      through(phase, b.duration[phase], b.until[phase]);
      b.phase_end[c.member * b.phases + phase] = this->time;
    }
    const double rest = b.n_out > 0 ? b.out_s[b.n_out - 1] - this->time : 0.0;
    if (rest > 0 && !b.on[b.phases - 1]) through(b.phases - 1, rest, false);
    this->write_cycle(cycle);
    for (int row = 0; row < c.rows; ++row) this->gain[kFreezeStored] += heat_row<Real>(*this, row);
    b.stages[c.member] = double(this->done);
    for (int i = 0; i < kFreezeLedgerRows; ++i)
      b.ledger[c.member * kFreezeLedgerRows + i] = this->gain[i];
  }

 private:
  double tool_at(double since) const {
    const double* x = b.tool_time;
    int i = 0;
    while (i < b.tool_knots && x[i] <= since) ++i;
    if (i == 0) return c.get(b.tool_t, 0);
    if (i == b.tool_knots) return c.get(b.tool_t, i - 1);
    const double low = c.get(b.tool_t, i - 1), high = c.get(b.tool_t, i);
    return low + (high - low) * (since - x[i - 1]) / (x[i] - x[i - 1]);
  }

  void through(int phase, double duration, bool until_thawed) {
    out_.on = b.on[phase];
    this->set_masks(out_.on);
    this->tooled = out_.on && b.tool_mass;
    if (this->tooled) this->put_on();
    double since = 0, left = duration;
    while (left > 0 && !(until_thawed && !this->icy())) {
      double dt = b.growth * (since + b.first_s);
      if (dt >= left) dt = left;
      else if (2.0 * dt > left) dt = left / 2.0;
      out_.t_tool = this->touch(out_, dt, tool_at(since + dt / 2.0));
      if (out_.on) this->hold(out_.t_tool);
      this->begin(out_);
      this->advance(dt);
      const double share = until_thawed ? std::min(this->thawed_after(), 1.0) : 1.0;
      this->outputs(dt, share, out_);
      this->commit(dt, share);
      if (this->tooled) this->tool.t = this->tool.after(dt);
      if (share < 1.0) break;
      since += dt;
      left = dt == left ? 0.0 : left - dt;
    }
  }

  Outside out_;
};

inline void solve_freeze_member(const FreezeBatch& batch, std::ptrdiff_t member, bool single,
                                int threads) {
  Team team(threads);
  if (single) FreezeRun<float>(batch, member, team).run();
  else FreezeRun<double>(batch, member, team).run();
}

}  // namespace cryodose::CRYODOSE_NS
