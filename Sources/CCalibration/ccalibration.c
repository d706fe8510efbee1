#define _GNU_SOURCE
#include "CCalibration.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

uint64_t ccalibration_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t ccalibration_ticks(void) {
#if defined(__x86_64__)
    _mm_lfence();
    uint64_t ticks = __builtin_ia32_rdtsc();
    _mm_lfence();
    return ticks;
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
#else
    return 0;
#endif
}

void ccalibration_spin(uint64_t ticks, uint64_t count) {
    uint64_t end = ccalibration_ticks();
    for (uint64_t done = 0; done < count; done++) {
        end += ticks;
        // The difference is signed: a wait that was interrupted may have passed several ends.
        while ((int64_t)(ccalibration_ticks() - end) < 0) {}
    }
}

const void *ccalibration_chase(const void *start, uint64_t count) {
    const void *place = start;
    for (; count >= 8; count -= 8) {
        place = *(const void *const *)place;
        place = *(const void *const *)place;
        place = *(const void *const *)place;
        place = *(const void *const *)place;
        place = *(const void *const *)place;
        place = *(const void *const *)place;
        place = *(const void *const *)place;
        place = *(const void *const *)place;
    }
    for (; count > 0; count--) place = *(const void *const *)place;
    return place;
}

typedef uint64_t wide __attribute__((vector_size(64), aligned(64)));

static inline __attribute__((always_inline)) uint64_t read_all(const void *memory, size_t size) {
    const wide *place = memory;
    wide a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t left = size / sizeof(wide); left >= 4; left -= 4, place += 4) {
        a ^= place[0];
        b ^= place[1];
        c ^= place[2];
        d ^= place[3];
    }
    a ^= b ^ c ^ d;
    return a[0] ^ a[1] ^ a[2] ^ a[3] ^ a[4] ^ a[5] ^ a[6] ^ a[7];
}

// The wider the loads, the more lines are under way at a time: with narrow ones the processor is measured, not the
// memory.
#if defined(__x86_64__)
__attribute__((target("avx512f"))) static uint64_t read_512(const void *memory, size_t size) {
    return read_all(memory, size);
}
__attribute__((target("avx2"))) static uint64_t read_256(const void *memory, size_t size) {
    return read_all(memory, size);
}
#endif

uint64_t ccalibration_read(const void *memory, size_t size) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return read_512(memory, size);
    if (__builtin_cpu_supports("avx2")) return read_256(memory, size);
#endif
    return read_all(memory, size);
}

uint64_t ccalibration_touch(volatile uint8_t *memory, size_t size, size_t stride) {
    uint64_t sum = 0;
    for (size_t place = 0; place < size; place += stride) sum += memory[place];
    return sum;
}

void ccalibration_dirty(volatile uint8_t *memory, size_t size, size_t stride) {
    for (size_t place = 0; place < size; place += stride) memory[place] = 1;
}

ssize_t ccalibration_copy(pid_t process, void *to, const void *from, size_t size) {
    struct iovec local = {to, size}, remote = {(void *)from, size};
    ssize_t count = process_vm_readv(process, &local, 1, &remote, 1, 0);
    return count >= 0 ? count : -errno;
}

pid_t ccalibration_twin(void) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) return -errno;
    if (child > 0) return child;
    // Only what is safe between fork and exec in a process of several threads.
    signal(SIGINT, SIG_IGN);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(1);
    for (;;) pause();
}

int ccalibration_uffd_open(int minor) {
    int descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
    // Faults of programs, not of the kernel, are all that is measured, and anybody may answer those.
    if (descriptor < 0 && errno == EPERM)
        descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | 1 /* UFFD_USER_MODE_ONLY */);
    if (descriptor < 0) return -errno;
    struct uffdio_api api = {.api = UFFD_API, .features = minor ? (1u << 10) /* MINOR_SHMEM */ : 0};
    if (ioctl(descriptor, UFFDIO_API, &api) != 0) {
        int failure = errno;
        close(descriptor);
        return -failure;
    }
    return descriptor;
}

int ccalibration_uffd_register(int descriptor, void *memory, size_t size, int minor) {
    struct uffdio_register range = {
        .range = {.start = (uint64_t)(uintptr_t)memory, .len = size},
        .mode = minor ? (1u << 2) /* MINOR */ : UFFDIO_REGISTER_MODE_MISSING,
    };
    return ioctl(descriptor, UFFDIO_REGISTER, &range) == 0 ? 0 : -errno;
}

int64_t ccalibration_uffd_wait(int descriptor, int stop) {
    for (;;) {
        struct pollfd waits[2] = {{.fd = descriptor, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
        if (poll(waits, 2, -1) < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (waits[1].revents != 0) return 0;
        struct uffd_msg message;
        ssize_t count = read(descriptor, &message, sizeof message);
        if (count < 0) {
            if (errno == EAGAIN || errno == EINTR) continue;
            return -errno;
        }
        if (count == sizeof message && message.event == UFFD_EVENT_PAGEFAULT)
            return (int64_t)(message.arg.pagefault.address & ~4095ull);
    }
}

int ccalibration_uffd_copy(int descriptor, uint64_t page, const void *content) {
    struct uffdio_copy copy = {.dst = page, .src = (uint64_t)(uintptr_t)content, .len = 4096};
    return ioctl(descriptor, UFFDIO_COPY, &copy) == 0 || errno == EEXIST ? 0 : -errno;
}

// <linux/userfaultfd.h> of older distributions lacks it.
struct continue_argument {
    struct uffdio_range range;
    uint64_t mode;
    int64_t mapped;
};

int ccalibration_uffd_continue(int descriptor, uint64_t page) {
    struct continue_argument argument = {.range = {.start = page, .len = 4096}};
    unsigned long request = _IOWR(UFFDIO, 7, struct continue_argument);
    return ioctl(descriptor, request, &argument) == 0 || errno == EEXIST ? 0 : -errno;
}

int ccalibration_swap_on(const char *device) {
    return swapon(device, SWAP_FLAG_PREFER | SWAP_FLAG_PRIO_MASK) == 0 ? 0 : -errno;
}

int ccalibration_swap_off(const char *device) { return swapoff(device) == 0 ? 0 : -errno; }

int ccalibration_page_out(void *memory, size_t size) {
    return madvise(memory, size, 21 /* MADV_PAGEOUT, which older headers lack */) == 0 ? 0 : -errno;
}

int ccalibration_is_emulated(void) {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    // Bit 31 of leaf 1: a hypervisor answers leaf 0x40000000 with its signature.
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 31)) return 0;
    unsigned signature[3];
    __cpuid(0x40000000, a, signature[0], signature[1], signature[2]);
    return memcmp(signature, "TCGTCGTCGTCG", sizeof signature) == 0;
#else
    return 0;
#endif
}

int ccalibration_pin(int processor) {
    if (processor < 0 || processor >= CPU_SETSIZE) return -EINVAL;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

int ccalibration_may_run_on(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -errno;
    return processor >= 0 && processor < CPU_SETSIZE && CPU_ISSET(processor, &set);
}

int ccalibration_get_affinity(void *mask) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -errno;
    memcpy(mask, &set, sizeof set);
    return 0;
}

int ccalibration_set_affinity(const void *mask) {
    cpu_set_t set;
    memcpy(&set, mask, sizeof set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}
