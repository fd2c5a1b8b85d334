// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "recorder/entry_paths.h"

namespace caprec {

// The events of a check that this process, which is followed, has made on purpose.
struct PathAnswer {
    bool made = false;  // false: it could not be made here
    bool saw_check = false, saw_outcome = false;
    std::uint64_t cred = 0, stack = 0;  // keys of the check's contents
};

// Makes the check, and looks for it among all that `drain` gives.
using Drain = std::function<void(const std::function<void(std::span<const std::byte>)>&)>;
PathAnswer try_path(const EntryPath& path, const Drain& drain);

}  // namespace caprec
