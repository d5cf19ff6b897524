// The Python face of the core: reads the arrays, chooses the instruction set, runs the threads.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "batch.h"

namespace nb = nanobind;

#include "body_module.h"
#include "freeze_module.h"
using namespace nb::literals;

namespace {

using cryodose::Batch;
using cryodose::Kernel;
using cryodose::Stretch;
using cryodose::Table;

template <class T, class Shape>
using In = nb::ndarray<const T, Shape, nb::c_contig, nb::device::cpu>;
template <class T> using In1 = In<T, nb::ndim<1>>;
template <class Shape> using Out = nb::ndarray<double, Shape, nb::c_contig, nb::device::cpu>;

// Every array checked against the shape that the kernels will walk over.
class Reader {
 public:
  Reader(nb::dict in, nb::dict out, std::ptrdiff_t n) : in_(in), out_(out), n_(n) {}

  Table table(const char* name, std::size_t rows) const {
    const auto a = nb::cast<In<double, nb::ndim<2>>>(in_[name]);
    const bool shared = a.shape(1) == 1;
    if (a.shape(0) != rows || !(shared || std::ptrdiff_t(a.shape(1)) == n_)) refuse(name);
    return {a.data(), std::ptrdiff_t(a.shape(1)), shared ? 0 : 1};
  }
  // An array without a shared last axis: `rows` rows of n.
  const double* full(const char* name, std::size_t rows) const {
    const auto a = nb::cast<In<double, nb::ndim<2>>>(in_[name]);
    if (a.shape(0) != rows || std::ptrdiff_t(a.shape(1)) != n_) refuse(name);
    return a.data();
  }
  template <class T> In1<T> line(const char* name) const { return nb::cast<In1<T>>(in_[name]); }
  template <class T> const T* line(const char* name, std::size_t length) const {
    const auto a = line<T>(name);
    if (a.shape(0) != length) refuse(name);
    return a.data();
  }
  double* result(const char* name, std::size_t rows) const {
    const auto a = nb::cast<Out<nb::ndim<2>>>(out_[name]);
    if (a.shape(0) != rows || std::ptrdiff_t(a.shape(1)) != n_) refuse(name);
    return a.data();
  }

  // Results of any shape, laid out one after the other.
  double* flat(const char* name, std::size_t size) const {
    const auto a = nb::cast<Out<nb::ndim<1>>>(out_[name]);
    if (a.shape(0) != size) refuse(name);
    return a.data();
  }

