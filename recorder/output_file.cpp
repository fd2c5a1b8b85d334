// SPDX-License-Identifier: Apache-2.0
#include "recorder/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "schema/error.h"

namespace caprec {
namespace {

// Every trace has the word "CAPTRACE" within its first bytes (see schema/README.md).
bool looks_like_trace(int writable) {
    std::array<char, 64> start{};
    const int fd = open(("/proc/self/fd/" + std::to_string(writable)).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const ssize_t got = pread(fd, start.data(), start.size(), 0);
    close(fd);
    return got > 0 &&
           std::string_view(start.data(), static_cast<std::size_t>(got)).find("CAPTRACE") != std::string_view::npos;
}

bool is_null_device(const struct stat& facts) { return S_ISCHR(facts.st_mode) && facts.st_rdev == makedev(1, 3); }

}  // namespace

OutputFile::OutputFile(const std::string& name, const Caller& caller) : name_(name), caller_(caller) {
    if (name == "-") {
        if (isatty(STDOUT_FILENO) != 0)
            throw Error("a trace is not for a terminal: use -o FILE, or send standard output to a file or a pipe");
        standard_output_ = true;
        name_ = "standard output";
        fd_ = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        if (fd_ < 0)
            throw Error("cannot write to standard output: " + errno_text(errno));
        return;
    }
    const ActAsCaller as_caller(caller_);
    constexpr int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;  // a FIFO waits for its reader
    fd_ = open(name.c_str(), flags | O_CREAT | O_EXCL, 0600);
    created_ = fd_ >= 0;
    if (fd_ < 0 && errno == EEXIST)
        fd_ = open(name.c_str(), flags);
    if (fd_ < 0 && errno == EISDIR)
        throw Error("cannot write " + name + ": it is a directory; -o takes the name of a file");
    if (fd_ < 0 && errno == ELOOP)
        throw Error("will not write " + name + ": it is a symbolic link; name the file itself");
    if (fd_ < 0)
        throw Error("cannot write " + name + ": " + errno_text(errno) + "; -o FILE chooses another place");
    try {
        examine();
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

OutputFile::~OutputFile() {
    if (fd_ >= 0)
        ::close(fd_);
    if (!created_ || size_ > 0)
        return;
    try {
        const ActAsCaller as_caller(caller_);
        (void)unlink(name_.c_str());
    } catch (const Error&) {  // then an empty file stays
    }
}

void OutputFile::examine() {
    struct stat facts {};
    if (fstat(fd_, &facts) != 0)
        throw Error("cannot examine " + name_ + ": " + errno_text(errno));
    if (S_ISFIFO(facts.st_mode) || is_null_device(facts))
        return;
    if (!S_ISREG(facts.st_mode))
        throw Error("will not write " + name_ + ": it is neither a regular file, a FIFO nor /dev/null");
    if (facts.st_uid != caller_.on_behalf_of)
        throw Error("will not write " + name_ + ": it belongs to uid " + std::to_string(facts.st_uid) +
                    ", not to uid " + std::to_string(caller_.on_behalf_of) + "; choose another name");
    if (facts.st_nlink != 1)
        throw Error("will not write " + name_ + ": it has more than one link; choose another name");
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(fd_, F_OFD_SETLK, &lock) != 0)
        throw Error("will not write " + name_ + ": another recording is writing it; choose another name");
    if (facts.st_size > 0 && !looks_like_trace(fd_))
        throw Error("will not overwrite " + name_ + ": it is not a capability trace; remove it or choose another name");
    if (fchmod(fd_, 0600) != 0)
        throw Error("cannot make " + name_ + " readable for its owner alone: " + errno_text(errno));
    regular_ = true;
}

void OutputFile::empty() {
    if (regular_ && size_ == 0 && ftruncate(fd_, 0) != 0)
        fail(errno);
}

void OutputFile::write(std::span<const std::byte> bytes) {
    std::size_t done = 0;
    empty();
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(fd_, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            const int error = errno;
            // a part of a chunk is of no use: without it the trace ends where it is whole
            if (regular_ && done > 0)
                (void)!ftruncate(fd_, static_cast<off_t>(size_));
            fail(error);
        }
        done += static_cast<std::size_t>(wrote);
    }
    size_ += bytes.size();
}

void OutputFile::fail(int error) {
    std::string text = "cannot write " + name_ + ": " + errno_text(error);
    if (error == ENOSPC || error == EDQUOT)
        text += "; what was written until then is usable";
    throw OutputError(text);
}

void OutputFile::close() {
    const int fd = fd_;
    fd_ = -1;
    if (fd >= 0 && ::close(fd) != 0)
        fail(errno);
}

}  // namespace caprec
