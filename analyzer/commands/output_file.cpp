// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>

#include "analyzer/emit/escape.h"
#include "schema/error.h"

namespace caprec {
namespace {

bool is_same_file(const struct stat& file, const std::string& path) {
    struct stat other {};
    return ::stat(path.c_str(), &other) == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino;
}

}  // namespace

OutputFile::OutputFile(const std::string& name, const std::string& input)
    : path_(name == "-" ? "" : name), name_(name == "-" ? "standard output" : escape(name)) {
    if (path_.empty()) {
        if (::isatty(STDOUT_FILENO) == 1)
            throw Error("a trace is binary, and standard output is a terminal: -o FILE");
        descriptor_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    } else {
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    }
    struct stat status {};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0)
        throw Error("cannot write " + name_ + ": " + errno_text(errno));
    is_regular_ = S_ISREG(status.st_mode) && !path_.empty();
    const bool same = is_regular_ && is_same_file(status, input);
    if (!same && (!is_regular_ || ::ftruncate(descriptor_, 0) == 0))
        return;
    const std::string problem = same ? "this is the trace itself" : errno_text(errno);
    ::close(descriptor_);
    throw Error("-o " + name_ + ": " + problem);
}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
    if (is_regular_ && !finished_)
        ::unlink(path_.c_str());
}

void OutputFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR)
            throw Error("cannot write " + name_ + ": " + errno_text(errno));
        bytes = bytes.subspan(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
}

void OutputFile::finish() {
    finished_ = true;
    const int descriptor = descriptor_;
    descriptor_ = -1;
    if (::close(descriptor) != 0)
        throw Error("cannot write " + name_ + ": " + errno_text(errno));
}

}  // namespace caprec
