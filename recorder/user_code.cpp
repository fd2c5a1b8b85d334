// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_code.h"

namespace caprec {
namespace {

// Both tables forget everything when they are as full as this: a hostile command can not fill the memory.
constexpr std::size_t max_entries = 1u << 18;

template <class Map> void make_room(Map& map) {
    if (map.size() >= max_entries)
        map.clear();
}

}  // namespace

UserCode::UserCode(TraceWriter& writer, MappingEvents& mappings)
    : writer_(writer),
      mappings_(mappings),
      spaces_([this](const MappingRecord& record) { return define(record); }),
      stacks_([this](const UserStack& stack) { return writer_.define(stack); }) {}

void UserCode::mappings_until(std::uint64_t time, std::uint64_t& order) {
    mappings_.take_until(time, [&](const MappingRecord& record) {
        if (const auto added = spaces_.on(record))
            writer_.add(MappingRow{.order = ++order,
                                   .time = record.time,
                                   .process = added->process,
                                   .module = added->mapping.module,
                                   .offset = added->mapping.offset,
                                   .length = added->mapping.end - added->mapping.start});
    });
}

void UserCode::on(const ev_exit& event) {
    spaces_.on(event);
    waiting_.erase(event.header.thread);
}

void UserCode::on(const ev_user_stack& event, std::span<const std::byte> memory) {
    const AddressSpace* space = spaces_.find(event.process);
    const UserStack stack = scrub(event, memory, space != nullptr ? *space : AddressSpace());
    make_room(waiting_);
    waiting_[event.header.thread] = {event.header.time, stacks_.id(stack)};
}

Id UserCode::stack_of(const ev_check& check) const {
    if (check.user_stack == 0)
        return 0;
    const auto found = waiting_.find(check.header.thread);
    return found != waiting_.end() && found->second.time == check.header.time ? found->second.stack : 0;
}

Id UserCode::define(const MappingRecord& record) {
    std::string content = record.path;
    content.push_back('\0');
    content += record.build_id;
    if (record.build_id.empty())
        content += std::to_string(record.device) + ':' + std::to_string(record.inode);
    make_room(modules_);
    const auto [place, is_new] = modules_.try_emplace(std::move(content), 0);
    if (is_new)
        place->second = writer_.define(Module{record.path.empty() ? 0 : writer_.define_string(record.path),
                                              ModuleKind::user, record.build_id, record.device, record.inode});
    return place->second;
}

}  // namespace caprec
