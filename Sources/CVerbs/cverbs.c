#define _GNU_SOURCE
#include "CVerbs.h"

#include <dlfcn.h>
#include <errno.h>
#include <infiniband/verbs.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

// The header's macros of the same names add arguments that a plain call does not need.
#undef ibv_get_device_list
#undef ibv_query_port
#undef ibv_reg_mr

// Each entry is a function of the library: its result, its name and its parameters.
#define VERBS(V) \
    V(struct ibv_device **, get_device_list, (int *)) \
    V(void, free_device_list, (struct ibv_device **)) \
    V(const char *, get_device_name, (struct ibv_device *)) \
    V(struct ibv_context *, open_device, (struct ibv_device *)) \
    V(int, close_device, (struct ibv_context *)) \
    V(int, query_device, (struct ibv_context *, struct ibv_device_attr *)) \
    V(int, query_port, (struct ibv_context *, uint8_t, struct _compat_ibv_port_attr *)) \
    V(int, query_gid, (struct ibv_context *, uint8_t, int, union ibv_gid *)) \
    V(struct ibv_pd *, alloc_pd, (struct ibv_context *)) \
    V(int, dealloc_pd, (struct ibv_pd *)) \
    V(struct ibv_mr *, reg_mr, (struct ibv_pd *, void *, size_t, int)) \
    V(int, dereg_mr, (struct ibv_mr *)) \
    V(struct ibv_cq *, create_cq, (struct ibv_context *, int, void *, struct ibv_comp_channel *, int)) \
    V(int, destroy_cq, (struct ibv_cq *)) \
    V(struct ibv_srq *, create_srq, (struct ibv_pd *, struct ibv_srq_init_attr *)) \
    V(int, destroy_srq, (struct ibv_srq *)) \
    V(struct ibv_qp *, create_qp, (struct ibv_pd *, struct ibv_qp_init_attr *)) \
    V(int, modify_qp, (struct ibv_qp *, struct ibv_qp_attr *, int)) \
    V(int, destroy_qp, (struct ibv_qp *)) \
    V(const char *, wc_status_str, (enum ibv_wc_status)) \
    V(const char *, port_state_str, (enum ibv_port_state))

#define DECLARE(result, name, parameters) result(*name) parameters;
static struct { VERBS(DECLARE) } verbs;

