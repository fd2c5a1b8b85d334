// SPDX-License-Identifier: Apache-2.0
//
// Requests of rtnetlink that ask for CAP_NET_ADMIN and change nothing, by sendto, sendmsg and write: one that is all
// zero, for an interface that is not there, then one that is not acknowledged, with the answer before it unread.
#include "workload.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

struct request {
    struct nlmsghdr header;
    struct ifinfomsg link;
};

static struct request about(int interface, unsigned sequence, int flags) {
    struct request request;
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = RTM_NEWLINK;
    request.header.nlmsg_flags = NLM_F_REQUEST | flags;
    request.header.nlmsg_seq = sequence;
    request.link.ifi_index = interface;
    return request;
}

static void answered(int socket) {
    char answer[4096];
    if (recv(socket, answer, sizeof answer, 0) <= 0)
        fail("recv");
}

int main(void) {
    const int absent = 1 << 24, loopback = 1;
    const int socket_of_routes = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    struct request empty = about(0, 1, NLM_F_ACK), other = about(absent, 2, NLM_F_ACK),
                   third = about(absent, 3, NLM_F_ACK);
    struct iovec buffer = {&other, sizeof other};
    struct msghdr message = {.msg_iov = &buffer, .msg_iovlen = 1};
    struct request silent = about(loopback, 4, 0);
    if (socket_of_routes < 0 || sendto(socket_of_routes, &empty, sizeof empty, 0, NULL, 0) < 0)
        fail("sendto");
    answered(socket_of_routes);
    if (sendmsg(socket_of_routes, &message, 0) < 0)
        fail("sendmsg");
    answered(socket_of_routes);
    if (write(socket_of_routes, &third, sizeof third) < 0 || send(socket_of_routes, &silent, sizeof silent, 0) < 0)
        fail("write");
    return 0;
}
