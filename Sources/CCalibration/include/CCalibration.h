#ifndef C_CALIBRATION_H
#define C_CALIBRATION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What Swift lacks for measuring: a clock that is called directly, a barrier against the optimiser, loops whose
// machine code is known, and system calls. Every function that can fail returns a negative errno.

/// CLOCK_MONOTONIC in nanoseconds; the vDSO answers, without entering the kernel.
uint64_t ccalibration_now(void);
/// The processor's time-stamp counter, after all that comes before it is done; 0 where there is none.
uint64_t ccalibration_ticks(void);

/// The optimiser must take it that `address` and what it points to are read and changed here.
static inline void ccalibration_keep(const void *address) { __asm__ volatile("" : : "r"(address) : "memory"); }
/// The optimiser must make `value`.
static inline void ccalibration_keep_value(uint64_t value) { __asm__ volatile("" : : "r"(value)); }

/// Waits `count` times `ticks` of the time-stamp counter, each wait from the end of the one before, so that the
/// sum is exact whatever a single wait overshoots.
void ccalibration_spin(uint64_t ticks, uint64_t count);

/// Follows `count` pointers from `start` on; the last one.
const void *ccalibration_chase(const void *start, uint64_t count);
/// Reads `size` bytes, a multiple of 256, with wide loads that do not wait for each other; their exclusive or.
uint64_t ccalibration_read(const void *memory, size_t size);
/// Reads one byte of each `stride`, each read depending on nothing; their sum.
uint64_t ccalibration_touch(volatile uint8_t *memory, size_t size, size_t stride);
/// Writes one byte of each `stride`.
void ccalibration_dirty(volatile uint8_t *memory, size_t size, size_t stride);

/// Copies from memory of another process; the number of bytes.
ssize_t ccalibration_copy(pid_t process, void *to, const void *from, size_t size);
/// A child process that has a copy of this one's memory and waits until it is killed; its process id. It dies
/// with the thread that made it.
pid_t ccalibration_twin(void);

/// Opens a userfaultfd for missing pages (or minor ones as well); the descriptor.
int ccalibration_uffd_open(int minor);
/// Registers a mapping.
int ccalibration_uffd_register(int descriptor, void *memory, size_t size, int minor);
/// Waits for a fault, or for `stop` to become readable; the address, 0 when told to stop.
int64_t ccalibration_uffd_wait(int descriptor, int stop);
/// Gives a missing page the content of another and wakes who waits.
int ccalibration_uffd_copy(int descriptor, uint64_t page, const void *content);
/// Maps the page that the page cache has already and wakes who waits.
int ccalibration_uffd_continue(int descriptor, uint64_t page);

/// Begins to swap to a device, before all others; ends it.
int ccalibration_swap_on(const char *device);
int ccalibration_swap_off(const char *device);
/// Sends pages to swap space.
int ccalibration_page_out(void *memory, size_t size);

/// Whether the processor says that it is QEMU's, interpreted.
int ccalibration_is_emulated(void);
/// Pins the calling thread to a processor.
int ccalibration_pin(int processor);
/// Whether the calling thread may run on a processor.
int ccalibration_may_run_on(int processor);
/// Lets the calling thread run where it could run when the mask was taken; `mask` has 128 bytes.
int ccalibration_get_affinity(void *mask);
/// Sets the affinity from `mask`.
int ccalibration_set_affinity(const void *mask);

#endif