static const char *failure;
static char words[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fail(const char *why) {
    strncpy(words, why ? why : "unknown error", sizeof words - 1);
    failure = words;
}

static void load(void) {
    void *library = dlopen("libibverbs.so.1", RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        fail(dlerror());
        return;
    }
#define FIND(result, name, parameters) \
    verbs.name = (result(*) parameters)dlsym(library, "ibv_" #name); \
    if (!verbs.name && !failure) fail("libibverbs.so.1 has no ibv_" #name);
    VERBS(FIND)
}

const char *cverbs_load(void) {
    pthread_once(&once, load);
    return failure;
}

struct ibv_device **cverbs_devices(int *count) {
    errno = 0;
    return verbs.get_device_list(count);
}

void cverbs_free_devices(struct ibv_device **devices) { verbs.free_device_list(devices); }
const char *cverbs_device_name(struct ibv_device *device) { return verbs.get_device_name(device); }
struct ibv_context *cverbs_open(struct ibv_device *device) {
    errno = 0;
    return verbs.open_device(device);
}
int cverbs_close(struct ibv_context *context) { return verbs.close_device(context); }

int cverbs_device_facts(struct ibv_context *context, struct cverbs_device_facts *facts) {
    struct ibv_device_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    memset(facts, 0, sizeof *facts);
    int error = verbs.query_device(context, &attributes);
    if (error) return error > 0 ? error : errno;
    memcpy(facts->firmware, attributes.fw_ver, sizeof facts->firmware - 1);
    facts->vendor = attributes.vendor_id;
    facts->part = attributes.vendor_part_id;
    facts->ports = attributes.phys_port_cnt;
    facts->queue_pairs = attributes.max_qp;
    facts->work_requests = attributes.max_qp_wr;
    facts->completions = attributes.max_cqe;
    facts->outstanding_reads = attributes.max_qp_init_rd_atom;
    facts->answered_reads = attributes.max_qp_rd_atom;
    facts->shared_receives = attributes.max_srq;
    facts->atomics = attributes.atomic_cap != IBV_ATOMIC_NONE;
    return 0;
}

int cverbs_port_facts(struct ibv_context *context, uint8_t port, struct cverbs_port_facts *facts) {
    struct ibv_port_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    int error = verbs.query_port(context, port, (struct _compat_ibv_port_attr *)&attributes);
    if (error) return error > 0 ? error : errno;
    facts->state = attributes.state;
    facts->active_mtu = attributes.active_mtu;
    facts->gids = attributes.gid_tbl_len;
    facts->lid = attributes.lid;
    facts->ethernet = attributes.link_layer == IBV_LINK_LAYER_ETHERNET;
    return 0;
}

const char *cverbs_port_state(int state) { return verbs.port_state_str((enum ibv_port_state)state); }
int cverbs_port_active(void) { return IBV_PORT_ACTIVE; }

int cverbs_gid(struct ibv_context *context, uint8_t port, int index, uint8_t gid[16]) {
    union ibv_gid value;
    if (verbs.query_gid(context, port, index, &value)) return errno ? errno : EINVAL;
    memcpy(gid, value.raw, 16);
    return 0;
}

struct ibv_pd *cverbs_protection_domain(struct ibv_context *context) { return verbs.alloc_pd(context); }
int cverbs_free_protection_domain(struct ibv_pd *domain) { return verbs.dealloc_pd(domain); }

struct ibv_mr *cverbs_register(
    struct ibv_pd *domain, void *address, size_t length, int access, uint32_t *local_key, uint32_t *remote_key) {
    int flags = IBV_ACCESS_LOCAL_WRITE;
    if (access & CVERBS_REMOTE_READ) flags |= IBV_ACCESS_REMOTE_READ;
    if (access & CVERBS_REMOTE_WRITE) flags |= IBV_ACCESS_REMOTE_WRITE;
    if (access & CVERBS_REMOTE_ATOMIC) flags |= IBV_ACCESS_REMOTE_ATOMIC;
    errno = 0;
    struct ibv_mr *region = verbs.reg_mr(domain, address, length, flags);
    if (region) {
        *local_key = region->lkey;
        *remote_key = region->rkey;
    }
    return region;
}

int cverbs_deregister(struct ibv_mr *region) { return verbs.dereg_mr(region); }

struct ibv_cq *cverbs_completion_queue(struct ibv_context *context, int entries) {
    errno = 0;
    return verbs.create_cq(context, entries, NULL, NULL, 0);
}
int cverbs_free_completion_queue(struct ibv_cq *queue) { return verbs.destroy_cq(queue); }

struct ibv_srq *cverbs_shared_receives(struct ibv_pd *domain, uint32_t receives) {
    struct ibv_srq_init_attr attributes = {.attr = {.max_wr = receives, .max_sge = 1}};
    errno = 0;
    return verbs.create_srq(domain, &attributes);
}
int cverbs_free_shared_receives(struct ibv_srq *queue) { return verbs.destroy_srq(queue); }

struct ibv_qp *cverbs_queue_pair(
    struct ibv_pd *domain, struct ibv_cq *completions, struct ibv_srq *shared, struct cverbs_queue_pair_size *size,
    uint32_t *number) {
    struct ibv_qp_init_attr attributes = {
        .send_cq = completions,
        .recv_cq = completions,
        .srq = shared,
        .qp_type = IBV_QPT_RC,
        .cap = {
            .max_send_wr = size->sends,
            .max_recv_wr = shared ? 0 : size->receives,
            .max_send_sge = 1,
            .max_recv_sge = shared ? 0 : 1,
            .max_inline_data = size->inline_bytes,
        },
    };
    errno = 0;
    struct ibv_qp *pair = verbs.create_qp(domain, &attributes);
    if (!pair) return NULL;
    size->sends = attributes.cap.max_send_wr;
    size->receives = attributes.cap.max_recv_wr;
    size->inline_bytes = attributes.cap.max_inline_data;
    *number = pair->qp_num;
    return pair;
}

int cverbs_free_queue_pair(struct ibv_qp *pair) { return verbs.destroy_qp(pair); }

static int modify(struct ibv_qp *pair, struct ibv_qp_attr *attributes, int mask) {
    int error = verbs.modify_qp(pair, attributes, mask);
    return error >= 0 ? error : (errno ? errno : EINVAL);
}

static int initialise(struct ibv_qp *pair, const struct cverbs_path *path) {
    struct ibv_qp_attr attributes = {
        .qp_state = IBV_QPS_INIT,
        .port_num = path->port,
        .qp_access_flags = IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_ATOMIC,
    };
    return modify(pair, &attributes, IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS);
}

static int ready_to_receive(struct ibv_qp *pair, const struct cverbs_path *path) {
    struct ibv_qp_attr attributes = {
        .qp_state = IBV_QPS_RTR,
        .path_mtu = (enum ibv_mtu)path->mtu,
        .dest_qp_num = path->peer_number,
        .rq_psn = path->peer_sequence,
        .max_dest_rd_atomic = path->answers,
        .min_rnr_timer = 12,
        .ah_attr = {.dlid = path->peer_lid, .port_num = path->port, .is_global = path->global},
    };
    if (path->global) {
        attributes.ah_attr.grh.sgid_index = path->gid_index;
        attributes.ah_attr.grh.hop_limit = 64;
        memcpy(attributes.ah_attr.grh.dgid.raw, path->peer_gid, 16);
    }
    return modify(
        pair, &attributes,
        IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN | IBV_QP_MAX_DEST_RD_ATOMIC
            | IBV_QP_MIN_RNR_TIMER);
}

static int ready_to_send(struct ibv_qp *pair, const struct cverbs_path *path) {
    struct ibv_qp_attr attributes = {
        .qp_state = IBV_QPS_RTS,
        .sq_psn = path->own_sequence,
        .timeout = path->timeout,
        .retry_cnt = path->retries,
        .rnr_retry = 7,
        .max_rd_atomic = path->reads,
    };
    return modify(
        pair, &attributes,
        IBV_QP_STATE | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY | IBV_QP_SQ_PSN
            | IBV_QP_MAX_QP_RD_ATOMIC);
}

int cverbs_connect(struct ibv_qp *pair, const struct cverbs_path *path, int *step) {
    *step = 0;
    int error = initialise(pair, path);
    if (error) return error;
    *step = 1;
    error = ready_to_receive(pair, path);
    if (error) return error;
    *step = 2;
    return ready_to_send(pair, path);
}

static void describe(struct ibv_send_wr *request, struct ibv_sge *piece, const struct cverbs_operation *operation) {
    memset(request, 0, sizeof *request);
    piece->addr = operation->local;
    piece->length = operation->length;
    piece->lkey = operation->local_key;
    request->wr_id = operation->tag;
    request->sg_list = piece;
    request->num_sge = 1;
    request->send_flags = (operation->flags & CVERBS_SIGNALLED ? IBV_SEND_SIGNALED : 0)
        | (operation->flags & CVERBS_INLINE ? IBV_SEND_INLINE : 0);
    if (operation->kind == CVERBS_COMPARE_AND_SWAP) {
        request->opcode = IBV_WR_ATOMIC_CMP_AND_SWP;
        request->wr.atomic.remote_addr = operation->remote;
        request->wr.atomic.rkey = operation->remote_key;
        request->wr.atomic.compare_add = operation->compare;
        request->wr.atomic.swap = operation->swap;
    } else {
        request->opcode = operation->kind == CVERBS_WRITE ? IBV_WR_RDMA_WRITE : IBV_WR_RDMA_READ;
        request->wr.rdma.remote_addr = operation->remote;
        request->wr.rdma.rkey = operation->remote_key;
    }
}

int cverbs_post(
    struct ibv_qp *pair, const struct cverbs_operation *operations, int count, int chained, int *posted) {
    struct ibv_send_wr requests[CVERBS_LONGEST_CHAIN];
    struct ibv_sge pieces[CVERBS_LONGEST_CHAIN];
    struct ibv_send_wr *bad = NULL;
    *posted = 0;
    if (count < 0 || count > CVERBS_LONGEST_CHAIN) return EINVAL;
    for (int i = 0; i < count; i++) {
        describe(&requests[i], &pieces[i], &operations[i]);
        if (!chained) {
            int error = ibv_post_send(pair, &requests[i], &bad);
            if (error) return error;
            *posted = i + 1;
        } else if (i > 0) {
            requests[i - 1].next = &requests[i];
        }
    }
    if (!chained || count == 0) return 0;
    int error = ibv_post_send(pair, requests, &bad);
    *posted = error ? (bad ? (int)(bad - requests) : 0) : count;
    return error;
}

int cverbs_poll(struct ibv_cq *queue, struct cverbs_completion *completions, int capacity) {
    struct ibv_wc found[64];
    int count = ibv_poll_cq(queue, capacity < 64 ? capacity : 64, found);
    if (count < 0) return -EIO;
    for (int i = 0; i < count; i++) {
        completions[i].tag = found[i].wr_id;
        completions[i].status = found[i].status;
        completions[i].vendor = found[i].vendor_err;
        completions[i].queue_pair = found[i].qp_num;
    }
    return count;
}

const char *cverbs_status(uint32_t status) { return verbs.wc_status_str((enum ibv_wc_status)status); }
uint32_t cverbs_status_no_answer(void) { return IBV_WC_RETRY_EXC_ERR; }
uint32_t cverbs_status_flushed(void) { return IBV_WC_WR_FLUSH_ERR; }

uint64_t cverbs_locked_limit(void) {
    struct rlimit limits;
    if (getrlimit(RLIMIT_MEMLOCK, &limits) || limits.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
    return limits.rlim_cur;
}

void *cverbs_map(size_t length, int huge) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | (huge ? MAP_HUGETLB : 0);
    void *memory = mmap(NULL, length, PROT_READ | PROT_WRITE, flags, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}
