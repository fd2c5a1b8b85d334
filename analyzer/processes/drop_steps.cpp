// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/drop_steps.h"

#include <utility>

#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {

void DropSteps::on(const CredentialChangeRow& row, const Credential& before, const Credential& after,
                   std::string_view image) {
    Last unknown;
    Last& last = last_of(row.thread, unknown);
    const bool goes_on =
        last.number > 0 && last.syscall == row.syscall && row.syscall_sequence - last.sequence <= most_apart;
    last = {row.syscall, row.syscall_sequence, last.number + (goes_on ? 0 : 1)};
    const bool has_name = row.abi > 0 && is_one_of<Abi>(row.abi);
    add(image, last.number, has_name ? syscall_name(static_cast<Abi>(row.abi), row.syscall) : "", before, after);
}

void DropSteps::on(const ExecRow& row, const Credential& before, const Credential& after, std::string_view image) {
    constexpr std::uint64_t no_syscall = ~std::uint64_t{0};  // the next drop is another step
    Last unknown;
    Last& last = last_of(row.thread, unknown);
    last = {no_syscall, 0, last.number + 1};
    add(image, last.number, "execve", before, after);
}

DropSteps::Last& DropSteps::last_of(std::uint64_t thread, Last& unknown) {
    return last_.size() < max_threads || last_.contains(thread) ? last_[thread] : unknown;
}

void DropSteps::add(std::string_view image, std::uint64_t number, std::string call, const Credential& before,
                    const Credential& after) {
    add({.image = std::string(image), .number = number, .call = std::move(call)},
        {before.permitted - after.permitted, before.bounding - after.bounding});
}

void DropSteps::add(const Key& key, const Sets& sets) {
    if (steps_.size() >= max_steps && !steps_.contains(key)) {
        limits_reached_ = true;
        return;
    }
    Sets& known = steps_[key];
    known.permitted |= sets.permitted;
    known.bounding |= sets.bounding;
}

std::vector<DropStep> DropSteps::list() const {
    std::vector<DropStep> list;
    list.reserve(steps_.size());
    for (const auto& [key, sets] : steps_)
        list.push_back({key.image, key.number, key.call, sets.permitted, sets.bounding});
    return list;
}

}  // namespace caprec
