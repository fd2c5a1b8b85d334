// SPDX-License-Identifier: Apache-2.0
//
// usage: count_signals
// Prints "ready"; counts SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGCONT, prints the number of each as it comes.
// Half a second after the first (SIGCONT apart) the exit status is how many came (SIGCONT apart).
#include "workload.h"

#include <signal.h>
#include <time.h>

static volatile sig_atomic_t counted;

static void on_signal(int number) {
    char line[3] = {(char)('0' + number / 10), (char)('0' + number % 10), '\n'};
    if (number != SIGCONT)
        ++counted;
    (void)!write(STDOUT_FILENO, line, sizeof line);
}

int main(void) {
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCONT};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; ++i) {
        struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
        if (sigaction(numbers[i], &action, NULL) != 0)
            fail("sigaction");
    }
    if (write(STDOUT_FILENO, "ready\n", 6) != 6)
        fail("write");
    while (counted == 0) {
        const struct timespec pause_time = {0, 5000000};
        nanosleep(&pause_time, NULL);
    }
    struct timespec rest = {0, 500000000};
    while (nanosleep(&rest, &rest) != 0) {
    }
    return counted;
}