 private:
  [[noreturn]] static void refuse(const char* name) {
    throw nb::value_error((std::string("array with a wrong shape: ") + name).c_str());
  }
  nb::dict in_, out_;
  std::ptrdiff_t n_;
};

void read_layers(const Reader& r, Batch& b) {
  const std::size_t n = b.n_layers;
  b.thickness = r.table("thickness_m", n);
  b.r_inner = r.table("r_inner_m", 1);
  b.k = r.table("k_w_mk", n);
  b.k_frozen = r.table("k_frozen_w_mk", n);
  b.c = r.table("c_j_m3k", n);
  b.c_frozen = r.table("c_frozen_j_m3k", n);
  b.latent = r.table("latent_j_m3", n);
  b.liquidus = r.table("t_liquidus_c", n);
  b.solidus = r.table("t_solidus_c", n);
  b.perfusion = r.table("perfusion_w_m3k", n);
  b.metabolic = r.table("metabolic_w_m3", n);
  b.lateral = r.table("lateral_w_m3k", n);
  b.floor = r.table("vaso_floor", n);
  b.half = r.table("vaso_half_k", n);
  b.narrow = r.table("vaso_narrow_s", n);
  b.recover = r.table("vaso_recover_s", n);
  b.core = r.table("t_core_c", 1);
  b.countercurrent = r.table("countercurrent", 1);
  b.working = r.table("working", n);
}

void read_steps(const Reader& r, Batch& b) {
  const auto dt = r.line<double>("dt_s");
  b.n_steps = dt.shape(0);
  b.dt = dt.data();
  const std::size_t n = b.n_steps;
  b.pack_reset = r.line<std::uint8_t>("pack_reset", n);
  b.h_skin = r.table("h_skin_w_m2k", n);
  b.t_env = r.table("t_env_c", n);
  b.q_skin = r.table("q_skin_w_m2", n);
  b.h_contact = r.table("h_contact_w_m2k", n);
  b.h_pack = r.table("h_pack_w_m2k", n);
  b.t_pack_env = r.table("t_pack_env_c", n);
  b.effort = r.table("effort", n);
}

Batch read_batch(nb::dict in, nb::dict out, nb::dict size) {
  Batch b{};
  const auto number = [&](const char* name) { return nb::cast<std::ptrdiff_t>(size[name]); };
  b.n = number("n");
  b.shape = int(number("shape"));
  b.n_pack = int(number("n_pack"));
  b.newton = int(number("newton"));
  b.works = number("works") != 0;
  const Reader r(in, out, b.n);
  const auto begin = r.line<std::int32_t>("layer_begin");
  const auto fraction = r.line<double>("fraction");
  b.layer_begin = begin.data();
  b.n_layers = int(begin.shape(0)) - 1;
  b.fraction = fraction.data();
  b.n_cells = int(fraction.shape(0));
  if (b.n < 1 || b.n_layers < 1 || b.layer_begin[b.n_layers] != b.n_cells)
    throw nb::value_error("layers do not add up to the cells");
  read_layers(r, b);
  read_steps(r, b);
  b.t_start = r.table("t_start_c", b.n_cells);
  b.fixed_inner = in.contains("t_inner_c");
  if (b.fixed_inner) b.t_inner = r.table("t_inner_c", 1);
  b.n_probes = int(number("n_probes"));
  b.probe_depth = r.table("probe_depth_m", b.n_probes);
  const auto steps = r.line<std::int64_t>("out_steps");
  b.n_out = steps.shape(0);
  b.out_steps = steps.data();
  b.order = in.contains("order") ? r.line<std::int64_t>("order", b.n) : nullptr;
  b.surface = r.result("surface", b.n_out);
  b.probe = r.result("probe", b.n_out * b.n_probes);
  b.pack = b.n_pack > 0 ? r.result("pack", b.n_out) : nullptr;
  b.vaso = out.contains("vaso") ? r.result("vaso", b.n_out * b.n_layers) : nullptr;
  b.heat_out = r.result("heat_out", b.n_out);
  b.ledger = r.result("ledger", cryodose::kLedgerRows);
  return b;
}

bool can_run(const std::string& isa) {
#if defined(CRYODOSE_WIDE_KERNELS)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == "avx2") return avx2;
  if (isa == "avx512")
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#endif
  return isa == "base";
}

std::string choose(const std::string& wanted) {
  if (wanted.empty()) return can_run("avx512") ? "avx512" : can_run("avx2") ? "avx2" : "base";
  if (!can_run(wanted))
    throw nb::value_error(("this processor or build cannot run the kernel: " + wanted).c_str());
  return wanted;
}

Kernel kernel_of(const std::string& isa) {
#if defined(CRYODOSE_WIDE_KERNELS)
  if (isa == "avx512") return cryodose::kernel_avx512();
  if (isa == "avx2") return cryodose::kernel_avx2();
#endif
  (void)isa;
  return cryodose::kernel_base();
}

struct Free {
  void operator()(void* p) const { std::free(p); }
};

// Blocks are taken from a counter, so a slow thread never holds the others up; which thread
// solves a block does not touch its numbers.
template <class Solve>
void run_blocks(std::size_t blocks, std::size_t workspace_bytes, int threads, const Solve& solve) {
  std::atomic<std::size_t> next{0};
  const std::size_t bytes = (workspace_bytes + 63) / 64 * 64;
  const auto work = [&](void* workspace) {
    for (std::size_t i = next++; i < blocks; i = next++) solve(i, workspace);
  };
  const std::size_t n = std::min<std::size_t>(std::max(threads, 1), blocks);
  std::vector<std::unique_ptr<void, Free>> memory;
  for (std::size_t i = 0; i < n; ++i) {
    memory.emplace_back(std::aligned_alloc(64, bytes));
    if (!memory.back()) throw std::bad_alloc();
  }
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < n; ++i) helpers.emplace_back(work, memory[i].get());
  work(memory[0].get());
  for (auto& helper : helpers) helper.join();
}

