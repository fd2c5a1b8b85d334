/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The acknowledgement of a netlink request: the kernel puts it at the end of the sender's receive queue before the
 * sending returns (netlink_ack), so it is still there at the exit of the syscall.
 */
#ifndef CAPREC_NETLINK_BPF_H
#define CAPREC_NETLINK_BPF_H

#include "event.h"
#include "first_seen.bpf.h"
#include "kernel_types.h"
#include "open_file.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* include/uapi/linux: stat.h, socket.h, netlink.h, uio.h */
enum { FILE_TYPE = 0170000, TYPE_SOCKET = 0140000, FAMILY_NETLINK = 16, ANSWER_IS_ERROR = 2, SHORT_REQUEST = 32 };
enum { MOST_BUFFERS = 4 };

struct netlink_header {
    u32 length;
    u16 type, flags;
    u32 sequence, port;
};

struct netlink_answer {
    struct netlink_header header;
    s32 error;
    struct netlink_header request; /* the header of the request that is answered */
};

struct netlink_request {
    struct netlink_header header;
    u64 payload[2];
};

static __always_inline struct sock *netlink_socket(struct task_struct *task, u32 descriptor)
{
    struct file *file = file_of(task, descriptor);
    if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & FILE_TYPE) != TYPE_SOCKET)
        return 0;
    struct socket *socket = BPF_CORE_READ(file, private_data);
    struct sock *sk = BPF_CORE_READ(socket, sk);
    return BPF_CORE_READ(sk, __sk_common.skc_family) == FAMILY_NETLINK ? sk : 0;
}

/* Whether a request is just the header of its family, with nothing in it. */
static __always_inline u32 names_nothing(const struct netlink_request *request)
{
    return request->header.length <= SHORT_REQUEST && !request->payload[0] &&
           (request->header.length <= SHORT_REQUEST - 8 || !request->payload[1]);
}

struct buffer { /* struct iovec of 64-bit programs */
    u64 at, length;
};

/* Reads the beginning of the sent data, which may lie in several buffers; returns how many bytes could be read. */
static __always_inline u32 gather(const struct buffer *buffers, u64 count, u8 (*begin)[3 * SHORT_REQUEST])
{
    u32 done = 0;
    for (u32 i = 0; i < MOST_BUFFERS && i < count && done < SHORT_REQUEST; i++) {
        struct buffer next = {};
        if (bpf_probe_read_user(&next, sizeof next, &buffers[i]))
            break;
        u64 room = SHORT_REQUEST - done, length = next.length < room ? next.length : room;
        barrier_var(length); /* before Linux 6.8 a bound that is not a constant is none: the mask is for the verifier */
        length &= 2 * SHORT_REQUEST - 1;
        if (bpf_probe_read_user(&(*begin)[done], length, (void *)next.at))
            break;
        done += length;
    }
    return done;
}

/* The same; it is in one buffer when `buffers` is 0. */
static __always_inline u32 read_begin(struct netlink_request *request, u64 at, u64 buffers)
{
    u8 begin[3 * SHORT_REQUEST] = {}; /* the verifier believes that so much may be read */
    u32 done = 0;
    if (buffers)
        done = gather((const struct buffer *)at, buffers, &begin);
    else if (!bpf_probe_read_user(begin, SHORT_REQUEST, (void *)at))
        done = SHORT_REQUEST;
    else if (!bpf_probe_read_user(begin, sizeof request->header, (void *)at)) /* at the end of a page */
        done = sizeof request->header;
    __builtin_memcpy(request, begin, sizeof *request);
    return done;
}

/* enum ev_acknowledgement.  `request_at` is in user space: only the answer to that very request counts, not one that
 * was left unread before.  A function of its own, so that it is verified once. */
__weak __noinline int acknowledgement_of(u32 descriptor, u64 request_at, u64 buffers)
{
    struct sock *sk = netlink_socket(bpf_get_current_task_btf(), descriptor);
    if (!sk)
        return 0;
    void *queue = (void *)sk + bpf_core_field_offset(struct sock, sk_receive_queue);
    struct sk_buff *last = BPF_CORE_READ(sk, sk_receive_queue.prev);
    struct netlink_answer answer;
    struct netlink_request request;
    if (!last || (void *)last == queue || bpf_probe_read_kernel(&answer, sizeof answer, BPF_CORE_READ(last, data)))
        return 0;
    u32 known = read_begin(&request, request_at, buffers);
    if (known < sizeof request.header)
        return 0;
    if (answer.header.type != ANSWER_IS_ERROR || answer.header.length < sizeof answer || answer.error > 0 ||
        answer.error < -MAX_ERRNO || answer.request.length != request.header.length ||
        answer.request.type != request.header.type || answer.request.flags != request.header.flags ||
        answer.request.sequence != request.header.sequence)
        return 0;
    u32 code = 1 - answer.error;
    if (request.header.length > sizeof request.header && request.header.length <= known && names_nothing(&request))
        code |= EV_ACK_NAMES_NOTHING;
    return code;
}

/* Reads the list of buffers, its place and length, from a struct msghdr of 64-bit programs. */
static __always_inline bool read_buffers(u64 message, struct buffer *list)
{
    enum { BUFFERS_AT = 16 };
    return !bpf_probe_read_user(list, sizeof *list, (void *)message + BUFFERS_AT);
}

#endif
