// Vectors of 16 bytes: what every x86-64 and every 64-bit ARM has.
#define CRYODOSE_NS base
#define CRYODOSE_VECTOR_BYTES 16
#include "kernel.h"

namespace cryodose {

Kernel kernel_base() { return base::make_kernel(); }

}  // namespace cryodose
