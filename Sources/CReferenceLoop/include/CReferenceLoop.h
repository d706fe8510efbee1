#ifndef C_REFERENCE_LOOP_H
#define C_REFERENCE_LOOP_H

#include <stddef.h>
#include <stdint.h>

/// One call: nanoseconds, nanoseconds, index.
struct CReferenceLoop_call {
    uint64_t time;
    uint64_t execution;
    uint32_t function;
    uint32_t unused;
};

/// Counts the cold starts of a trace under a fixed keep-alive with most-recent reuse and unlimited memory: the least that
/// any simulator must do. No nodes, no memory, no statistics. It is the yardstick that `scripts/bench` divides by.
///
/// Returns the number of cold starts, or UINT64_MAX when memory ran out.
uint64_t CReferenceLoop_run(const struct CReferenceLoop_call *calls, size_t count, uint32_t functions, uint64_t keep_alive);

#endif
