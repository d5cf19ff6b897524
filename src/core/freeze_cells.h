// The memory of one freeze: geometry, coefficients and state of its cells, row by row along x.
#pragma once

#include <algorithm>

#include "freeze_stage.h"
#include "freeze_surface.h"

namespace cryodose::CRYODOSE_NS {

// Cells along one axis (solve/freeze_member.py).
struct AxisCells {
  List<double> middle, width, size, area;  // area of the face behind each cell

  static AxisCells boxes(const List<double>& face) {
    AxisCells a;
    for (std::size_t i = 0; i + 1 < face.size(); ++i) {
      a.middle.push_back((face[i] + face[i + 1]) / 2), a.width.push_back(face[i + 1] - face[i]);
      a.size.push_back(a.width.back()), a.area.push_back(1.0);
    }
    return a;
  }
  static AxisCells rings(const List<double>& face) {
    AxisCells a = boxes(face);
    for (std::size_t i = 0; i + 1 < face.size(); ++i) {
      a.size[i] = kPi * (face[i + 1] * face[i + 1] - face[i] * face[i]);
      a.area[i] = 2 * kPi * face[i + 1];
    }
    return a;
  }
  static AxisCells whole() { return {{0.0}, {1.0}, {1.0}, {0.0}}; }
  static constexpr double kPi = 3.14159265358979323846;

