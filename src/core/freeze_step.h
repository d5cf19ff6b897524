// A super-step of one freeze: what is fixed at its start, its stages, its rate, its end.
// The scheme is that of solve/freeze_reference.py, name by name.
#pragma once

#include "freeze_cells.h"
#include "freeze_team.h"
#include "freeze_tool.h"

namespace cryodose::CRYODOSE_NS {

// Bytes of the planes that the stages of one sweep keep in use: most of a second-level cache.
constexpr std::size_t kSweepBytes = 640 * 1024;

template <class Real> CRYODOSE_INLINE double largest(Vec<Real> v) {
  constexpr int W = int(sizeof(v) / sizeof(Real));
  Real lanes[W];
  __builtin_memcpy(lanes, &v, sizeof lanes);
  double most = double(lanes[0]);
  for (int w = 1; w < W; ++w) most = std::max(most, double(lanes[w]));
  return most;
}
template <class Real> CRYODOSE_INLINE double total(Vec<Real> v) {
  constexpr int W = int(sizeof(v) / sizeof(Real));
  Real lanes[W];
  __builtin_memcpy(lanes, &v, sizeof lanes);
  double sum = 0;
  for (int w = 0; w < W; ++w) sum += double(lanes[w]);
  return sum;
}

template <class Real> class Stepper {
 public:
  using V = Vec<Real>;
  static constexpr int W = Cells<Real>::W;

  Stepper(const FreezeBatch& batch, std::ptrdiff_t member, Team& team)
      : c(batch, member), b(batch), team_(team), stage_(stages_for<Real>(c.kinks, !batch.rings)) {
    for (const Material& m : c.curves.materials) potential_.push_back({m.t, m.theta});
    row_rate_.assign(c.rows, 0.0), row_blood_.assign(c.rows, 0.0), row_heat_.assign(c.rows, 0.0);
    surface_.assign(std::size_t(c.ny) * c.nx, 0.0);
    row_load_.assign(c.ny, 0.0), row_ease_.assign(c.ny, 0.0), row_flow_.assign(c.ny, 0.0);
  }

  // Calls work(row) for every row, divided among the threads along y.
  template <class Work> void each_row(const Work& work) {
    team_.run([&](int thread) {
      const int from = share(thread), to = share(thread + 1);
      for (int k = 0; k < c.nz; ++k)
        for (int j = from; j < to; ++j) work(k * c.ny + j);
    });
  }
  double area_of(int row) const { return c.y.size[row % c.ny] * c.z.size[row / c.ny]; }
  double volume_of(int row, int i) const { return area_of(row) * c.x.size[i]; }

  void refresh(int row);                      // potential and temperature anew from enthalpy
  void begin(const Outside& out);
  void put_on();                              // the tool, at the begin of a phase of cold
  double touch(const Outside& out, double dt, double coolant);
  double advance(double dt);                  // returns after how much of it, see candidate_*
  double rate_row(int row, bool moved) const;
  void rate_all(bool moved) {
    each_row([&](int row) { row_rate_[row] = rate_row(row, moved); });
  }
  double rate() const { return *std::max_element(row_rate_.begin(), row_rate_.end()); }
  Real change_at(std::ptrdiff_t at) const { return c.d[last_][at]; }

  Cells<Real> c;
  const FreezeBatch& b;
  List<double> surface_;                      // temperature of the surface cells
  List<double> row_rate_, row_blood_, row_heat_;
  double skin_heat = 0, tool_heat = 0;        // J, of the step just advanced
  bool tooled = false;                        // whether a tool with a mass is on
  Tool tool{};
  long done = 0;                              // stages so far
  int base = 0, last_ = 0, count_ = 0;        // buffers of the present state, of the change; stages

 protected:
  int share(int thread) const { return int(std::ptrdiff_t(c.ny) * thread / team_.size()); }
  void between_row(int row);
  V between_faces(int a, int z, V half_a, V half_b, V joint, int v);
  void between_x(int row);
  void surface_row(int j, const Outside& out);
  void load_row(int j, const Outside& out, bool fresh);
  Load tool_load() const;
  void stages(double dt, double rate);
  void sweep(int first, int end);
  void stage_at(int stage, int k, int j);

  Team& team_;
  Stages<Real> stage_;
  List<Line> potential_;
  List<Real> mu_, nu_, scale_;
  List<double> skin_;                         // stages x ny
  List<double> row_load_, row_ease_, row_flow_;  // of the tool, and all that leaves the skin, by row
  double beside_tool_ = 0;                    // W
};

template <class Real> void Stepper<Real>::refresh(int row) {
  const std::ptrdiff_t at = c.at(row);
  for (int v = 0; v < c.vectors; ++v) {
    const Real* table = c.table_row(row)[v];
    const V y = load(&c.h[at + v * W]);
    store(&c.theta[base][at + v * W], theta_of(table, c.kinks, y));
    store(&c.t[base][at + v * W], t_of(table, c.kinks, y));
  }
}

template <class Real> double Stepper<Real>::rate_row(int row, bool moved) const {
  const std::ptrdiff_t at = c.at(row);
  const int k = row / c.ny, j = row % c.ny, uneven = c.rough_of[row];
  const V rest = V{} + Real(c.z.before(k) + c.z.behind(k) + c.y.before(j) + c.y.behind(j));
  V most{};
  for (int v = 0; v < c.vectors; ++v) {
    const int i = v * W;
    const Real* table = c.table_row(row)[v];
    V y = load(&c.h[at + i]);
    if (moved) y += load(c.mask(row) + i) * load(&c.d[last_][at + i]);
    const V slope = slope_at(table, c.kinks, kKnot, kDTheta, slot(table, c.kinks, kThetaLast), y);
    V rate;
    if (uneven < 0) {
      rate = slope * (rest + load(&c.x_before[W + i]) + load(&c.x_behind[W + i]));
    } else {
      const Rough<Real>& r = c.rough[uneven];
      V inside = load(r.own + i), joined{};
      for (int f = 0; f < 6; ++f) inside += load(r.inside[f] + i), joined += load(r.between[f] + i);
      const V rise = slope_at(table, c.kinks, kKnot, kDT, slot(table, c.kinks, kTLast), y);
      rate = inside * slope + joined * rise;
    }
    most = larger(most, rate * (load(&c.inside_x[W + i]) * load(c.mask(row) + i)));
  }
  return largest<Real>(most);
}

// Conductance of the faces between vector v of two rows, from the present temperatures.
template <class Real>
auto Stepper<Real>::between_faces(int a, int z, V half_a, V half_b, V joint, int v) -> V {
  V t[2], theta[2], k[2], mean[2];
  const V half[2] = {half_a, half_b};
  const int rows[2] = {a, z};
  const Real* table[2];
  for (int e = 0; e < 2; ++e) {
    table[e] = c.table_row(rows[e])[v];
    t[e] = load(&c.t[base][c.at(rows[e]) + v * W]);
    theta[e] = load(&c.theta[base][c.at(rows[e]) + v * W]);
    k[e] = slope_at(table[e], c.kinks, kKnotT, kDK, slot(table[e], c.kinks, kKLast), t[e]);
  }
  const V ga = k[0] / half[0], gb = k[1] / half[1];
  const V face = (ga * t[0] + gb * t[1]) / (ga + gb);
  for (int e = 0; e < 2; ++e) {
    const V gap = t[e] - face, size = larger(gap, -gap), alike = V{} + Real(b.alike_k);
    const V rise = theta[e] - theta_of_t(table[e], c.kinks, face);
    mean[e] = size > alike ? rise / (size > alike ? gap : alike) : k[e];
  }
  return joint / (half[0] / mean[0] + half[1] / mean[1]);
}

template <class Real> void Stepper<Real>::between_row(int row) {
  const int n = c.rough_of[row];
  if (n < 0) return;
  Rough<Real>& r = c.rough[n];
  const int k = row / c.ny, j = row % c.ny;
  const auto half = [](const AxisCells& a, int i) { return V{} + Real(a.width[i] / 2); };
  const int below = k + 1 < c.nz ? c.rough_of[row + c.ny] : -1;
  const int beside = j + 1 < c.ny ? c.rough_of[row + 1] : -1;
  for (int v = 0; v < c.vectors; ++v) {
    const int i = v * W;
    if (below >= 0) {
      const V g = between_faces(row, row + c.ny, half(c.z, k), half(c.z, k + 1),
                                load(r.joint_z + i), v);
      store(r.between[5] + i, g / (V{} + Real(c.z.size[k])));
      store(c.rough[below].between[4] + i, g / (V{} + Real(c.z.size[k + 1])));
    }
    if (beside >= 0) {
      const V g = between_faces(row, row + 1, half(c.y, j), half(c.y, j + 1),
                                load(r.joint_y + i), v);
      store(r.between[3] + i, g / (V{} + Real(c.y.size[j])));
      store(c.rough[beside].between[2] + i, g / (V{} + Real(c.y.size[j + 1])));
    }
  }
  between_x(row);
}

template <class Real> void Stepper<Real>::between_x(int row) {
  Rough<Real>& r = c.rough[c.rough_of[row]];
  for (int i = 0; i + 1 < c.nx; ++i) {
    if (b.material[c.cell(row, i)] == b.material[c.cell(row, i + 1)]) continue;
    double t[2], theta[2], g[2], mean[2], half[2];
    for (int e = 0; e < 2; ++e) {
      const Material& m = c.material(row, i + e);
      t[e] = double(c.t[base][c.at(row) + i + e]);
      theta[e] = double(c.theta[base][c.at(row) + i + e]);
      half[e] = c.x.width[i + e] / 2;
      mean[e] = m.slope(m.theta, m.t, m.piece(m.t, t[e]));
      g[e] = mean[e] / half[e];
    }
    const double face = (g[0] * t[0] + g[1] * t[1]) / (g[0] + g[1]);
    for (int e = 0; e < 2; ++e) {
      const Material& m = c.material(row, i + e);
      if (std::abs(t[e] - face) > b.alike_k)
        mean[e] = (theta[e] - m.line(m.t, m.theta, face)) / (t[e] - face);
    }
    const double u = c.x.area[i] / (half[0] / mean[0] + half[1] / mean[1]);
    r.between[1][i] = Real(u / c.x.size[i]), r.between[0][i + 1] = Real(u / c.x.size[i + 1]);
  }
}

template <class Real> void Stepper<Real>::surface_row(int j, const Outside& out) {
  Rough<Real>& r = c.rough[c.rough_of[j]];
  const double dz = c.z.width[0];
  for (int i = 0; i < c.nx; ++i) {
    const std::ptrdiff_t place = std::ptrdiff_t(j) * c.nx + i;
    const double theta = double(c.theta[base][c.at(j) + i]);
    const Contact s = out.solve(potential_[b.material[c.cell(j, i)]], theta, surface_[place],
                                c.get(b.cover, place));
    surface_[place] = s.t;
    r.own[i] = Real(s.slope / dz), r.fixed[i] = Real((s.slope * theta - s.q) / dz);
  }
}

template <class Real> void Stepper<Real>::put_on() {
  double size = 0;
  for (int j = 0; j < c.ny; ++j)
    for (int i = 0; i < c.nx; ++i)
      size += c.x.size[i] * c.y.size[j] * c.get(b.cover, std::ptrdiff_t(j) * c.nx + i);
  if (size == 0) size = 1.0;  // off the skin its size does not matter
  tool = {c.get(b.tool_capacity, 0) * size, c.get(b.tool_coolant, 0) * size,
          c.get(b.tool_start, 0), 0.0, 0.0, b.few};
}

// What the tool takes from a row of the surface; fresh: solved at its present temperature, else as
// the last `surface_row` left it.
template <class Real> void Stepper<Real>::load_row(int j, const Outside& out, bool fresh) {
  double load = 0, ease = 0, flow = 0;
  for (int i = 0; i < c.nx; ++i) {
    const std::ptrdiff_t place = std::ptrdiff_t(j) * c.nx + i;
    const double cover = c.get(b.cover, place), area = c.x.size[i] * c.y.size[j];
    const double theta = double(c.theta[base][c.at(j) + i]);
    const Line& line = potential_[b.material[c.cell(j, i)]];
    const Contact s = fresh ? out.solve(line, theta, surface_[place], cover)
                            : out.found(line, theta, surface_[place], cover);
    const double touched = area * cover * out.h_contact;
    load += touched * (s.t - out.t_tool), ease += touched * (1.0 - s.slope / out.half);
    flow += area * s.q;
  }
  row_load_[j] = load, row_ease_[j] = ease, row_flow_[j] = flow;
}

template <class Real> Load Stepper<Real>::tool_load() const {
  Load all{0.0, 0.0};
  for (int j = 0; j < c.ny; ++j) all.heat += row_load_[j], all.slope += row_ease_[j];
  return all;
}

// Mean temperature of the tool in the step to come.
template <class Real>
double Stepper<Real>::touch(const Outside& out, double dt, double coolant) {
  if (!tooled) return coolant;
  Outside now = out;
  now.t_tool = tool.t, tool.t_coolant = coolant;
  for (int j = 0; j < c.ny; ++j) load_row(j, now, true);
  return tool.mean(dt, tool_load());
}

template <class Real> void Stepper<Real>::begin(const Outside& out) {
  team_.run([&](int thread) {
    const int from = share(thread), to = share(thread + 1);
    for (int k = 0; k < c.nz; ++k)
      for (int j = from; j < to; ++j) between_row(k * c.ny + j);
    for (int j = from; j < to; ++j) surface_row(j, out);
  });
  each_row([&](int row) {
    if (c.rough_of[row] >= 0) row_rate_[row] = rate_row(row, false);
  });
  if (!tooled) return;
  double flow = 0;
  for (int j = 0; j < c.ny; ++j) load_row(j, out, false), flow += row_flow_[j];
  beside_tool_ = flow - tool_load().heat;
}

template <class Real> double Stepper<Real>::advance(double dt) {
  double allowed = b.margin * rate();
  for (int attempt = 0;; ++attempt) {
    stages(dt, allowed);
    rate_all(true);
    if (rate() <= allowed || attempt + 1 == b.retries) return allowed;
    allowed = b.margin * rate();
    each_row([&](int row) {
      refresh(row);  // the stages have written over it, and a step that failed may not be finite
      for (List<Real>& d : c.d) std::fill(&d[c.at(row)], &d[c.at(row)] + c.vectors * W, Real(0));
    });
  }
}

template <class Real> void Stepper<Real>::stages(double dt, double rate) {
  const int count = std::max(1, int(std::ceil((std::sqrt(1 + 8 * dt * rate) - 1) / 2)));
  const double first = 2.0 / (count * (count + 1.0));
  mu_.assign(count + 1, Real(0)), nu_.assign(count + 1, Real(0)), scale_.assign(count + 1, Real(0));
  skin_.assign(std::size_t(count + 1) * c.ny, 0.0);
  for (int s = 1; s <= count; ++s) {
    // The change before the first stage is nothing, whatever the buffers hold.
    if (s > 1) mu_[s] = Real((2.0 * s - 1) / s);
    if (s > 2) nu_[s] = Real((1.0 - s) / s);
    scale_[s] = Real((2.0 * s - 1) / s * first * dt);
  }
  const std::size_t plane = 6 * sizeof(Real) * c.ld * c.ny / team_.size();
  const int group = int(std::min<std::size_t>(count, std::max<std::size_t>(3, kSweepBytes / plane)));
  for (int s = 1; s <= count; s += group) sweep(s, std::min(s + group, count + 1));
  last_ = count & 1, count_ = count, done += count;
  double e = 0, e_before = 0;
  for (int s = 1; s <= count; ++s) {
    double heat = 0;
    for (int j = 0; j < c.ny; ++j) heat += skin_[std::size_t(s) * c.ny + j] * area_of(j);
    const double mu = (2.0 * s - 1) / s, nu = (1.0 - s) / s;
    const double next = mu * e + nu * e_before + mu * first * dt * heat;
    e_before = e, e = next;
  }
  skin_heat = e, tool_heat = 0;
  if (!tooled) return;
  // What comes by other ways than the tool is small, and taken from the begin of the step.
  skin_heat = -dt * beside_tool_, tool_heat = e - skin_heat;
  tool.heat = -tool_heat / dt;
}

// Stages [first, end) of all planes in one pass along z: each stage follows the one before at a
// distance of one plane, so that a plane is still in the cache when the next stage needs it.
template <class Real> void Stepper<Real>::sweep(int first, int end) {
  team_.run([&](int thread) {
    const int from = share(thread), to = share(thread + 1);
    for (int front = 0; front < c.nz + end - first - 1; ++front) {
      for (int s = first; s < end; ++s) {
        const int k = front - (s - first);
        if (k < 0) break;
        if (k >= c.nz) continue;
        for (int j = from; j < to; ++j) stage_at(s, k, j);
      }
      team_.barrier();
    }
  });
}

template <class Real> void Stepper<Real>::stage_at(int s, int k, int j) {
  const int row = k * c.ny + j, uneven = c.rough_of[row], old = (base + s - 1) & 1;
  const std::ptrdiff_t at = c.at(row), plane = std::ptrdiff_t(c.ny) * c.ld;
  const auto near = [&](const List<Real>& a, bool there, std::ptrdiff_t step) {
    return &a[at + (there ? step : 0)];
  };
  const List<Real>&theta = c.theta[old], &t = c.t[old];
  Row<Real> r;
  r.theta = &theta[at];
  r.before_z = near(theta, k > 0, -plane), r.behind_z = near(theta, k + 1 < c.nz, plane);
  r.before_y = near(theta, j > 0, -c.ld), r.behind_y = near(theta, j + 1 < c.ny, c.ld);
  r.d = &c.d[(s - 1) & 1][at], r.d_new = &c.d[s & 1][at];
  r.start = &c.h[at], r.source = &c.source[at], r.mask = c.mask(row);
  r.theta_new = &c.theta[1 - old][at];
  r.mu = mu_[s], r.nu = nu_[s], r.scale = scale_[s];
  r.tables = c.table_row(row);
  r.vectors = c.vectors, r.kinks = c.kinks;
  if (uneven < 0) {
    r.x_before = &c.x_before[W], r.x_behind = &c.x_behind[W];
    r.y_before = Real(c.y.before(j)), r.y_behind = Real(c.y.behind(j));
    r.z_before = Real(c.z.before(k)), r.z_behind = Real(c.z.behind(k));
    return stage_.even(r);
  }
  r.t = &t[at], r.t_new = &c.t[1 - old][at];
  r.t_before_z = near(t, k > 0, -plane), r.t_behind_z = near(t, k + 1 < c.nz, plane);
  r.t_before_y = near(t, j > 0, -c.ld), r.t_behind_y = near(t, j + 1 < c.ny, c.ld);
  r.rough = &c.rough[uneven];
  r.size_x = &c.size_x[W];
  r.skin = &skin_[std::size_t(s) * c.ny + j];
  stage_.uneven(r);
}

}  // namespace cryodose::CRYODOSE_NS
