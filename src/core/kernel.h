// One instruction set's kernel: picks the template instance for a stretch of columns.
#pragma once

#include "body.h"
#include "freeze_run.h"
#include "run.h"

namespace cryodose::CRYODOSE_NS {

template <class M> void solve_stretch(const Batch& batch, const Stretch& stretch, void* workspace) {
  Sweep<M> sweep(batch, stretch, workspace);
  sweep.run();
}

template <class Real, int Freeze>
void solve_frozen(const Batch& batch, const Stretch& s, void* workspace) {
  const bool living = s.bits & kLiving;
  if (batch.shape == 0) {
    if (living) return solve_stretch<Mode<Real, Freeze, false, true>>(batch, s, workspace);
    return solve_stretch<Mode<Real, Freeze, false, false>>(batch, s, workspace);
  }
  if (living) return solve_stretch<Mode<Real, Freeze, true, true>>(batch, s, workspace);
  return solve_stretch<Mode<Real, Freeze, true, false>>(batch, s, workspace);
}

template <class Real> void solve_real(const Batch& batch, const Stretch& s, void* workspace) {
  // Without freezing the equations are linear: a Newton correction would change nothing.
  if (!(s.bits & kFreezing)) return solve_frozen<Real, kNoFreezing>(batch, s, workspace);
  if (batch.newton > 0) return solve_frozen<Real, kFreezeNewton>(batch, s, workspace);
  return solve_frozen<Real, kFreezeOnce>(batch, s, workspace);
}

inline void solve_any(const Batch& batch, const Stretch& s, bool single, void* workspace) {
  if (single) solve_real<float>(batch, s, workspace);
  else solve_real<double>(batch, s, workspace);
}

inline std::size_t workspace_any(const Batch& batch, bool single) {
  // The fullest instance; the others need less.
  return single ? Block<Mode<float, kFreezeNewton, true, true>>::bytes(batch)
                : Block<Mode<double, kFreezeNewton, true, true>>::bytes(batch);
}

// Fused multiply-adds in enough independent chains to fill the pipes.
template <class Real> double fma_chains(long rounds, double* sink) {
  using V = typename VectorOf<Real>::type;
  constexpr int chains = 16;
  V x[chains];
  for (int i = 0; i < chains; ++i) x[i] = V{} + Real(i);
  const V a = V{} + Real(0.5), b = V{} + Real(*sink);
  for (long r = 0; r < rounds; ++r)
    for (int i = 0; i < chains; ++i) x[i] = x[i] * a + b;
  V total = V{};
  for (int i = 0; i < chains; ++i) total += x[i];
  *sink = double(total[0]);
  return 2.0 * double(rounds) * chains * double(sizeof(V) / sizeof(Real));
}

inline double fma_any(bool single, long rounds, double* sink) {
  return single ? fma_chains<float>(rounds, sink) : fma_chains<double>(rounds, sink);
}

inline Kernel make_kernel() {
  return {Mode<float, kNoFreezing, false, false>::W, Mode<double, kNoFreezing, false, false>::W,
          workspace_any, solve_any, body_bytes, body_solve, solve_freeze_member, fma_any};
}

}  // namespace cryodose::CRYODOSE_NS
