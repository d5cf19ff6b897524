// Results at the wanted times: see solve/freeze_readout.py, which this repeats.
#pragma once

#include "freeze_marks.h"

namespace cryodose::CRYODOSE_NS {

template <class Real> class Reader : public Keeper<Real> {
 public:
  using Base = Keeper<Real>;
  using V = Vec<Real>;
  static constexpr int W = Cells<Real>::W;
  using Base::b;
  using Base::c;

  Reader(const FreezeBatch& batch, std::ptrdiff_t member, Team& team)
      : Base(batch, member, team), cells_(std::ptrdiff_t(batch.nz) * batch.ny * batch.nx) {
    for (List<Real>* a : {&t_, &theta_}) a->assign(c.h.size(), Real(0));
    coldest_.assign(c.rows, 0.0), skin_.assign(std::size_t(c.ny) * c.nx, 0.0);
    volume_.assign(std::size_t(c.rows) * b.n_marks, 0.0), area_ = volume_;
    for (const AxisCells* a : {&c.z, &c.y, &c.x}) {
      List<double>& share = part_[a == &c.z ? 0 : a == &c.y ? 1 : 2];
      for (int i = 0; i < a->n(); ++i) {
        const int up = std::min(i + 1, a->n() - 1), down = std::max(i - 1, 0);
        share.push_back(up > down ? a->width[i] / (a->middle[up] - a->middle[down]) : 0.0);
      }
    }
  }

  void outputs(double dt, double share, const Outside& out);

 private:
  void look(double share, const Outside& out, bool fresh);
  void write(int i);
  void write_reach(int i);
  double depth(double mark);
  double column(double mark, double skin, int j, int i);
  double within(double mark, double cold, double own, double warm, int l, const Material& m) const;
  double t_at(int k, int j, int i) const { return double(t_[c.at(k, j) + i]); }
  double between(double mark, double cold, double warm, std::ptrdiff_t cell, int step) const;
  bool spans(double mark, double cold, double warm, std::ptrdiff_t cell, int step) const;
  double axis_t(int k) const;
  double on_axis(double first, double second) const;
  double radius(double mark);
  double skin_radius(double mark);
  void shares(int row);
  double span(int row, int i, bool& near, double mark) const;

  std::ptrdiff_t cells_;
  List<Real> t_, theta_;
  List<double> coldest_, skin_, volume_, area_, part_[3];
  int next_ = 0;
};

template <class Real> void Reader<Real>::outputs(double dt, double share, const Outside& out) {
  const double end = (this->time + share * dt) * (1.0 + 1e-9);
  for (; next_ < b.n_out && b.out_s[next_] <= end; ++next_) {
    const double x = std::min(std::max((b.out_s[next_] - this->time) / dt, 0.0), share);
    look(x, out, b.out_s[next_] <= 0);
    if (this->tooled) b.t_tool[c.member * b.n_out + next_] = this->tool.after(x * dt);
    write(next_);
    write_reach(next_);
  }
}

// Temperatures some share of the way through the step just advanced.
template <class Real> void Reader<Real>::look(double share, const Outside& out, bool fresh) {
  this->each_row([&](int row) {
    const std::ptrdiff_t at = c.at(row);
    const Real* mask = c.mask(row);
    const V never = V{} + Real(kNever);
    V coldest = never;
    for (int v = 0; v < c.vectors; ++v) {
      const int i = v * W;
      const Real* table = c.table_row(row)[v];
      const V y = load(&c.h[at + i]) +
                  Real(share) * (load(mask + i) * load(&c.d[this->last_][at + i]));
      const V t = t_of(table, c.kinks, y);
      store(&t_[at + i], t);
      if (row < c.ny) store(&theta_[at + i], theta_of(table, c.kinks, y));
      coldest = smaller(coldest, load(&c.inside_x[W + i]) > V{} ? t : never);
    }
    coldest_[row] = -largest<Real>(-coldest);
    if (row >= c.ny) return;
    for (int i = 0; i < c.nx; ++i) {
      const std::ptrdiff_t place = std::ptrdiff_t(row) * c.nx + i;
      const auto& line = this->potential_[b.material[c.cell(row, i)]];
      skin_[place] = fresh ? t_at(0, row, i)
                           : out.solve(line, double(theta_[at + i]), this->surface_[place],
                                       c.get(b.cover, place)).t;
    }
  });
}

template <class Real> double Reader<Real>::on_axis(double first, double second) const {
  if (!b.rings || c.nx < 2) return first;
  const double a = c.x.middle[0] * c.x.middle[0], d = c.x.middle[1] * c.x.middle[1];
  return (d * first - a * second) / (d - a);
}

template <class Real> double Reader<Real>::axis_t(int k) const {
  const int i = b.axis_x, j = b.axis_y;
  return on_axis(t_at(k, j, i), c.nx > 1 && b.rings ? t_at(k, j, 1) : 0.0);
}

template <class Real> void Reader<Real>::write(int out) {
  const std::ptrdiff_t moment = c.member * b.n_out + out;
  for (int k = 0; k < c.nz; ++k) b.t_axis[moment * c.nz + k] = axis_t(k);
  std::copy(skin_.begin(), skin_.end(), b.t_skin + moment * c.ny * c.nx);
  if (!b.fields) return;
  for (int row = 0; row < c.rows; ++row)
    for (int i = 0; i < c.nx; ++i)
      b.fields[moment * cells_ + c.cell(row, i)] = double(t_[c.at(row) + i]);
}

template <class Real> void Reader<Real>::write_reach(int out) {
  const std::ptrdiff_t first = (c.member * b.n_out + out) * b.n_marks;
  this->each_row([&](int row) { shares(row); });
  for (int m = 0; m < b.n_marks; ++m) {
    const double mark = b.marks[m];
    double volume = 0, widest = 0;
    for (int k = 0; k < c.nz; ++k) {
      double section = 0;
      for (int j = 0; j < c.ny; ++j) {
        const std::size_t place = std::size_t(k * c.ny + j) * b.n_marks + m;
        volume += volume_[place], section += area_[place];
      }
      widest = std::max(widest, section);
    }
    b.volume[first + m] = volume;
    b.depth[first + m] = depth(mark);
    b.radius[first + m] = b.rings ? radius(mark) : std::sqrt(widest / AxisCells::kPi);
    b.radius_skin[first + m] = skin_radius(mark);
  }
}

// Across how many kelvin the temperature of a cell goes; near: it or a neighbour is below a mark.
template <class Real>
double Reader<Real>::span(int row, int i, bool& near, double mark) const {
  const int at[3] = {row / c.ny, row % c.ny, i}, n[3] = {c.nz, c.ny, c.nx};
  const std::ptrdiff_t step[3] = {c.ld * c.ny, c.ld, 1};
  const std::ptrdiff_t here = c.at(row) + i;
  double sum = 0;
  near = double(t_[here]) < mark;
  for (int axis = 0; axis < 3; ++axis) {
    if (n[axis] == 1) continue;
    const double up = double(t_[here + (at[axis] + 1 < n[axis] ? step[axis] : 0)]);
    const double down = double(t_[here - (at[axis] > 0 ? step[axis] : 0)]);
    sum += std::abs(up - down) * part_[axis][at[axis]];
    near |= up < mark || down < mark;
  }
  return sum;
}

template <class Real> void Reader<Real>::shares(int row) {
  double* volume = &volume_[std::size_t(row) * b.n_marks];
  double* area = &area_[std::size_t(row) * b.n_marks];
  std::fill(volume, volume + b.n_marks, 0.0), std::fill(area, area + b.n_marks, 0.0);
  const int k = row / c.ny, j = row % c.ny;
  double coldest = coldest_[row];
  if (k > 0) coldest = std::min(coldest, coldest_[row - c.ny]);
  if (k + 1 < c.nz) coldest = std::min(coldest, coldest_[row + c.ny]);
  if (j > 0) coldest = std::min(coldest, coldest_[row - 1]);
  if (j + 1 < c.ny) coldest = std::min(coldest, coldest_[row + 1]);
  if (coldest >= this->warmest_) return;
  for (int i = 0; i < c.nx; ++i) {
    bool near;
    const double t = double(t_[c.at(row) + i]);
    const double width = std::max(span(row, i, near, this->warmest_), b.least_span_k);
    if (!near) continue;
    const double size = c.x.size[i] * c.y.size[j];
    for (int m = 0; m < b.n_marks; ++m) {
      const double x = std::min(std::max(0.5 + (b.marks[m] - t) / width, 0.0), 1.0);
      area[m] += x * size, volume[m] += x * size * c.z.size[k];
    }
  }
}

// Which share of cell l is colder than a mark, from its enthalpy; negative: no such.
template <class Real>
double Reader<Real>::within(double mark, double cold, double own, double warm, int l,
                            const Material& m) const {
  const bool inside = cold <= m.t_dry && m.t_dry <= mark && mark <= m.t_full && m.t_full <= warm;
  if (!inside || !(cold < mark)) return -1.0;
  const double width = c.z.width[l], near = l == 0 ? 0.0 : c.z.width[l - 1] / 2;
  const double far = c.z.width[l + 1] / 2, wanted = m.line(m.t, m.h, own);
  const auto excess = [&](double part) {
    const double here = part * width, rest = (1.0 - part) * width;
    const double below = mark - (mark - cold) * here / 2 / std::max(near + here, b.least_m);
    const double above = mark + (warm - mark) * rest / 2 / (far + rest);
    return part * m.line(m.t, m.h, below) + (1.0 - part) * m.line(m.t, m.h, above) - wanted;
  };
  if (excess(0.0) < 0 || excess(1.0) > 0) return -1.0;
  double low = 0.0, high = 1.0;
  for (int i = 0; i < b.halvings; ++i) {
    const double middle = (low + high) / 2;
    (excess(middle) > 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

// Whether a whole freezing range, with the mark in it, lies between two cells of one material; the
// warm one is `step` cells on.
template <class Real>
bool Reader<Real>::spans(double mark, double cold, double warm, std::ptrdiff_t cell,
                         int step) const {
  const Material& m = c.curves.materials[b.material[cell]];
  return b.material[cell] == b.material[cell + step] && cold <= m.t_dry && m.t_dry <= mark &&
         mark <= m.t_full && m.t_full <= warm;
}

// How far from a cold to a warm cell the isotherm lies, 0 to 1.
template <class Real>
double Reader<Real>::between(double mark, double cold, double warm, std::ptrdiff_t cell,
                             int step) const {
  if (spans(mark, cold, warm, cell, step)) {
    const Material& m = c.curves.materials[b.material[cell]];
    const double theta = m.line(m.t, m.theta, cold);
    return (m.line(m.t, m.theta, mark) - theta) / (m.line(m.t, m.theta, warm) - theta);
  }
  return (mark - cold) / (warm - cold);
}

// Of one column; `skin` is the temperature of its surface.
template <class Real> double Reader<Real>::column(double mark, double skin, int j, int i) {
  const bool axis = b.rings;
  const auto t = [&](int k) { return axis ? axis_t(k) : t_at(k, j, i); };
  int k = c.nz - 1;
  while (k >= 0 && !(t(k) < mark)) --k;
  if (k < 0) {
    if (!(skin < mark)) return 0.0;
    return c.z.middle[0] * (mark - skin) / (t(0) - skin);
  }
  if (k + 1 == c.nz) return c.z.middle.back() + c.z.width.back() / 2;
  for (int l = k; l < k + 2 && l + 1 < c.nz; ++l) {
    const double cold = l == 0 ? skin : t(l - 1);
    const double part = within(mark, cold, t(l), t(l + 1), l, c.material(l * c.ny + j, i));
    if (part >= 0) return c.z.middle[l] + (part - 0.5) * c.z.width[l];
  }
  if (spans(mark, t(k), t(k + 1), c.cell(k * c.ny + j, i), c.ny * c.nx))
    return c.z.middle[k] + c.z.width[k] / 2;
  return c.z.middle[k] + c.z.distance(k) * (mark - t(k)) / (t(k + 1) - t(k));
}

template <class Real> double Reader<Real>::depth(double mark) {
  if (b.rings) return column(mark, on_axis(skin_[0], c.nx > 1 ? skin_[1] : 0.0), 0, 0);
  // The deepest cold plane decides.
  int deepest = c.nz - 1;
  const auto cold = [&](int k) {
    for (int j = 0; j < c.ny; ++j)
      if (coldest_[k * c.ny + j] < mark) return true;
    return false;
  };
  while (deepest >= 0 && !cold(deepest)) --deepest;
  // A front within a cell may belong to a column that is cold only above it.
  const auto reaches = [&](int k, int j, int i) {
    if (k < 0) return skin_[std::size_t(j) * c.nx + i] < mark;
    return t_at(k, j, i) < mark;
  };
  double most = 0;
  for (int j = 0; j < c.ny; ++j) {
    for (int i = 0; i < c.nx; ++i) {
      if (reaches(std::max(deepest, -1), j, i) || reaches(std::max(deepest - 1, -1), j, i))
        most = std::max(most, column(mark, skin_[std::size_t(j) * c.nx + i], j, i));
    }
  }
  return most;
}

template <class Real> double Reader<Real>::radius(double mark) {
  double most = 0;
  for (int row = 0; row < c.rows; ++row) {
    if (!(coldest_[row] < mark)) continue;
    int i = c.nx - 1;
    while (i >= 0 && !(t_at(row, 0, i) < mark)) --i;
    if (i < 0) continue;
    if (i + 1 == c.nx) return c.x.middle.back() + c.x.width.back() / 2;
    const double part = between(mark, t_at(row, 0, i), t_at(row, 0, i + 1), c.cell(row, i), 1);
    most = std::max(most, c.x.middle[i] + c.x.distance(i) * part);
  }
  return most;
}

// On the surface itself; in boxes the radius of the circle with the same area.
template <class Real> double Reader<Real>::skin_radius(double mark) {
  if (b.rings) {
    int i = c.nx - 1;
    while (i >= 0 && !(skin_[i] < mark)) --i;
    if (i < 0) return 0.0;
    if (i + 1 == c.nx) return c.x.middle.back() + c.x.width.back() / 2;
    return c.x.middle[i] + c.x.distance(i) * between(mark, skin_[i], skin_[i + 1], i, 1);
  }
  double area = 0;
  for (int j = 0; j < c.ny; ++j) {
    for (int i = 0; i < c.nx; ++i) {
      const double* here = &skin_[std::size_t(j) * c.nx + i];
      const double up_x = here[i + 1 < c.nx ? 1 : 0], down_x = here[i > 0 ? -1 : 0];
      const double up_y = here[j + 1 < c.ny ? c.nx : 0], down_y = here[j > 0 ? -c.nx : 0];
      if (!(std::min(*here, std::min(std::min(up_x, down_x), std::min(up_y, down_y))) <
            this->warmest_))
        continue;
      const double width = std::abs(up_x - down_x) * part_[2][i] + std::abs(up_y - down_y) * part_[1][j];
      const double x = 0.5 + (mark - *here) / std::max(width, b.least_span_k);
      area += std::min(std::max(x, 0.0), 1.0) * c.x.size[i] * c.y.size[j];
    }
  }
  return std::sqrt(area / AxisCells::kPi);
}

}  // namespace cryodose::CRYODOSE_NS
