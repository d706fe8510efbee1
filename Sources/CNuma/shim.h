#include <numa.h>
#include <numaif.h>

// The library's global variables as functions: Swift does not read variables of C that may change.
static inline int CNuma_exists(unsigned int node) { return numa_bitmask_isbitset(numa_nodes_ptr, node); }
