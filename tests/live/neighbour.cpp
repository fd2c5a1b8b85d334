// SPDX-License-Identifier: Apache-2.0
#include "tests/live/neighbour.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace caprec {

Neighbour::Neighbour(const std::function<bool()>& prepare) {
    std::array<int, 2> ready{};
    if (pipe(ready.data()) != 0 || (pid_ = fork()) < 0)
        throw std::runtime_error("no neighbour");
    if (pid_ == 0) {
        const bool prepared = !prepare || prepare();
        (void)!::write(ready[1], prepared ? "y" : "n", 1);
        for (;;)
            pause();
    }
    char answer = 0;
    const bool answered = ::read(ready[0], &answer, 1) == 1 && answer == 'y';
    close(ready[0]);
    close(ready[1]);
    if (!answered)
        throw std::runtime_error("the neighbour could not get ready");
}

Neighbour::~Neighbour() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

}  // namespace caprec
