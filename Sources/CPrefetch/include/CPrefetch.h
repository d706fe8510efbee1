#ifndef C_PREFETCH_H
#define C_PREFETCH_H

/// Asks the processor to bring the cache line at `address` near, for reading and writing. Any address is allowed.
/// Swift has no such instruction of its own; a static inline function costs no call.
static inline void CPrefetch_line(const void *address) { __builtin_prefetch(address, 1, 3); }

#endif
