// SPDX-License-Identifier: Apache-2.0
// bind PORT: binds a TCP port of the loopback address.
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int count, char** arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(arguments[1]) : 0)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr*)&address, sizeof address) != 0;
}
