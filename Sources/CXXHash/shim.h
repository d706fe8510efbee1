#include <xxhash.h>

// Builds of the library for x86 can have a second set of functions that choose by the processor at hand: AVX2 or
// AVX-512 instead of SSE2, with the same results. Whether they are there is known when the program starts.
#if defined(__x86_64__) && __has_include(<xxh_x86dispatch.h>)
#define XXH_DISPATCH_DISABLE_REPLACE
#include <xxh_x86dispatch.h>
#pragma weak XXH3_64bits_dispatch
#pragma weak XXH3_64bits_withSeed_dispatch
#pragma weak XXH3_64bits_update_dispatch
#define CXXHASH_CHOICE(choosing, plain) (choosing ? choosing : plain)
static inline int CXXHash_chooses(void) { return XXH3_64bits_dispatch != 0; }
#else
#define CXXHASH_CHOICE(choosing, plain) (plain)
static inline int CXXHash_chooses(void) { return 0; }
#endif

static inline XXH64_hash_t CXXHash_of(const void *bytes, size_t count) {
    return CXXHASH_CHOICE(XXH3_64bits_dispatch, XXH3_64bits)(bytes, count);
}

static inline XXH64_hash_t CXXHash_seeded(const void *bytes, size_t count, XXH64_hash_t seed) {
    return CXXHASH_CHOICE(XXH3_64bits_withSeed_dispatch, XXH3_64bits_withSeed)(bytes, count, seed);
}

static inline XXH_errorcode CXXHash_update(XXH3_state_t *state, const void *bytes, size_t count) {
    return CXXHASH_CHOICE(XXH3_64bits_update_dispatch, XXH3_64bits_update)(state, bytes, count);
}