  int n() const { return int(middle.size()); }
  double distance(int i) const { return middle[i + 1] - middle[i]; }
  // Coefficient in cell i of its face with cell i - 1 or i + 1; 0 at the ends.
  double before(int i) const { return i > 0 ? area[i - 1] / distance(i - 1) / size[i] : 0.0; }
  double behind(int i) const { return i + 1 < n() ? area[i] / distance(i) / size[i] : 0.0; }
};

template <class Real> struct Cells {
  using V = Vec<Real>;
  static constexpr int W = int(sizeof(V) / sizeof(Real));

  Cells(const FreezeBatch& batch, std::ptrdiff_t member);

  double get(const Table& t, std::ptrdiff_t row) const {
    return t.data[row * t.row + member * t.col];
  }
  std::ptrdiff_t at(int z, int y) const { return (std::ptrdiff_t(z) * ny + y) * ld + W; }
  std::ptrdiff_t at(int row) const { return std::ptrdiff_t(row) * ld + W; }
  std::ptrdiff_t cell(int row, int i) const { return std::ptrdiff_t(row) * nx + i; }
  const Material& material(int row, int i) const {
    return curves.materials[batch.material[cell(row, i)]];
  }

  const FreezeBatch& batch;
  std::ptrdiff_t member;
  CurveTables<Real> curves;
  int nz, ny, nx, rows, vectors, kinks;
  std::ptrdiff_t ld;
  AxisCells z, y, x;
  List<Real> x_before, x_behind, size_x, inside_x;  // one row; inside: 1 in cells, 0 in padding
  List<const Real*> tables;                         // rows x vectors
  List<Rough<Real>> rough;
  List<int> rough_of;                               // of each row; -1: an even one
  List<Real> rough_memory;

  // State. Two buffers each of potential, temperature and change, by the parity of the stage.
  List<Real> h, lost, theta[2], t[2], d[2], source, alive, t_now, t_min;
  List<Real> mask_row;                              // 1 everywhere but in kept and held cells
  List<Real> masks;                                 // rows that need their own
  List<int> mask_of;                                // of each row; -1: mask_row
  List<Real> below, fell, rose;                     // marks x cells of the present cycle
  List<Real> bleeds;                                // 1 for rows with blood or metabolism

  const Real* mask(int row) const {
    return mask_of[row] < 0 ? &mask_row[W] : &masks[mask_of[row] * ld + W];
  }
  const Real* const* table_row(int row) const { return &tables[std::ptrdiff_t(row) * vectors]; }

 private:
  void lay_tables();
  void find_rough();
  void fill_rough(int row);
};

template <class Real>
Cells<Real>::Cells(const FreezeBatch& b, std::ptrdiff_t m)
    : batch(b), member(m), curves(b, m), nz(b.nz), ny(b.ny), nx(b.nx), rows(b.nz * b.ny) {
  vectors = (nx + W - 1) / W;
  kinks = curves.kinks;
  ld = std::ptrdiff_t(vectors + 2) * W;  // a vector of padding at each end
  const auto faces = [&](const Table& table, int n) {
    List<double> f(n + 1);
    for (int i = 0; i <= n; ++i) f[i] = get(table, i);
    return f;
  };
  z = AxisCells::boxes(faces(b.z_face, nz));
  y = b.rings ? AxisCells::whole() : AxisCells::boxes(faces(b.y_face, ny));
  x = b.rings ? AxisCells::rings(faces(b.x_face, nx)) : AxisCells::boxes(faces(b.x_face, nx));
  for (List<Real>* line : {&x_before, &x_behind, &size_x, &inside_x}) line->assign(ld, Real(0));
  for (int i = 0; i < nx; ++i) {
    x_before[W + i] = Real(x.before(i)), x_behind[W + i] = Real(x.behind(i));
    size_x[W + i] = Real(x.size[i]), inside_x[W + i] = Real(1);
  }
  const std::size_t all = std::size_t(rows) * ld;
  for (List<Real>* a : {&h, &lost, &theta[0], &theta[1], &t[0], &t[1], &d[0], &d[1], &source,
                        &alive, &t_now, &t_min})
    a->assign(all, Real(0));
  for (List<Real>* a : {&below, &fell, &rose}) a->assign(all * b.n_marks, Real(0));
  lay_tables();
  find_rough();
  mask_row.assign(ld, Real(1));
  mask_of.assign(rows, -1);
  for (int row = 0; row < rows; ++row) {
    bool any = false;
    for (int i = 0; i < nx; ++i) any |= b.kept[cell(row, i)] || b.held[cell(row, i)];
    if (!any) continue;
    mask_of[row] = int(masks.size() / ld);
    masks.resize(masks.size() + ld, Real(1));
  }
}

template <class Real> void Cells<Real>::lay_tables() {
  bleeds.assign(rows, Real(0));
  tables.resize(std::size_t(rows) * vectors);
  for (int row = 0; row < rows; ++row) {
    for (int v = 0; v < vectors; ++v) {
      std::int32_t lanes[W];
      for (int w = 0; w < W; ++w) lanes[w] = batch.material[cell(row, std::min(v * W + w, nx - 1))];
      tables[std::size_t(row) * vectors + v] = curves.table(lanes);
    }
    for (int i = 0; i < nx; ++i)
      if (material(row, i).perfusion > 0 || material(row, i).metabolic > 0) bleeds[row] = Real(1);
  }
}

// Rows at the skin, and rows with a face between two materials.
template <class Real> void Cells<Real>::find_rough() {
  rough_of.assign(rows, -1);
  const auto differ = [&](int row, int i, int other, int j) {
    return batch.material[cell(row, i)] != batch.material[cell(other, j)];
  };
  int count = 0;
  for (int row = 0; row < rows; ++row) {
    const int k = row / ny, j = row % ny;
    bool any = k == 0;
    for (int i = 0; i < nx; ++i) {
      any |= i + 1 < nx && differ(row, i, row, i + 1);
      any |= k > 0 && differ(row, i, row - ny, i);
      any |= k + 1 < nz && differ(row, i, row + ny, i);
      any |= j > 0 && differ(row, i, row - 1, i);
      any |= j + 1 < ny && differ(row, i, row + 1, i);
    }
    if (any) rough_of[row] = count++;
  }
  constexpr int arrays = 16;
  rough.resize(count);
  rough_memory.assign(std::size_t(count) * arrays * ld, Real(0));
  for (int row = 0; row < rows; ++row)
    if (rough_of[row] >= 0) fill_rough(row);
}

template <class Real> void Cells<Real>::fill_rough(int row) {
  Rough<Real>& r = rough[rough_of[row]];
  Real* next = &rough_memory[std::size_t(rough_of[row]) * 16 * ld];
  const auto take = [&] {
    Real* here = next + W;
    next += ld;
    return here;
  };
  for (int f = 0; f < 6; ++f) r.inside[f] = take(), r.between[f] = take();
  r.own = take(), r.fixed = take(), r.joint_z = take(), r.joint_y = take();
  const int k = row / ny, j = row % ny;
  r.top = k == 0;
  for (int i = 0; i < nx; ++i) {
    const auto same = [&](bool there, int other, int l) {
      return there && batch.material[cell(row, i)] == batch.material[cell(other, l)];
    };
    r.inside[0][i] = same(i > 0, row, i - 1) ? Real(x.before(i)) : Real(0);
    r.inside[1][i] = same(i + 1 < nx, row, i + 1) ? Real(x.behind(i)) : Real(0);
    r.inside[2][i] = same(j > 0, row - 1, i) ? Real(y.before(j)) : Real(0);
    r.inside[3][i] = same(j + 1 < ny, row + 1, i) ? Real(y.behind(j)) : Real(0);
    r.inside[4][i] = same(k > 0, row - ny, i) ? Real(z.before(k)) : Real(0);
    r.inside[5][i] = same(k + 1 < nz, row + ny, i) ? Real(z.behind(k)) : Real(0);
    r.joint_y[i] = j + 1 < ny && !same(true, row + 1, i) ? Real(1) : Real(0);
    r.joint_z[i] = k + 1 < nz && !same(true, row + ny, i) ? Real(1) : Real(0);
  }
}

}  // namespace cryodose::CRYODOSE_NS
