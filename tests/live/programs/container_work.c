// SPDX-License-Identifier: Apache-2.0
//
// The program of a container, which needs no library: gives a file away, and listens at port 80.  With an argument it
// first waits until somebody opens the pipe /go for writing.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int failed(const char* what) {
    perror(what);
    return 1;
}

int main(int count, char** arguments) {
    (void)arguments;
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    if (count > 1) {
        if (write(1, "ready\n", 6) != 6 || open("/go", O_RDONLY) < 0)
            return failed("/go");
    }
    const int file = open("/file", O_RDWR | O_CREAT, 0600);
    if (file < 0 || fchown(file, 1, 1) != 0)
        return failed("fchown");
    if (fchown(file, 0, 0) != 0)
        return failed("fchown");
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0 || bind(server, (const struct sockaddr*)&address, sizeof address) != 0)
        return failed("bind");
    return write(1, "worked\n", 7) != 7;
}
