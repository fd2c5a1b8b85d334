// SPDX-License-Identifier: Apache-2.0
#include "recorder/output_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "schema/error.h"
#include "schema/standard_descriptors.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

std::string link_of(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

// Every trace has the word "CAPTRACE" within its first bytes (see schema/README.md).
bool looks_like_trace(int writable) {
    std::array<char, 64> start{};
    const int fd = open(link_of(writable).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const ssize_t got = pread(fd, start.data(), start.size(), 0);
    close(fd);
    return got > 0 &&
           std::string_view(start.data(), static_cast<std::size_t>(got)).find("CAPTRACE") != std::string_view::npos;
}

std::string place_of(int fd) {
    std::array<char, 4097> text{};
    const ssize_t got = readlink(link_of(fd).c_str(), text.data(), text.size());
    return got > 0 && got < static_cast<ssize_t>(text.size()) ? std::string(text.data(), static_cast<std::size_t>(got))
                                                              : "";
}

// FNV-1a from a start that nobody else knows, so that no other bytes can be made to look the same.
std::uint64_t first_digest() {
    std::uint64_t start = 0;
    (void)!getrandom(&start, sizeof start, 0);
    return start;
}

std::uint64_t digest(std::uint64_t state, std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes)
        state = (state ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
    return state;
}

bool is_null_device(const struct stat& facts) { return S_ISCHR(facts.st_mode) && facts.st_rdev == makedev(1, 3); }

}  // namespace

OutputFile::OutputFile(const std::string& name, const Caller& caller)
    : name_(name), shown_(escape(name)), caller_(caller), start_digest_(first_digest()), digest_(start_digest_) {
    if (name == "-") {
        if (isatty(STDOUT_FILENO) != 0)
            throw Error("a trace is not for a terminal: use -o FILE, or send standard output to a file or a pipe");
        if (was_closed(STDOUT_FILENO))
            throw Error("cannot write to standard output: it is closed");
        standard_output_ = true;
        name_ = shown_ = "standard output";
        fd_ = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        if (fd_ < 0)
            throw Error("cannot write to standard output: " + errno_text(errno));
        note_standard_output();
        return;
    }
    const ActAsCaller as_caller(caller_);
    constexpr int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;  // a FIFO waits for its reader
    fd_ = open(name.c_str(), flags | O_CREAT | O_EXCL, 0600);
    created_ = fd_ >= 0;
    if (fd_ < 0 && errno == EEXIST)
        fd_ = open(name.c_str(), flags);
    if (fd_ < 0 && errno == EISDIR)
        throw Error("cannot write " + shown_ + ": it is a directory; -o takes the name of a file");
    if (fd_ < 0 && errno == ELOOP)
        throw Error("will not write " + shown_ + ": it is a symbolic link; name the file itself");
    if (fd_ < 0)
        throw Error("cannot write " + shown_ + ": " + errno_text(errno) + "; -o FILE chooses another place");
    try {
        examine();
    } catch (...) {
        if (reading_ >= 0)
            ::close(reading_);
        ::close(fd_);
        throw;
    }
}

OutputFile::~OutputFile() {
    if (reading_ >= 0)
        ::close(reading_);
    if (fd_ >= 0)
        ::close(fd_);
    if (!created_ || size_ > 0)
        return;
    try {
        const ActAsCaller as_caller(caller_);
        (void)unlink(name_.c_str());
    } catch (const Error&) {  // then the empty file stays
    }
}

void OutputFile::examine() {
    struct stat facts {};
    if (fstat(fd_, &facts) != 0)
        throw Error("cannot examine " + shown_ + ": " + errno_text(errno));
    if (S_ISFIFO(facts.st_mode) || is_null_device(facts))
        return;
    if (!S_ISREG(facts.st_mode))
        throw Error("will not write " + shown_ + ": it is neither a regular file, a FIFO nor /dev/null");
    if (facts.st_uid != caller_.on_behalf_of)
        throw Error("will not write " + shown_ + ": it belongs to uid " + std::to_string(facts.st_uid) +
                    ", not to uid " + std::to_string(caller_.on_behalf_of) + "; choose another name");
    if (facts.st_nlink != 1)
        throw Error("will not write " + shown_ + ": it has more than one link; choose another name");
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (fcntl(fd_, F_OFD_SETLK, &lock) != 0)
        throw Error("will not write " + shown_ + ": another recording is writing it; choose another name");
    if (facts.st_size > 0 && !looks_like_trace(fd_))
        throw Error("will not overwrite " + shown_ +
                    ": it is not a capability trace; remove it or choose another name");
    if (fchmod(fd_, 0600) != 0)
        throw Error("cannot make " + shown_ + " readable for its owner alone: " + errno_text(errno));
    regular_ = true;
    reading_ = open(link_of(fd_).c_str(), O_RDONLY | O_CLOEXEC);
    place_ = place_of(fd_);
}

// When standard output is a file, it must hold what was written, too.
void OutputFile::note_standard_output() {
    struct stat facts {};
    const int flags = fcntl(fd_, F_GETFL);
    const off_t place = lseek(fd_, 0, SEEK_CUR);
    if (fstat(fd_, &facts) != 0 || !S_ISREG(facts.st_mode) || flags < 0 || place < 0)
        return;
    regular_ = true;
    before_ = static_cast<std::uint64_t>((flags & O_APPEND) != 0 ? facts.st_size : place);
    reading_ = open(link_of(fd_).c_str(), O_RDONLY | O_CLOEXEC);
}

void OutputFile::empty() {
    if (regular_ && !standard_output_ && size_ == 0 && ftruncate(fd_, 0) != 0)
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
            if (regular_ && !standard_output_ && done > 0)
                (void)!ftruncate(fd_, static_cast<off_t>(size_));
            fail(error);
        }
        done += static_cast<std::size_t>(wrote);
    }
    size_ += bytes.size();
    digest_ = digest(digest_, bytes);
}

