#define _GNU_SOURCE
#include "CProcess.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
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

// The same through /proc/PID/mem, which asks for the same rights, but is open, read and written by system calls that
// filters let pass. `failure` is why the call itself did not work.
static ssize_t move_by_file(
    pid_t process, const struct iovec *local, size_t locals, const struct iovec *remote, size_t remotes,
    int is_write, int failure) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", (int)process);
    int memory = open(path, (is_write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (memory < 0) return -failure;
    ssize_t moved = 0;
    size_t here = 0, done_here = 0;
    for (size_t there = 0; there < remotes; there++) {
        for (size_t done = 0; done < remote[there].iov_len;) {
            while (here < locals && done_here == local[here].iov_len) here++, done_here = 0;
            if (here == locals) goto end;
            size_t left = remote[there].iov_len - done, room = local[here].iov_len - done_here;
            size_t size = left < room ? left : room;
            char *own = (char *)local[here].iov_base + done_here;
            off_t place = (off_t)((uintptr_t)remote[there].iov_base + done);
            ssize_t count = is_write ? pwrite(memory, own, size, place) : pread(memory, own, size, place);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) {
                if (moved == 0) moved = count == 0 || errno == EIO ? -EFAULT : -errno;
                goto end;
            }
            moved += count, done += (size_t)count, done_here += (size_t)count;
        }
    }
end:
    close(memory);
    return moved;
}

ssize_t cprocess_read(
    pid_t process, const struct iovec *local, size_t locals, const struct iovec *remote, size_t remotes) {
    ssize_t count = process_vm_readv(process, local, locals, remote, remotes, 0);
    if (count >= 0) return count;
    int failure = errno;
    if (failure != EPERM && failure != ENOSYS) return -failure;
    return move_by_file(process, local, locals, remote, remotes, 0, failure);
}

ssize_t cprocess_write(
    pid_t process, const struct iovec *local, size_t locals, const struct iovec *remote, size_t remotes) {
    ssize_t count = process_vm_writev(process, local, locals, remote, remotes, 0);
    if (count >= 0) return count;
    int failure = errno;
    if (failure != EPERM && failure != ENOSYS) return -failure;
    return move_by_file(process, local, locals, remote, remotes, 1, failure);
}

int cprocess_refuse(int first, int second) {
    // What a container's filter does: the named calls fail with EPERM, all others go on.
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)first, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)second, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof code[0], code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ? 0 : -errno;
}

#if defined(__x86_64__)
// One instruction of a stopped thread; 0 once it has stopped behind it.
static int step(pid_t thread) {
    for (;;) {
        if (ptrace(PTRACE_SINGLESTEP, thread, NULL, NULL) != 0) return -errno;
        int status;
        while (waitpid(thread, &status, __WALL) < 0)
            if (errno != EINTR) return -errno;
        if (!WIFSTOPPED(status)) return -ESRCH;
        // Stops that were under way come first: they leave the thread where it is.
        if (status >> 16 == 0 && WSTOPSIG(status) == SIGTRAP) return 0;
        if (status >> 16 == 0) return -EINTR;
    }
}
#endif

int cprocess_call(
    pid_t thread, uint64_t instruction, long number, const uint64_t arguments[6], int64_t *result) {
#if defined(__x86_64__)
    struct user_regs_struct before, call;
    struct iovec place = {&before, sizeof before};
    if (ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &place) != 0) return -errno;
    if (place.iov_len < sizeof before) return -EINVAL;
    call = before;
    call.rip = instruction;
    call.rax = (unsigned long long)number;
    // What it was stopped in is not to be begun again now; that comes with its own registers.
    call.orig_rax = ~0ull;
    call.rdi = arguments[0], call.rsi = arguments[1], call.rdx = arguments[2];
    call.r10 = arguments[3], call.r8 = arguments[4], call.r9 = arguments[5];
    place.iov_base = &call;
    if (ptrace(PTRACE_SETREGSET, thread, (void *)NT_PRSTATUS, &place) != 0) return -errno;
    int failure = step(thread);
    if (failure == 0 && ptrace(PTRACE_GETREGSET, thread, (void *)NT_PRSTATUS, &place) != 0) failure = -errno;
    *result = (int64_t)call.rax;
    place.iov_base = &before;
    place.iov_len = sizeof before;
    if (ptrace(PTRACE_SETREGSET, thread, (void *)NT_PRSTATUS, &place) != 0 && failure == 0) failure = -errno;
    return failure;
#else
    (void)thread, (void)instruction, (void)number, (void)arguments, (void)result;
    return -ENOSYS;
#endif
}

// <sys/syscall.h> of older distributions lacks these; their numbers are the same on all machines.
enum { PIDFD_OPEN = 434, PIDFD_GETFD = 438 };

int cprocess_take_descriptor(pid_t process, int theirs) {
    int handle = (int)syscall(PIDFD_OPEN, process, 0);
    if (handle < 0) return -errno;
    int ours = (int)syscall(PIDFD_GETFD, handle, theirs, 0);
    int failure = errno;
    close(handle);
    return ours >= 0 ? ours : -failure;
}

