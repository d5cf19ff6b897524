// Vectors of 32 bytes. 64-byte types would be split badly here (five times slower).
#define CRYODOSE_NS avx2
#define CRYODOSE_VECTOR_BYTES 32
#include "kernel.h"

namespace cryodose {

Kernel kernel_avx2() { return avx2::make_kernel(); }

}  // namespace cryodose
