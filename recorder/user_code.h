// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

#include "bpf/event.h"
#include "recorder/address_spaces.h"
#include "recorder/mapping_events.h"
#include "recorder/user_modules.h"
#include "recorder/user_stacks.h"
#include "schema/trace_writer.h"

namespace caprec {

// All that is known of code in user space: the mappings of each followed process, and the user stacks, whose pointers
// they explain.  Everything must come in the order of time.
//
// Mappings are written together with the first user stack of their process that comes after them, and not before: only
// then is it known that the process has no more privilege than the recorder's caller, who may not see them otherwise.
// The records of an exec's mappings are older than the record of the exec, which would come too late to tell.
class UserCode {
public:
    static constexpr std::size_t max_waiting = 1u << 18;

    // `has_mappings`: records of mappings come, so that a stack without code lacks one that was lost.
    UserCode(TraceWriter& writer, bool has_mappings);  // keeps the writer

    void on(const MappingRecord& record) { spaces_.on(record); }
    void on(const ev_task& event) { spaces_.on(event); }
    void on(const ev_exit& event);
    // `memory` is the bytes after the event.  Its check comes later, by the same thread.  `order` is the last place
    // given to an event, and is counted on.
    void on(const ev_user_stack& event, std::span<const std::byte> memory, std::uint64_t& order);

    UserStackId stack_of(const ev_check& check);  // none: it has none

    std::uint64_t lost_mappings() const { return spaces_.lost(); }
    // Stacks that were forgotten before their check came, and stacks whose innermost code is not known.
    std::uint64_t lost_stacks() const { return lost_stacks_; }

private:
    ModuleId id_of(UserModule& module);
    void forget_waiting();

    struct WaitingStack {
        std::uint64_t time = 0;
        UserStackId stack{};
        bool taken = false;
    };

    TraceWriter& writer_;
    bool has_mappings_;
    UserModules modules_;
    AddressSpaces spaces_;
    UserStackTable stacks_;
    std::unordered_map<std::uint64_t, WaitingStack> waiting_;  // by thread
    std::uint64_t lost_stacks_ = 0;
};

}  // namespace caprec
