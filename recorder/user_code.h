// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

#include "bpf/event.h"
#include "recorder/address_spaces.h"
#include "recorder/mapping_events.h"
#include "recorder/user_stacks.h"
#include "schema/trace_writer.h"

namespace caprec {

// What is known of the code in user space: the mappings of each followed process, written as they come, and the user
// stacks, whose pointers are told by them.  Everything must come in the order of time.
class UserCode {
public:
    UserCode(TraceWriter& writer, MappingEvents& mappings);  // keeps both

    // Writes the mappings up to `time` that were collected; `order` is the last place given to an event, and goes on.
    void mappings_until(std::uint64_t time, std::uint64_t& order);

    void on(const ev_task& event) { spaces_.on(event); }
    void on(const ev_exit& event);
    // `memory` is what follows the event.  Its check comes later, by the same thread.
    void on(const ev_user_stack& event, std::span<const std::byte> memory);

    Id stack_of(const ev_check& check) const;  // 0: it has none

    std::uint64_t lost_mappings() const { return spaces_.lost(); }

private:
    Id define(const MappingRecord& record);

    struct WaitingStack {
        std::uint64_t time = 0;
        Id stack = 0;
    };

    TraceWriter& writer_;
    MappingEvents& mappings_;
    AddressSpaces spaces_;
    UserStackTable stacks_;
    std::unordered_map<std::uint64_t, WaitingStack> waiting_;  // by thread
    std::unordered_map<std::string, Id> modules_;              // by all that makes them different
};

}  // namespace caprec
