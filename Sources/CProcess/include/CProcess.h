#ifndef C_PROCESS_H
#define C_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

// System calls that Swift cannot make, because they are variadic or live in macros of the kernel's headers.
// Every function returns a negative errno when it fails.

/// Becomes the tracer of a thread without stopping it. The kernel lets it go when the calling thread ends.
int cprocess_seize(pid_t thread);
/// Asks a seized thread to stop.
int cprocess_interrupt(pid_t thread);
/// Lets a stopped thread go, delivering `signal` when it is not 0.
int cprocess_detach(pid_t thread, int signal);
/// Whether the status of a seized thread has changed; 1 with the status, 0 when not yet. Never waits.
int cprocess_poll(pid_t thread, int *status);
/// The stack pointer and the thread pointer of a stopped thread.
int cprocess_registers(pid_t thread, uint64_t *stack, uint64_t *base);

/// Copies memory of another process; the number of bytes copied.
ssize_t cprocess_read(
    pid_t process, const struct iovec *local, size_t locals, const struct iovec *remote, size_t remotes);

/// Pages of equal state that lie side by side, as PAGEMAP_SCAN reports them.
struct cprocess_page_run {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

/// Bits of `categories`.
enum {
    CPROCESS_FILE = 1 << 2,
    CPROCESS_PRESENT = 1 << 3,
    CPROCESS_SWAPPED = 1 << 4,
    CPROCESS_ZERO = 1 << 5,
    CPROCESS_HUGE = 1 << 6,
};

/// Fills `runs` with the present or swapped pages from `start` up to `end`; the number of runs. `*reached` is
/// where the scan stopped. Needs Linux 6.7: -ENOTTY before.
long cprocess_scan(
    int pagemap, uint64_t start, uint64_t end, struct cprocess_page_run *runs, size_t room,
    uint64_t *reached);

/// Starts a program in a process group of its own; it is killed when the calling thread ends. `input` and
/// `output` become its standard input and output, `errors` its standard error. The process id.
pid_t cprocess_start(
    char *const arguments[], int input, int output, int errors, int without_randomisation);

/// Whether the bits of `personality` turn address randomisation off.
int cprocess_is_unrandomised(unsigned long personality);

#endif
