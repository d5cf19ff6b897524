// Vectors of one instruction set, as GCC/Clang vector types, and the few operations for which the
// compilers do not find the right instruction without -ffast-math.
// The including file sets CRYODOSE_NS (its own namespace) and CRYODOSE_VECTOR_BYTES.
#pragma once

#include <cstddef>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define CRYODOSE_INLINE inline __attribute__((always_inline))

namespace cryodose::CRYODOSE_NS {

template <class Real> struct VectorOf;
template <> struct VectorOf<float> {
  typedef float type __attribute__((vector_size(CRYODOSE_VECTOR_BYTES), may_alias));
};
template <> struct VectorOf<double> {
  typedef double type __attribute__((vector_size(CRYODOSE_VECTOR_BYTES), may_alias));
};
using F32 = VectorOf<float>::type;
using F64 = VectorOf<double>::type;

// Both return b where one argument is not a number, as the SSE instructions do. Callers put the
// unknown second, so that a NaN stays one.
#if CRYODOSE_VECTOR_BYTES == 64
// The masked forms with a full mask give the plain instruction; the unmasked ones make GCC 12
// warn about its own header.
constexpr __mmask16 kAll16 = 0xffff;
constexpr __mmask8 kAll8 = 0xff;
CRYODOSE_INLINE F32 larger(F32 a, F32 b) { return F32(_mm512_maskz_max_ps(kAll16, __m512(a), __m512(b))); }
CRYODOSE_INLINE F64 larger(F64 a, F64 b) { return F64(_mm512_maskz_max_pd(kAll8, __m512d(a), __m512d(b))); }
CRYODOSE_INLINE F32 smaller(F32 a, F32 b) { return F32(_mm512_maskz_min_ps(kAll16, __m512(a), __m512(b))); }
CRYODOSE_INLINE F64 smaller(F64 a, F64 b) { return F64(_mm512_maskz_min_pd(kAll8, __m512d(a), __m512d(b))); }
#elif CRYODOSE_VECTOR_BYTES == 32
CRYODOSE_INLINE F32 larger(F32 a, F32 b) { return F32(_mm256_max_ps(__m256(a), __m256(b))); }
CRYODOSE_INLINE F64 larger(F64 a, F64 b) { return F64(_mm256_max_pd(__m256d(a), __m256d(b))); }
CRYODOSE_INLINE F32 smaller(F32 a, F32 b) { return F32(_mm256_min_ps(__m256(a), __m256(b))); }
CRYODOSE_INLINE F64 smaller(F64 a, F64 b) { return F64(_mm256_min_pd(__m256d(a), __m256d(b))); }
#elif defined(__SSE2__)
CRYODOSE_INLINE F32 larger(F32 a, F32 b) { return F32(_mm_max_ps(__m128(a), __m128(b))); }
CRYODOSE_INLINE F64 larger(F64 a, F64 b) { return F64(_mm_max_pd(__m128d(a), __m128d(b))); }
CRYODOSE_INLINE F32 smaller(F32 a, F32 b) { return F32(_mm_min_ps(__m128(a), __m128(b))); }
CRYODOSE_INLINE F64 smaller(F64 a, F64 b) { return F64(_mm_min_pd(__m128d(a), __m128d(b))); }
#else
template <class V> CRYODOSE_INLINE V larger(V a, V b) { return a > b ? a : b; }
template <class V> CRYODOSE_INLINE V smaller(V a, V b) { return a < b ? a : b; }
#endif

#if CRYODOSE_VECTOR_BYTES == 64
// 14 bits from the table, then one Newton step (single) or the first four terms of the series in
// the error (double): within an ulp or two of the division, at a part of its latency, which lies
// on the critical path of the elimination.
CRYODOSE_INLINE F32 reciprocal(F32 x) {
  const F32 guess = F32(_mm512_maskz_rcp14_ps(kAll16, __m512(x)));
  return guess + guess * (1.0f - x * guess);
}
CRYODOSE_INLINE F64 reciprocal(F64 x) {
  const F64 guess = F64(_mm512_maskz_rcp14_pd(kAll8, __m512d(x)));
  const F64 error = 1.0 - x * guess, better = guess + guess * error;
  return better + better * (error * error);
}
#else
CRYODOSE_INLINE F32 reciprocal(F32 x) { return 1.0f / x; }
CRYODOSE_INLINE F64 reciprocal(F64 x) { return 1.0 / x; }
#endif

// A running sum that keeps what each addition loses (Kahan), so that single precision can add up
// thousands of steps.
template <class V> struct Sum {
  V total = V{} , lost = V{};
  CRYODOSE_INLINE void add(V x) {
    const V y = x - lost;
    const V next = total + y;
    lost = (next - total) - y;
    total = next;
  }
};

}  // namespace cryodose::CRYODOSE_NS