void solve_batch(nb::dict in, nb::dict out, nb::dict size, bool single, int threads,
                 const std::string& isa) {
  const Batch batch = read_batch(in, out, size);
  const Kernel kernel = kernel_of(choose(isa));
  const int width = single ? kernel.width_f32 : kernel.width_f64;
  // Columns of one kind follow each other; count_0 have no bit set, then bit 0, and so on.
  const auto counts = nb::cast<In1<std::int64_t>>(in["count_of_kind"]);
  std::vector<Stretch> blocks;
  std::ptrdiff_t place = 0;
  for (std::size_t kind = 0; kind < counts.shape(0); ++kind) {
    const std::ptrdiff_t end = place + counts.data()[kind];
    if (counts.data()[kind] < 0 || end > batch.n) throw nb::value_error("count_of_kind");
    for (; place < end; place += width)
      blocks.push_back({place, std::min<std::ptrdiff_t>(width, end - place), unsigned(kind)});
    place = end;
  }
  if (place != batch.n) throw nb::value_error("count_of_kind does not add up to the batch");
  nb::gil_scoped_release release;
  run_blocks(blocks.size(), kernel.workspace_bytes(batch, single), threads,
             [&](std::size_t i, void* workspace) {
               kernel.solve(batch, blocks[i], single, workspace);
             });
}

// People in blocks as wide as a vector, one person a lane.
void solve_body(nb::dict in, nb::dict out, nb::dict size, int threads, const std::string& isa) {
  const auto number = [&](const char* name) { return nb::cast<std::ptrdiff_t>(size[name]); };
  const Reader reader(in, out, number("n"));
  const cryodose::BodyBatch body = read_body(reader, number);
  const Kernel kernel = kernel_of(choose(isa));
  const std::ptrdiff_t width = kernel.width_f64;
  const std::size_t blocks = std::size_t((body.n + width - 1) / width);
  nb::gil_scoped_release release;
  run_blocks(blocks, kernel.body_bytes(body), threads, [&](std::size_t i, void* workspace) {
    const std::ptrdiff_t first = std::ptrdiff_t(i) * width;
    kernel.solve_body(body, first, std::min(width, body.n - first), workspace);
  });
}

// Members divided among the threads; one member in boxes has them all to itself.
void solve_freeze(nb::dict in, nb::dict out, nb::dict size, bool single, int threads,
                  const std::string& isa) {
  const auto number = [&](const char* name) { return nb::cast<std::ptrdiff_t>(size[name]); };
  const Reader reader(in, out, number("n"));
  const cryodose::FreezeBatch batch = read_freeze(reader, number);
  const Kernel kernel = kernel_of(choose(isa));
  const int inside = batch.rings ? 1 : std::max(threads, 1);
  nb::gil_scoped_release release;
  run_blocks(std::size_t(batch.n), 64, batch.rings ? threads : 1, [&](std::size_t i, void*) {
    kernel.solve_freeze(batch, std::ptrdiff_t(i), single, inside);
  });
}

double fma_gflops(bool single, double seconds, const std::string& isa) {
  const Kernel kernel = kernel_of(choose(isa));
  nb::gil_scoped_release release;
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  double best = 0, sink = 1;
  for (;;) {
    const auto start = Clock::now();
    const double flop = kernel.fma_flop(single, 200000, &sink);
    const std::chrono::duration<double> spent = Clock::now() - start, all = Clock::now() - begin;
    best = std::max(best, flop / spent.count() / 1e9);
    if (all.count() > seconds) return best;
  }
}

}  // namespace

NB_MODULE(_core, m) {
  m.doc() = "Compiled heat kernels; use cryodose.solve.solve.";
  m.def("solve_batch", &solve_batch, "inputs"_a, "outputs"_a, "size"_a, "single"_a, "threads"_a,
        "isa"_a = "");
  m.def("solve_body", &solve_body, "inputs"_a, "outputs"_a, "size"_a, "threads"_a, "isa"_a = "");
  m.def("solve_freeze", &solve_freeze, "inputs"_a, "outputs"_a, "size"_a, "single"_a,
        "threads"_a, "isa"_a = "");
  m.def("isa", &choose, "wanted"_a = "", "Name of the instruction set that would run.");
  m.def("fma_gflops", &fma_gflops, "single"_a = true, "seconds"_a = 0.2, "isa"_a = "",
        "Fused multiply-adds of one thread, 1e9 operations a second, two for each.");
}
