// SPDX-License-Identifier: Apache-2.0
#include "analyzer/files/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "schema/words/escape.h"

namespace caprec {

Input::Input(const std::string& file, bool follow)
    : name_(file == "-" ? "standard input" : escape(file)), follow_(follow) {
    const bool standard_input = file == "-";
    if (standard_input && ::isatty(STDIN_FILENO) == 1)
        throw Error(
            "standard input is a terminal; a trace comes from a pipe or a file: caprec -o - -- CMD | capanalyze -");
    descriptor_ = standard_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor_ < 0) {
        const int error = errno;
        throw Error("cannot open " + name_ + ": " + errno_text(error) +
                    (error == EACCES   ? "; traces belong to who recorded them: run as that user, or change its mode"
                     : error == ENOENT ? "; caprec -o FILE -- COMMAND records one"
                                       : ""));
    }
    struct stat status {};
    std::string problem;
    if (::fstat(descriptor_, &status) != 0)
        problem = "cannot read: " + errno_text(errno);
    else if (S_ISDIR(status.st_mode))
        problem = "is a directory; a trace is a file; capanalyze merge makes one of all that are in it";
    size_ = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    rewindable_ = S_ISREG(status.st_mode) && !follow;
    if (!problem.empty()) {
        ::close(descriptor_);
        throw Error(name_ + ": " + problem);
    }
}

Input::~Input() { ::close(descriptor_); }

std::size_t Input::read_once(std::span<std::byte> into) {
    for (;;) {
        const ssize_t count = ::read(descriptor_, into.data(), into.size());
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR)
            throw Error("cannot read: " + errno_text(errno));
    }
}

std::size_t Input::read(std::span<std::byte> into) {
    if (before_read_)
        before_read_();
    std::size_t count = read_once(into);
    while (count == 0 && follow_) {
        const bool grows = being_written();
        count = read_once(into);  // after the question: bytes written before the lock went must not be missed
        if (count == 0 && !grows)
            break;
        if (count == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    if (count == 0 && !any_byte_)
        throw Error("is empty; nothing was recorded into it");
    any_byte_ = true;
    return count;
}

bool Input::being_written() const {
    struct flock lock {};
    lock.l_type = F_RDLCK;  // conflicts with a writer's lock
    lock.l_whence = SEEK_SET;
    return ::fcntl(descriptor_, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
}

void Input::rewind() {
    if (::lseek(descriptor_, 0, SEEK_SET) != 0)
        throw Error("cannot read again: " + errno_text(errno));
}

}  // namespace caprec
