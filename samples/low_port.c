// SPDX-License-Identifier: Apache-2.0
//
// Binds a TCP socket to a port below 1024 in one thread while the other waits: needs CAP_NET_BIND_SERVICE
// (where net.ipv4.ip_unprivileged_port_start has its usual value), and shows that a thread's checks are charged to
// its process.
//
// usage: low_port [PORT]       default 879
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void* bind_port(void* argument) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(*(const unsigned short*)argument);
    const int reuse = 1;
    const int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    if (socket_ < 0 || bind(socket_, (const struct sockaddr*)&address, sizeof address) != 0) {
        perror("low_port: bind");
        return argument;
    }
    close(socket_);
    return NULL;
}

int main(int argc, char** argv) {
    unsigned short port = argc > 1 ? (unsigned short)atoi(argv[1]) : 879;
    pthread_t thread;
    void* failed = &port;
    if (pthread_create(&thread, NULL, bind_port, &port) != 0 || pthread_join(thread, &failed) != 0)
        return 2;
    return failed == NULL ? 0 : 1;
}
