#define _GNU_SOURCE
#include "CProcess.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

int cprocess_seize(pid_t thread) {
    return ptrace(PTRACE_SEIZE, thread, NULL, NULL) == 0 ? 0 : -errno;
}

int cprocess_interrupt(pid_t thread) {
    return ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) == 0 ? 0 : -errno;
}

int cprocess_detach(pid_t thread, int signal) {
    return ptrace(PTRACE_DETACH, thread, NULL, (void *)(long)signal) == 0 ? 0 : -errno;
}

int cprocess_poll(pid_t thread, int *status) {
    for (;;) {
        pid_t found = waitpid(thread, status, __WALL | WNOHANG);
        if (found > 0) return 1;
        if (found == 0) return 0;
        if (errno != EINTR) return -errno;
    }
}

int cprocess_registers(pid_t thread, uint64_t *stack, uint64_t *base) {
#if defined(__x86_64__)
    struct user_regs_struct registers;
    struct iovec place = {&registers, sizeof registers};
    if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &place) != 0) return -errno;
    if (place.iov_len < sizeof registers) return -EINVAL; // a 32-bit thread
    *stack = registers.rsp;
    *base = registers.fs_base;
    return 0;
#else
    (void)thread, (void)stack, (void)base;
    return -ENOSYS;
#endif
}

ssize_t cprocess_read(
    pid_t process, const struct iovec *local, size_t locals, const struct iovec *remote, size_t remotes) {
    ssize_t count = process_vm_readv(process, local, locals, remote, remotes, 0);
    return count >= 0 ? count : -errno;
}

// <linux/fs.h> of older distributions lacks these.
struct scan_argument {
    uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
    uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};
#define SCAN_PAGEMAP _IOWR('f', 16, struct scan_argument)

long cprocess_scan(
    int pagemap, uint64_t start, uint64_t end, struct cprocess_page_run *runs, size_t room,
    uint64_t *reached) {
    struct scan_argument argument = {
        .size = sizeof argument,
        .start = start,
        .end = end,
        .vec = (uint64_t)(uintptr_t)runs,
        .vec_len = room,
        .category_anyof_mask = CPROCESS_PRESENT | CPROCESS_SWAPPED,
        .return_mask =
            CPROCESS_FILE | CPROCESS_PRESENT | CPROCESS_SWAPPED | CPROCESS_ZERO | CPROCESS_HUGE,
    };
    int found;
    do found = ioctl(pagemap, SCAN_PAGEMAP, &argument);
    while (found < 0 && errno == EINTR);
    if (found < 0) return -errno;
    *reached = argument.walk_end;
    return found;
}

// What the child does between fork and exec; tells the parent through `report` why it failed.
static void become(
    char *const arguments[], int input, int output, int errors, int without_randomisation, pid_t parent,
    int report) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    int failed = prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || setpgid(0, 0) != 0;
    if (getppid() != parent) _exit(127); // it died before it could be watched
    if (!failed && without_randomisation) {
        int now = personality(0xffffffff);
        failed = now < 0 || personality((unsigned long)now | ADDR_NO_RANDOMIZE) < 0;
    }
    failed = failed || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0;
    if (!failed) execvp(arguments[0], arguments);
    int reason = errno;
    while (write(report, &reason, sizeof reason) < 0 && errno == EINTR) {}
    _exit(127);
}

pid_t cprocess_start(
    char *const arguments[], int input, int output, int errors, int without_randomisation) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -errno;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) become(arguments, input, output, errors, without_randomisation, parent, report[1]);
    int failure = errno;
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        return -failure;
    }
    int reason = 0;
    ssize_t count;
    do count = read(report[0], &reason, sizeof reason);
    while (count < 0 && errno == EINTR);
    close(report[0]);
    if (count != sizeof reason) return child;
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    return -reason;
}

int cprocess_is_unrandomised(unsigned long bits) { return (bits & ADDR_NO_RANDOMIZE) != 0; }
