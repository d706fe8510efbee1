#ifndef C_PROCESS_H
#define C_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
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

/// Copies memory of another process; the number of bytes copied. Where a filter refuses the call for that
/// (process_vm_readv), through /proc/PID/mem.
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

/// Copies memory into another process, up to the first page that may not be written; the number of bytes copied.
/// Where a filter refuses the call for that (process_vm_writev), through /proc/PID/mem.
ssize_t cprocess_write(
    pid_t process, const struct iovec *local, size_t locals, const struct iovec *remote, size_t remotes);

/// Numbers of system calls.
enum {
    CPROCESS_CLOSE = SYS_close,
    CPROCESS_MADVISE = SYS_madvise,
    CPROCESS_USERFAULTFD = SYS_userfaultfd,
    CPROCESS_PROCESS_VM_READV = SYS_process_vm_readv,
    CPROCESS_PROCESS_VM_WRITEV = SYS_process_vm_writev,
};

/// Makes a stopped thread of the traced process do the system call `number`, with the processor's instruction for
/// it at `instruction`, and stop again as it was. 0 with what the call returned in `result`.
int cprocess_call(
    pid_t thread, uint64_t instruction, long number, const uint64_t arguments[6], int64_t *result);
/// A descriptor of this process for what descriptor `theirs` of another one stands for.
int cprocess_take_descriptor(pid_t process, int theirs);

/// Makes a userfaultfd of another process, before its first use, report missing pages and, with `events`, what
/// changes the memory that it watches: forks, moves, removals.
int cprocess_faults_begin(int descriptor, int events);
/// Watches the pages from `start` up to `end`, or no longer.
int cprocess_faults_watch(int descriptor, uint64_t start, uint64_t end);
int cprocess_faults_ignore(int descriptor, uint64_t start, uint64_t end);
/// Fills missing pages from `start` up to `end` with `content`, with zeros when it is NULL, and wakes who waits for
/// them. The bytes filled; -EAGAIN when a change of the memory must be read first.
int64_t cprocess_faults_fill(int descriptor, uint64_t start, uint64_t end, const void *content);
/// Wakes who waits for pages from `start` up to `end` though nobody filled them.
int cprocess_faults_wake(int descriptor, uint64_t start, uint64_t end);

/// What a userfaultfd reports.
enum cprocess_fault_kind {
    CPROCESS_FAULT_NOTHING,
    /// Somebody waits for the page at `start`.
    CPROCESS_FAULT_MISSING,
    /// The process has forked; `descriptor` is the userfaultfd of the child.
    CPROCESS_FAULT_FORK,
    /// The pages from `start` up to `end` have moved to `target`.
    CPROCESS_FAULT_MOVE,
    /// The pages from `start` up to `end` are given up: they are zeros from now on.
    CPROCESS_FAULT_REMOVE,
    /// The addresses from `start` up to `end` are no longer mapped.
    CPROCESS_FAULT_UNMAP,
};

struct cprocess_fault {
    enum cprocess_fault_kind kind;
    int descriptor;
    uint64_t start, end, target;
};

/// Reads what is to be reported, without waiting; `CPROCESS_FAULT_NOTHING` when there is nothing.
int cprocess_faults_next(int descriptor, struct cprocess_fault *fault);

/// Starts a program in a process group of its own; it is killed when the calling thread ends. `input` and
/// `output` become its standard input and output, `errors` its standard error. The process id.
pid_t cprocess_start(
    char *const arguments[], int input, int output, int errors, int without_randomisation);

/// When this process is the first of a container (process 1): goes on in a child, while the first process passes on
/// signals, which the kernel would keep from it, takes note of the ends of orphans, and ends as the child does. To be
/// called before any thread is started. 0 for who goes on.
int cprocess_leave_first_place(void);

/// For tests: from now on two system calls, by their numbers, fail with EPERM in this thread and what it starts, as in
/// containers that forbid them.
int cprocess_refuse(int first, int second);

/// Whether the bits of `personality` turn address randomisation off.
int cprocess_is_unrandomised(unsigned long personality);

#endif
