// SPDX-License-Identifier: Apache-2.0
#include "recorder/image_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "recorder/build_id.h"
#include "recorder/file_identity.h"
#include "recorder/sha256.h"

namespace caprec {
namespace {

bool is_unchanged(int fd, const ev_exec& event, bool is_of_process) {
    struct stat now {};
    if (fstat(fd, &now) != 0 || now.st_ino != event.inode)
        return false;
    const auto ctime = static_cast<std::uint64_t>(now.st_ctim.tv_sec) * 1'000'000'000U +
                       static_cast<std::uint64_t>(now.st_ctim.tv_nsec);
    if (ctime != event.ctime)
        return false;
    return is_of_process || is_on_device(fd, now, event.device);
}

constexpr std::uint64_t largest_to_hash = 64u << 20;

// The hash of the file; empty when it cannot be read, or changed its size meanwhile.
std::string hash_of(int fd, std::uint64_t size) {
    std::vector<std::byte> bytes(64u << 10);
    Sha256 hash;
    std::uint64_t done = 0;
    for (ssize_t got = 0; (got = pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(done))) > 0;) {
        hash.add(std::span(bytes).first(static_cast<std::size_t>(got)));
        done += static_cast<std::uint64_t>(got);
        if (done > size)
            return {};
    }
    const Sha256::Digest digest = hash.finish();
    return done == size ? std::string(reinterpret_cast<const char*>(digest.data()), digest.size()) : std::string();
}

}  // namespace

// The file is read first; only then is it known whether it was still the one of the exec, as setcap(8) and writing
// change its ctime.
std::optional<ImageFacts> ImageFiles::read(const std::string& path, int flags, const ev_exec& event,
                                           bool is_of_process) {
    const Descriptor file(path, O_PATH | flags);
    if (file.get() < 0 || !is_unchanged(file.get(), event, is_of_process))
        return std::nullopt;
    ImageFacts facts{read_file_capabilities(file.get()), {}, {}};
    const Descriptor content("/proc/self/fd/" + std::to_string(file.get()), O_RDONLY | O_NONBLOCK);
    struct stat now {};
    if (content.get() >= 0 && fstat(content.get(), &now) == 0 && S_ISREG(now.st_mode)) {
        const auto size = static_cast<std::uint64_t>(now.st_size);
        facts.build_id = read_build_id(content.get());
        if (facts.build_id.empty() && size <= std::min(largest_to_hash, bytes_to_hash_)) {
            facts.hash = hash_of(content.get(), size);
            bytes_to_hash_ -= size;
        }
    }
    return is_unchanged(file.get(), event, is_of_process) ? std::optional(facts) : std::nullopt;
}

ImageFacts ImageFiles::look_at(const ev_exec& event, const ExecTexts& texts, std::uint32_t tgid) {
    if ((event.flags & EV_EXEC_PLACED) == 0 || (event.flags & EV_EXEC_SERVED_BY_USER) != 0)
        return {};
    const Inode key{event.inode, event.ctime, event.device};
    if (const auto known = known_.find(key); known != known_.end())
        return known->second;
    std::optional<ImageFacts> facts;
    // that path in our own mounts comes first: even from another mount namespace, it is mostly the same file
    if ((event.flags & (EV_EXEC_PATH_CUT | EV_EXEC_PATH_UNREACHABLE)) == 0)
        facts =
            read(event.flags & EV_EXEC_OTHER_ROOT ? texts.outer + texts.path : texts.path, O_NOFOLLOW, event, false);
    if (!facts && tgid != 0)
        facts = read("/proc/" + std::to_string(tgid) + "/exe", 0, event, true);
    if (!facts)
        return {};
    if (known_.size() >= max_known)
        known_.clear();
    return known_.emplace(key, *facts).first->second;
}

}  // namespace caprec
