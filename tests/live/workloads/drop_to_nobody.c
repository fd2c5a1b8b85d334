// SPDX-License-Identifier: Apache-2.0
//
// usage: drop_to_nobody
// Acts as a daemon: binds a low port (CAP_NET_BIND_SERVICE), becomes nobody (CAP_SETGID, CAP_SETUID), and binds another
// low port, which is refused.  Exit status 77 where low ports are free for everybody.
#include "workload.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { first_port = 870, last_port = 899 };

// The errno; EADDRINUSE while somebody else has it.
static int bind_to(unsigned short port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        fail("socket");
    return bind(listener, (const struct sockaddr*)&address, sizeof address) == 0 ? 0 : errno;
}

int main(void) {
    int error = EADDRINUSE;
    for (unsigned short port = first_port; port < last_port && error == EADDRINUSE; ++port)
        error = bind_to(port);
    if (error != 0)
        return error == EADDRINUSE ? 77 : 99;
    if (setgroups(0, NULL) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0)
        fail("cannot become nobody");
    error = bind_to(last_port);
    return error == EACCES ? 0 : 77;
}
