// Containers of one instruction set alone. A std::vector<double> compiled once for AVX-512 and once
// for plain x86-64 has one name, and the linker may keep either; an allocator that lives in the
// namespace of the kernel gives each its own.
#pragma once

#include <cstdlib>
#include <new>
#include <vector>

namespace cryodose::CRYODOSE_NS {

template <class T> struct Local {
  using value_type = T;
  Local() = default;
  template <class U> Local(const Local<U>&) {}
  T* allocate(std::size_t n) {
    void* p = std::aligned_alloc(64, (n * sizeof(T) + 63) / 64 * 64);
    if (!p) throw std::bad_alloc();
    return static_cast<T*>(p);
  }
  void deallocate(T* p, std::size_t) { std::free(p); }
  template <class U> bool operator==(const Local<U>&) const { return true; }
  template <class U> bool operator!=(const Local<U>&) const { return false; }
};

template <class T> using List = std::vector<T, Local<T>>;

}  // namespace cryodose::CRYODOSE_NS
