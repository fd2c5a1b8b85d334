// SPDX-License-Identifier: Apache-2.0
// A server with workers: opens a low port, starts two workers that give up their identity, then gives up its own.
#include <arpa/inet.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int drop(unsigned id) { return setgroups(0, 0) == 0 && setgid(id) == 0 && setuid(id) == 0 && setuid(0) != 0; }

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(88)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (struct sockaddr*)&address, sizeof address) != 0 || listen(server, 4) != 0)
        return 1;
    for (int i = 0; i < 2; ++i)
        if (fork() == 0)
            _exit(!drop(65534));
    if (!drop(33))
        return 1;
    for (int i = 0; i < 2; ++i) {
        int status = 1;
        if (wait(&status) < 0 || status != 0)
            return 1;
    }
    return 0;
}
