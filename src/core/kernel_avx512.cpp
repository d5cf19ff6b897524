// Vectors of 64 bytes.
#define CRYODOSE_NS avx512
#define CRYODOSE_VECTOR_BYTES 64
#include "kernel.h"

namespace cryodose {

Kernel kernel_avx512() { return avx512::make_kernel(); }

}  // namespace cryodose
