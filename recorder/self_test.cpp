// SPDX-License-Identifier: Apache-2.0
#include "recorder/self_test.h"

#include <cstring>

#include "bpf/event.h"

namespace caprec {

PathAnswer try_path(const EntryPath& path, const Drain& drain) {
    PathAnswer answer;
    answer.made = path.ask();
    drain([&](std::span<const std::byte> record) {
        ev_header header{};
        std::memcpy(&header, record.data(), sizeof header);
        if (header.type == EV_CHECK && record.size() >= sizeof(ev_check)) {
            ev_check check{};
            std::memcpy(&check, record.data(), sizeof check);
            if (check.capability != path.capability || check.abi == EV_ABI_NONE || check.syscall != path.syscall)
                return;
            answer.saw_check = true;
            answer.cred = check.cred;
            answer.stack = check.stack;
        }
        answer.saw_outcome = answer.saw_outcome || header.type == EV_OUTCOME;
    });
    return answer;
}

}  // namespace caprec
