#ifndef C_VERBS_H
#define C_VERBS_H

#include <stdint.h>
#include <stddef.h>

// RDMA verbs without linking to them: libibverbs.so.1 is looked for when first used, so that a program that holds
// this starts on machines without it. What follows are the few verbs that one-sided transfers over reliable
// connections need, with plain structures. Functions that return an int return 0 or a positive errno; those that
// return a pointer return NULL and set errno.

struct ibv_device;
struct ibv_context;
struct ibv_pd;
struct ibv_mr;
struct ibv_cq;
struct ibv_srq;
struct ibv_qp;

/// Looks for the library, once. NULL when all is there, else why not, in the words of the loader.
const char *cverbs_load(void);

/// The devices, with their number; an array for cverbs_free_devices.
struct ibv_device **cverbs_devices(int *count);
void cverbs_free_devices(struct ibv_device **devices);
const char *cverbs_device_name(struct ibv_device *device);
struct ibv_context *cverbs_open(struct ibv_device *device);
int cverbs_close(struct ibv_context *context);

struct cverbs_device_facts {
    char firmware[64];
    uint32_t vendor;
    uint32_t part;
    int ports;
    int queue_pairs;
    int work_requests;
    int completions;
    int outstanding_reads;
    int answered_reads;
    int shared_receives;
    int atomics;
};
int cverbs_device_facts(struct ibv_context *context, struct cverbs_device_facts *facts);

struct cverbs_port_facts {
    int state;
    int active_mtu;
    int gids;
    uint16_t lid;
    uint8_t ethernet;
};
int cverbs_port_facts(struct ibv_context *context, uint8_t port, struct cverbs_port_facts *facts);
const char *cverbs_port_state(int state);
/// The port state in which a link carries traffic.
int cverbs_port_active(void);
int cverbs_gid(struct ibv_context *context, uint8_t port, int index, uint8_t gid[16]);

struct ibv_pd *cverbs_protection_domain(struct ibv_context *context);
int cverbs_free_protection_domain(struct ibv_pd *domain);

enum { CVERBS_REMOTE_READ = 1, CVERBS_REMOTE_WRITE = 2, CVERBS_REMOTE_ATOMIC = 4 };
struct ibv_mr *cverbs_register(
    struct ibv_pd *domain, void *address, size_t length, int access, uint32_t *local_key, uint32_t *remote_key);
int cverbs_deregister(struct ibv_mr *region);

struct ibv_cq *cverbs_completion_queue(struct ibv_context *context, int entries);
int cverbs_free_completion_queue(struct ibv_cq *queue);

struct ibv_srq *cverbs_shared_receives(struct ibv_pd *domain, uint32_t receives);
int cverbs_free_shared_receives(struct ibv_srq *queue);

struct cverbs_queue_pair_size {
    uint32_t sends;
    uint32_t receives;
    uint32_t inline_bytes;
};
/// A reliable connection's end, not yet connected. `size` becomes what the device gives, at least what was asked for.
struct ibv_qp *cverbs_queue_pair(
    struct ibv_pd *domain, struct ibv_cq *completions, struct ibv_srq *shared, struct cverbs_queue_pair_size *size,
    uint32_t *number);
int cverbs_free_queue_pair(struct ibv_qp *pair);

struct cverbs_path {
    uint32_t peer_number;
    uint32_t peer_sequence;
    uint32_t own_sequence;
    uint16_t peer_lid;
    uint8_t peer_gid[16];
    uint8_t port;
    uint8_t gid_index;
    uint8_t mtu;
    uint8_t global;
    /// Reads under way at once: asked for, answered.
    uint8_t reads;
    uint8_t answers;
    /// The exponent of 4.096 us after which a packet is sent again, and how often it is.
    uint8_t timeout;
    uint8_t retries;
};
/// Brings a new queue pair to INIT, to RTR and to RTS. `step` says which of the three failed.
int cverbs_connect(struct ibv_qp *pair, const struct cverbs_path *path, int *step);

enum { CVERBS_READ = 0, CVERBS_WRITE = 1, CVERBS_COMPARE_AND_SWAP = 2 };
enum { CVERBS_SIGNALLED = 1, CVERBS_INLINE = 2 };
struct cverbs_operation {
    uint64_t tag;
    uint64_t local;
    uint64_t remote;
    uint64_t compare;
    uint64_t swap;
    uint32_t length;
    uint32_t local_key;
    uint32_t remote_key;
    uint16_t kind;
    uint16_t flags;
};
/// The longest list that one call posts.
enum { CVERBS_LONGEST_CHAIN = 256 };
/// Posts operations, as one linked list or one after the other. `posted` becomes how many the queue took.
int cverbs_post(
    struct ibv_qp *pair, const struct cverbs_operation *operations, int count, int chained, int *posted);

struct cverbs_completion {
    uint64_t tag;
    uint32_t status;
    uint32_t vendor;
    uint32_t queue_pair;
    uint32_t reserved;
};
/// Takes completions that there are: how many, or a negative errno. Never waits.
int cverbs_poll(struct ibv_cq *queue, struct cverbs_completion *completions, int capacity);
const char *cverbs_status(uint32_t status);
/// The status of a peer that does not answer.
uint32_t cverbs_status_no_answer(void);
/// The status of operations that were thrown away after another one's error.
uint32_t cverbs_status_flushed(void);

/// The bytes that this process may lock; UINT64_MAX when there is no limit.
uint64_t cverbs_locked_limit(void);
/// Maps anonymous memory, in huge pages of 2 MiB when asked; NULL and errno.
void *cverbs_map(size_t length, int huge);

#endif
