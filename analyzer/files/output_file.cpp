// SPDX-License-Identifier: Apache-2.0
#include "analyzer/files/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>

#include "analyzer/files/input.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

bool is_same_file(const struct stat& file, const std::string& path) {
    struct stat other {};
    return ::stat(path.c_str(), &other) == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino;
}

// The file that a name leads to, which may not exist yet; the last part of the result is no link.  Empty when it leads
// to an open file (/dev/stdout), whose name, if it has one, is not the one that was meant.
std::string followed(std::filesystem::path path, std::error_code& problem) {
    constexpr int most_links = 40;  // the kernel's limit
    for (int links = 0; links <= most_links; ++links) {
        const std::filesystem::path folder =
            std::filesystem::canonical(path.has_parent_path() ? path.parent_path() : ".", problem);
        if (problem || folder.native().starts_with("/proc/"))
            return {};
        path = folder / path.filename();
        std::error_code no_link;
        const std::filesystem::path next = std::filesystem::read_symlink(path, no_link);
        if (no_link)
            return path;
        path = folder / next;
    }
    problem = std::make_error_code(std::errc::too_many_symbolic_link_levels);
    return {};
}

}  // namespace

OutputFile::OutputFile(const std::string& name)
    : path_(name == "-" ? "" : name), name_(name == "-" ? "standard output" : escape(name)) {}

// As the other constructor is done, an error here runs the destructor.
OutputFile::OutputFile(const std::string& name, const std::string& input) : OutputFile(name) {
    if (!path_.empty()) {
        open(input);
        return;
    }
    if (::isatty(STDOUT_FILENO) == 1)
        throw Error("a trace is binary, and standard output is a terminal: -o FILE");
    descriptor_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (descriptor_ < 0)
        fail(errno_text(errno));
}

void OutputFile::open(const std::string& input) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status {};
    const bool exists = descriptor_ >= 0;
    if (exists ? ::fstat(descriptor_, &status) != 0 : errno != ENOENT)
        fail(errno_text(errno));
    if (exists && !S_ISREG(status.st_mode))
        return;
    if (exists && is_same_file(status, input))
        throw Error("-o " + name_ + ": this is the trace itself");
    std::error_code problem;
    const std::string target = followed(path_, problem);
    if (problem)
        fail(errno_text(problem.value()));
    if (!target.empty())
        open_beside(target);
    else if (!exists || ::ftruncate(descriptor_, 0) != 0)
        fail(errno_text(exists ? errno : ENOENT));
    if (exists)
        replaced_ = status;
}

void OutputFile::open_beside(const std::string& target) {
    const bool replaces = descriptor_ >= 0;
    if (replaces)
        ::close(descriptor_);
    unfinished_.emplace(target);
    descriptor_ = unfinished_->create();
    if (descriptor_ < 0)
        fail((replaces ? "no new file can be made beside it: " : "") + errno_text(errno));
}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

void OutputFile::fail(const std::string& problem) const { throw NamedError("cannot write " + name_ + ": " + problem); }

void OutputFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR)
            fail(errno_text(errno));
        bytes = bytes.subspan(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
}

void OutputFile::finish() {
    // Whoever could read the replaced file may read the new one; where that is impossible, only the owner may.
    if (unfinished_ && replaced_ && ::fchown(descriptor_, replaced_->st_uid, replaced_->st_gid) == 0)
        (void)!::fchmod(descriptor_, replaced_->st_mode & 0777);
    const int descriptor = descriptor_;
    descriptor_ = -1;
    if (::close(descriptor) != 0 || (unfinished_ && !unfinished_->take_place()))
        fail(errno_text(errno));
}

}  // namespace caprec