void OutputFile::fail(int error) {
    std::string text = "cannot write " + shown_ + ": " + errno_text(error);
    if (error == EFBIG)
        text += ": the limit of this process (ulimit -f), or what its file system can hold";
    if (error == EPIPE)
        text += ": who read it has ended";
    if (regular_ && size_ > 0)
        text += "; what was written until then is usable";
    throw OutputError(text);
}

// The file is looked at by its name in /proc first, as this process may have given up the right to look into the
// directory.
std::string OutputFile::change_of_place() const {
    struct stat ours {
    }, found{};
    if (fstat(fd_, &ours) != 0)
        return "cannot be examined: " + errno_text(errno);
    if (ours.st_nlink == 0)
        return "was removed while the recording went on";
    if (standard_output_)
        return {};  // the shell chose its name
    const bool can_look = lstat(name_.c_str(), &found) == 0;
    if (can_look && (found.st_dev != ours.st_dev || found.st_ino != ours.st_ino))
        return "was replaced by another file while the recording went on";
    if (!can_look && (errno == ENOENT || errno == ENOTDIR))
        return "was moved away while the recording went on";
    if (!can_look && place_of(fd_) != place_)
        return "was moved or replaced while the recording went on";
    return {};
}

std::string OutputFile::change_of_contents() const {
    struct stat facts {};
    if (fstat(fd_, &facts) != 0)
        return "cannot be examined: " + errno_text(errno);
    const auto found_bytes = static_cast<std::uint64_t>(facts.st_size);
    if (standard_output_ ? found_bytes < before_ + size_ : found_bytes != size_)
        return "has " + std::to_string(facts.st_size) + " bytes and not the " + std::to_string(size_) +
               " that were written: something else wrote or cut it while the recording went on";
    std::vector<std::byte> block(1u << 18);
    std::uint64_t found = start_digest_, done = 0;
    while (reading_ >= 0 && done < size_) {
        const ssize_t got = pread(reading_, block.data(), block.size(), static_cast<off_t>(before_ + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        found = digest(found, std::span(block).first(static_cast<std::size_t>(got)));
        done += static_cast<std::uint64_t>(got);
    }
    if (reading_ >= 0 && (done != size_ || found != digest_))
        return "does not hold what was written: something else wrote or cut it while the recording went on";
    return {};
}

void OutputFile::examine_at_end() {
    struct stat facts {};
    if (!regular_ || fstat(fd_, &facts) != 0)
        return;
    std::string change = change_of_place();
    if (change.empty())
        change = change_of_contents();
    if (!change.empty())
        throw OutputError(shown_ + ' ' + change);
    if (facts.st_nlink > 1 && !standard_output_)
        remark_ = shown_ + " has got a second name while the recording went on";
}

void OutputFile::close() {
    if (fd_ >= 0)
        examine_at_end();
    const int fd = fd_;
    fd_ = -1;
    if (fd >= 0 && ::close(fd) != 0)
        fail(errno);
}

}  // namespace caprec
