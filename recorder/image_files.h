// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "bpf/event.h"
#include "recorder/exec_texts.h"
#include "recorder/file_capabilities.h"

namespace caprec {

// Facts about an image that only the file itself can tell.
struct ImageFacts {
    std::optional<FileCapabilities> capabilities;  // nothing: not known
    std::string build_id;                          // raw bytes; empty: it has none, or nobody may read the file
    std::string hash;                              // SHA-256 of a whole file without a build id, unless it is too large
};

// Looks at the files that were executed, each once, as the kernel side cannot read their contents.  A file is looked at
// some time after the exec, so it must be the same inode, unchanged since; otherwise nothing is known of it.  It is
// opened with the rights of this process, which has no more rights to files than the caller of the recorder.
class ImageFiles {
public:
    // `tgid` is the process's, in the recorder's PID namespace; 0: it has ended or is not known.
    ImageFacts look_at(const ev_exec& event, const ExecTexts& texts, std::uint32_t tgid);

private:
    struct Inode {
        std::uint64_t inode = 0, ctime = 0;
        std::uint32_t device = 0;
        friend auto operator<=>(const Inode&, const Inode&) = default;
    };
    static constexpr std::size_t max_known = 1u << 14;

    std::optional<ImageFacts> read(const std::string& path, int flags, const ev_exec& event, bool is_of_process);

    // The bytes that may still be hashed: hashing delays the recording, and a hostile command can execute ever new
    // files.
    std::uint64_t bytes_to_hash_ = std::uint64_t{512} << 20;

    std::map<Inode, ImageFacts> known_;  // no hash: whoever owns a file system chooses the numbers
};

}  // namespace caprec
