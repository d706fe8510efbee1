#include "CReferenceLoop.h"

#include <stdlib.h>

struct completion {
    uint64_t time;
    uint32_t function;
};

struct heap {
    struct completion *items;
    size_t count, capacity;
};

// The idle sandboxes of one function: the times at which they became idle, the latest on top.
struct stack {
    uint64_t *since;
    uint32_t count, capacity;
};

static int heap_push(struct heap *heap, struct completion item) {
    if (heap->count == heap->capacity) {
        size_t capacity = heap->capacity ? heap->capacity * 2 : 1024;
        struct completion *items = realloc(heap->items, capacity * sizeof *items);
        if (!items) return -1;
        heap->items = items;
        heap->capacity = capacity;
    }
    size_t hole = heap->count++;
    while (hole > 0 && item.time < heap->items[(hole - 1) / 2].time) {
        heap->items[hole] = heap->items[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    heap->items[hole] = item;
    return 0;
}

static struct completion heap_pop(struct heap *heap) {
    struct completion first = heap->items[0];
    struct completion last = heap->items[--heap->count];
    size_t hole = 0;
    for (;;) {
        size_t child = 2 * hole + 1;
        if (child >= heap->count) break;
        if (child + 1 < heap->count && heap->items[child + 1].time < heap->items[child].time) child++;
        if (last.time <= heap->items[child].time) break;
        heap->items[hole] = heap->items[child];
        hole = child;
    }
    heap->items[hole] = last;
    return first;
}

static int stack_push(struct stack *stack, uint64_t since) {
    if (stack->count == stack->capacity) {
        uint32_t capacity = stack->capacity ? stack->capacity * 2 : 4;
        uint64_t *grown = realloc(stack->since, capacity * sizeof *grown);
        if (!grown) return -1;
        stack->since = grown;
        stack->capacity = capacity;
    }
    stack->since[stack->count++] = since;
    return 0;
}

uint64_t CReferenceLoop_run(
    const struct CReferenceLoop_call *calls, size_t count, uint32_t functions, uint64_t keep_alive) {
    struct heap heap = {0};
    struct stack *idle = calloc(functions, sizeof *idle);
    uint64_t cold = idle ? 0 : UINT64_MAX;
    for (size_t i = 0; idle && i < count; i++) {
        uint64_t now = calls[i].time;
        while (heap.count > 0 && heap.items[0].time <= now) {
            struct completion done = heap_pop(&heap);
            if (stack_push(&idle[done.function], done.time) != 0) goto out_of_memory;
        }
        struct stack *own = &idle[calls[i].function];
        if (own->count > 0 && now - own->since[own->count - 1] <= keep_alive) {
            own->count--;
        } else {
            // When the latest has expired, all have.
            own->count = 0;
            cold++;
        }
        struct completion next = {now + calls[i].execution, calls[i].function};
        if (heap_push(&heap, next) != 0) goto out_of_memory;
    }
    goto done;
out_of_memory:
    cold = UINT64_MAX;
done:
    for (uint32_t f = 0; idle && f < functions; f++) free(idle[f].since);
    free(idle);
    free(heap.items);
    return cold;
}
