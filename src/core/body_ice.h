// What freezing makes of the columns of a block of people. Only columns that hold ice, or are about
// to, come here; the others pay one comparison a step. Every operation leaves the bits of a person
// without ice as they were, so that nobody depends on a neighbour in the block who freezes.
#pragma once

#include "body.h"

namespace cryodose::CRYODOSE_NS {

inline bool Bodies::holds_ice(int s) const {
  P least = many(0.0);
  for (int c = 0; c < b_.cells; ++c)
    least = smaller(least, t_[s * b_.cells + c] - b_.liquidus[row(s, c)]);
  bool any = false;
  for (int i = 0; i < kPeople; ++i) any = any || least[i] < 0.0;
  return any;
}

// Which part of a cell's water is ice.
inline P Bodies::ice_share(P t, int row) const {
  const P below = (b_.liquidus[row] - t) / b_.width[row];
  return smaller(many(1.0), larger(P{}, below));
}

// Heat capacity over the unfrozen one; enthalpy above the liquidus over it, K; and its inverse.
inline P Bodies::capacity(P t, int row) const {
  const P below = b_.liquidus[row] - t;
  const P cold = below <= b_.width[row] ? many(b_.mushy[row]) : many(b_.frozen[row]);
  return below <= 0.0 ? many(1.0) : cold;
}

inline P Bodies::enthalpy(P t, int row) const {
  const double width = b_.width[row];
  const P d = t - b_.liquidus[row], within = smaller(P{}, larger(many(-width), d));
  return larger(P{}, d) + b_.mushy[row] * within + b_.frozen[row] * smaller(P{}, d + width);
}

inline P Bodies::temperature(P h, int row) const {
  const double mushy = b_.mushy[row], solid = -mushy * b_.width[row];
  return b_.liquidus[row] + larger(P{}, h) + smaller(P{}, larger(many(solid), h)) / mushy +
         smaller(P{}, h - solid) / b_.frozen[row];
}

// Thickness of the ice of a segment, per skin area.
inline P Bodies::ice_depth(int s) const {
  P depth = P{};
  for (int c = 0; c < b_.cells; ++c) {
    const int i = s * b_.cells + c, r = row(s, c);
    depth += heat_[i] / b_.capacity[r] * ice_share(t_[i], r);
  }
  return depth;
}

// Flow of a layer over that at neutrality: through ice nothing flows.
inline P Bodies::flow_mean(int s, int layer) const {
  if (!(has_ice_[s][0] > 0)) return layer_mean(m_, s, layer);
  P sum = P{}, total = P{};
  for (int c = begin(layer), end = begin(layer + 1); c < end; ++c) {
    const int i = s * b_.cells + c;
    sum += heat_[i] * (m_[i] * (1.0 - ice_share(t_[i], row(s, c))));
    total += heat_[i];
  }
  return sum / total;
}

inline Bodies::Column Bodies::plain(int s) const {
  const int i = s * b_.cells;
  return {heat_ + i, face_ + i, source_ + i, share_ + i, nullptr, nullptr, half_[s]};
}

// The column with the capacity, conductance and metabolism of what is frozen in it now. A first
// look ahead tells which cells will begin or end to freeze: theirs is the capacity of the chord.
inline Bodies::Column Bodies::icy(int s, int k, double per_s, P artery) {
  const int n = b_.cells;
  P* arrays[kIceArrays];
  for (int a = 0; a < kIceArrays; ++a) arrays[a] = ice_ + (a * kAbreast + k) * n;
  P *heat = arrays[0], *face = arrays[1], *source = arrays[2], *share = arrays[3];
  P *old = arrays[4], *slope = arrays[5], *ahead = arrays[6];
  P half = half_[s], before = P{}, before_now = P{}, least = P{};
  for (int c = 0; c < n; ++c) {
    const int i = s * n + c, r = row(s, c);
    const P t = t_[i], frozen = ice_share(t, r), liquid = 1.0 - frozen;
    const P better = 1.0 + (b_.conducts[r] - 1.0) * frozen;
    const P whole = load(b_.resistance + (std::ptrdiff_t(c) * b_.segments + s) * b_.n);
    const P now = whole / better;
    slope[c] = capacity(t, r);
    heat[c] = heat_[i] * slope[c];
    source[c] = source_[i] * liquid;
    share[c] = share_[i] * liquid;
    old[c] = t;
    least = smaller(least, t - b_.liquidus[r]);
    // Without ice both sums are the same number, and their ratio is one.
    if (c > 0) face[c - 1] = face_[i - 1] * ((before + whole) / (before_now + now));
    if (c == 0) half *= better;
    before = whole;
    before_now = now;
  }
  face[n - 1] = face_[s * n + n - 1];
  const Column found = {heat, face, source, share, old, slope, half};
  foresee(s, found, per_s, artery, ahead);
  for (int c = 0; c < n; ++c) {
    const int r = row(s, c);
    const P t = old[c], h = enthalpy(t, r);
    const P linear = t >= b_.liquidus[r] ? ahead[c] - b_.liquidus[r] : h + slope[c] * (ahead[c] - t);
    const P then = temperature(linear, r), chord = (linear - h) / (then - t);
    slope[c] = (least < 0.0) & (capacity(then, r) != slope[c]) ? chord : slope[c];
    heat[c] = heat_[s * n + c] * slope[c];
  }
  return found;
}

// Solves a column as `columns` does, but books nothing.
inline void Bodies::foresee(int s, const Column& of, double per_s, P artery, P* found) {
  const int n = b_.cells;
  const P through = of.half / (of.half + u_[s]);
  P up = P{}, pass = P{}, rest = P{};
  for (int c = 0; c < n; ++c) {
    const P mass = of.heat[c] * per_s, blood = blood_[s * n + c];
    P own = mass + blood + of.face[c] + up;
    P rhs = mass * of.old[c] + blood * artery + of.source[c] + of.share[c] * shiver_;
    if (c == 0) {
      own += u_[s] * through;
      rhs += g_[s] * through;
    }
    const P inverse = reciprocal(own - up * pass);
    rest = (rhs + up * rest) * inverse;
    pass = of.face[c] * inverse;
    up = of.face[c];
    pass_[c] = pass;
    rest_[c] = rest;
  }
  P now = P{};
  for (int c = n - 1; c >= 0; --c) found[c] = now = rest_[c] + pass_[c] * now;
}

// Turns what the linear step did to every cell into the temperature of its enthalpy.
inline void Bodies::take_up(int s, const Column& of) {
  for (int c = 0; c < b_.cells; ++c) {
    const int r = row(s, c);
    const double liquidus = b_.liquidus[r];
    P& t = t_[s * b_.cells + c];
    const P now = t, before = of.old ? of.old[c] : many(liquidus);
    const P slope = of.old ? of.slope[c] : many(1.0);
    // What was liquid and heats up or cools as such is counted from the liquidus alone.
    const auto plain = (before >= liquidus) & (slope == 1.0);
    const P h = plain ? now - liquidus : enthalpy(before, r) + slope * (now - before);
    t = plain & (now >= liquidus) ? now : temperature(h, r);
  }
  has_ice_[s] = many(holds_ice(s) ? 1.0 : 0.0);
}

// Tells whether a column was taken up. Ice begins in the outermost cell: deeper ones lie between
// it and the blood.
inline bool Bodies::after_columns(int s, const Column& of) {
  const P outermost = t_[s * b_.cells];
  const double liquidus = b_.liquidus[row(s, 0)];
  bool any = of.old != nullptr;
  for (int i = 0; i < kPeople; ++i) any = any || outermost[i] < liquidus;
  if (any) take_up(s, of);
  return any;
}

}  // namespace cryodose::CRYODOSE_NS
