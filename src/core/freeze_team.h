// The threads that share one freeze in three dimensions. A job is run by all of them, each for its
// part of the rows; within a job they wait for each other at a barrier.
#pragma once

#include <atomic>
#include <thread>

#include "local.h"
#include "simd.h"

namespace cryodose::CRYODOSE_NS {

// Waits without sleeping at first: the other threads are at most some microseconds away, unless the
// machine has other work to do.
template <class Ready> CRYODOSE_INLINE void spin_until(const Ready& ready) {
  for (int turn = 0; !ready(); ++turn) {
    if (turn > 256) std::this_thread::yield();
#if defined(__SSE2__)
    else _mm_pause();
#endif
  }
}

class Team {
 public:
  explicit Team(int size) : size_(size < 1 ? 1 : size) {
    for (int i = 1; i < size_; ++i) helpers_.emplace_back([this, i] { help(i); });
  }
  ~Team() {
    stop_.store(true);
    epoch_.fetch_add(1);
    for (auto& helper : helpers_) helper.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int size() const { return size_; }

  // Calls job(thread) once on every thread and waits for all.
  template <class Job> void run(const Job& job) {
    if (size_ == 1) return job(0);
    call_ = [](const void* data, int thread) { (*static_cast<const Job*>(data))(thread); };
    data_ = &job;
    finished_.store(0, std::memory_order_relaxed);
    epoch_.fetch_add(1, std::memory_order_release);
    job(0);
    spin_until([&] { return finished_.load(std::memory_order_acquire) == size_ - 1; });
  }

  // To be called by every thread of a running job.
  void barrier() {
    if (size_ == 1) return;
    const long round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) == size_ - 1) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
    } else {
      spin_until([&] { return round_.load(std::memory_order_acquire) != round; });
    }
  }

 private:
  void help(int thread) {
    for (long seen = 0;;) {
      spin_until([&] { return epoch_.load(std::memory_order_acquire) != seen; });
      ++seen;
      if (stop_.load()) return;
      call_(data_, thread);
      finished_.fetch_add(1, std::memory_order_release);
    }
  }

  int size_;
  List<std::thread> helpers_;
  std::atomic<bool> stop_{false};
  std::atomic<long> epoch_{0}, round_{0};
  std::atomic<int> finished_{0}, arrived_{0};
  void (*call_)(const void*, int) = nullptr;
  const void* data_ = nullptr;
};

}  // namespace cryodose::CRYODOSE_NS