int cprocess_faults_begin(int descriptor, int events) {
    struct uffdio_api api = {
        .api = UFFD_API,
        .features = events ? UFFD_FEATURE_EVENT_FORK | UFFD_FEATURE_EVENT_REMAP
                | UFFD_FEATURE_EVENT_REMOVE | UFFD_FEATURE_EVENT_UNMAP
                           : 0,
    };
    return ioctl(descriptor, UFFDIO_API, &api) == 0 ? 0 : -errno;
}

int cprocess_faults_watch(int descriptor, uint64_t start, uint64_t end) {
    struct uffdio_register range = {
        .range = {.start = start, .len = end - start},
        .mode = UFFDIO_REGISTER_MODE_MISSING,
    };
    return ioctl(descriptor, UFFDIO_REGISTER, &range) == 0 ? 0 : -errno;
}

int cprocess_faults_ignore(int descriptor, uint64_t start, uint64_t end) {
    struct uffdio_range range = {.start = start, .len = end - start};
    return ioctl(descriptor, UFFDIO_UNREGISTER, &range) == 0 ? 0 : -errno;
}

int64_t cprocess_faults_fill(int descriptor, uint64_t start, uint64_t end, const void *content) {
    if (content != NULL) {
        struct uffdio_copy copy = {.dst = start, .src = (uint64_t)(uintptr_t)content, .len = end - start};
        int failed = ioctl(descriptor, UFFDIO_COPY, &copy) != 0;
        return failed ? (copy.copy > 0 ? copy.copy : -errno) : copy.copy;
    }
    struct uffdio_zeropage zeros = {.range = {.start = start, .len = end - start}};
    int failed = ioctl(descriptor, UFFDIO_ZEROPAGE, &zeros) != 0;
    return failed ? (zeros.zeropage > 0 ? zeros.zeropage : -errno) : zeros.zeropage;
}

int cprocess_faults_wake(int descriptor, uint64_t start, uint64_t end) {
    struct uffdio_range range = {.start = start, .len = end - start};
    return ioctl(descriptor, UFFDIO_WAKE, &range) == 0 ? 0 : -errno;
}

int cprocess_faults_next(int descriptor, struct cprocess_fault *fault) {
    struct uffd_msg message;
    ssize_t count;
    do count = read(descriptor, &message, sizeof message);
    while (count < 0 && errno == EINTR);
    *fault = (struct cprocess_fault){.kind = CPROCESS_FAULT_NOTHING, .descriptor = -1};
    if (count < 0) return errno == EAGAIN ? 0 : -errno;
    if (count != sizeof message) return -EIO;
    switch (message.event) {
    case UFFD_EVENT_PAGEFAULT:
        fault->kind = CPROCESS_FAULT_MISSING;
        fault->start = message.arg.pagefault.address & ~4095ull;
        fault->end = fault->start + 4096;
        break;
    case UFFD_EVENT_FORK:
        fault->kind = CPROCESS_FAULT_FORK;
        fault->descriptor = (int)message.arg.fork.ufd;
        break;
    case UFFD_EVENT_REMAP:
        fault->kind = CPROCESS_FAULT_MOVE;
        fault->start = message.arg.remap.from;
        fault->end = message.arg.remap.from + message.arg.remap.len;
        fault->target = message.arg.remap.to;
        break;
    case UFFD_EVENT_REMOVE:
    case UFFD_EVENT_UNMAP:
        fault->kind = message.event == UFFD_EVENT_REMOVE ? CPROCESS_FAULT_REMOVE : CPROCESS_FAULT_UNMAP;
        fault->start = message.arg.remove.start;
        fault->end = message.arg.remove.end;
        break;
    }
    return 0;
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

// The signals that the first process of a container must see to: what is sent to it from outside or by its own kin.
static void forward(pid_t child) {
    sigset_t all;
    sigfillset(&all);
    for (;;) {
        siginfo_t info;
        int number = sigwaitinfo(&all, &info);
        if (number < 0) continue;
        // A terminal sends its signals to the child as well.
        if (number != SIGCHLD) {
            if (info.si_code != SI_KERNEL) kill(child, number);
            continue;
        }
        // Orphans of the whole container end here too.
        int status;
        for (pid_t ended; (ended = waitpid(-1, &status, WNOHANG)) > 0;) {
            if (ended != child) continue;
            _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        }
    }
}

int cprocess_leave_first_place(void) {
    if (getpid() != 1) return 0;
    sigset_t all, before;
    sigfillset(&all);
    if (sigprocmask(SIG_SETMASK, &all, &before) != 0) return -errno;
    pid_t child = fork();
    if (child > 0) forward(child);
    int failure = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return child == 0 ? 0 : -failure;
}

int cprocess_is_unrandomised(unsigned long bits) { return (bits & ADDR_NO_RANDOMIZE) != 0; }
