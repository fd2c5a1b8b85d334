// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_code.h"

namespace caprec {

UserCode::UserCode(TraceWriter& writer, bool has_mappings)
    : writer_(writer),
      has_mappings_(has_mappings),
      spaces_([this](const MappingRecord& record) { return modules_.find(record); }),
      stacks_([this](const UserStack& stack) { return writer_.define(stack); }) {}

void UserCode::on(const ev_exit& event) {
    spaces_.on(event);
    waiting_.erase(event.header.thread);
}

void UserCode::on(const ev_user_stack& event, std::span<const std::byte> memory, std::uint64_t& order) {
    static const AddressSpace nothing;
    const AddressSpace* space = spaces_.find(event.process);
    const UserStack stack =
        scrub(event, memory, space != nullptr ? *space : nothing, [this](UserModule& module) { return id_of(module); });
    spaces_.give(event.process, event.header.time, [&](const Mapping& mapping) {
        writer_.add(MappingRow{.order = ++order,
                               .time = mapping.time,
                               .process = event.process,
                               .module = id_of(*mapping.module),
                               .offset = mapping.offset,
                               .length = mapping.end - mapping.start});
    });
    if (has_mappings_ && (stack.flags & user_stack_no_mappings) != 0)
        ++lost_stacks_;
    if (waiting_.size() >= max_waiting)
        forget_waiting();
    waiting_[event.header.thread] = {event.header.time, stacks_.id(stack), false};
}

UserStackId UserCode::stack_of(const ev_check& check) {
    if (check.user_stack == 0)
        return {};
    const auto found = waiting_.find(check.header.thread);
    if (found == waiting_.end() || found->second.time != check.header.time)
        return {};
    found->second.taken = true;
    return found->second.stack;
}

ModuleId UserCode::id_of(UserModule& module) {
    if (!module.id)
        module.id = writer_.define(Module{module.path.empty() ? StringId() : writer_.define_string(module.path),
                                          ModuleKind::user, module.build_id, module.device, module.inode});
    return module.id;
}

// A hostile command cannot fill the memory with threads.
void UserCode::forget_waiting() {
    for (const auto& [thread, waiting] : waiting_)
        lost_stacks_ += waiting.taken ? 0 : 1;
    waiting_.clear();
}

}  // namespace caprec
