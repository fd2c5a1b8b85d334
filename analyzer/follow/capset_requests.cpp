// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/capset_requests.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <string>

#include "analyzer/classify/given_up.h"
#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

bool is_call(const CapabilityRequestRow& row, std::string_view name) {
    return row.abi > 0 && is_one_of<Abi>(row.abi) && syscall_number(static_cast<Abi>(row.abi), name) == row.syscall;
}

bool is_capset(const CapabilityRequestRow& row) { return is_call(row, "capset"); }

bool sets_known(const CapabilityRequestRow& row) { return row.flags == request_has_data; }

// The capabilities that a program was told to ask for: "--caps=cap_sys_time=ep".
CapabilitySet named_in(std::string_view arguments) {
    std::string text(arguments);
    std::ranges::transform(text, text.begin(), [](unsigned char letter) { return std::tolower(letter); });
    CapabilitySet named;
    for (std::size_t at = text.find("cap_"); at != text.npos; at = text.find("cap_", at + 1)) {
        const auto is_part = [](char letter) { return letter == '_' || (letter >= 'a' && letter <= 'z'); };
        const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_part);
        if (const auto number =
                capability_number(std::string_view(text.begin() + static_cast<std::ptrdiff_t>(at), end)))
            named.insert(*number);
    }
    return named;
}

void add(CapsetFindings& findings, CapabilitySet capabilities, NotAsked why) {
    for (const unsigned capability : capabilities.members())
        findings.needs.push_back({capability, why});
}

}  // namespace

bool CapsetRequests::looks(const CapabilityRequestRow& row, std::uint32_t tid, std::uint32_t tgid) {
    const bool own = row.target == 0 || row.target == tid || row.target == tgid || tid == 0;
    return !is_capset(row) && (row.flags & request_has_data) != 0 && row.value == 0 && own;
}

void CapsetRequests::on(const CapabilityRequestRow& row) {
    if ((is_capset(row) || is_call(row, "prctl")) && (asked_.size() < max_threads || asked_.contains(row.thread)))
        asked_.insert_or_assign(row.thread, row);
}

CapsetFindings CapsetRequests::on(const CredentialChangeRow& row, const CapsetProgram& program) {
    const bool capset = is_call(row, "capset");
    if (!capset && !is_call(row, "prctl"))
        return {};
    const auto known = asked_.find(row.thread);
    std::optional<CapabilityRequestRow> asked;
    if (known != asked_.end()) {
        if (known->second.syscall_sequence == row.syscall_sequence)
            asked = known->second;
        asked_.erase(known);
    }
    const Credential* before = reader_.credential(row.before);
    const Credential* after = reader_.credential(row.after);
    if (before == nullptr || after == nullptr)
        return {};
    const bool knows_sets = asked && sets_known(*asked);
    if (!capset)
        return knows_sets ? not_raised(*asked, *before) : CapsetFindings();
    if (knows_sets && asked->value == static_cast<std::uint64_t>(-EPERM))
        return refused(*asked, *before, program);
    if (asked && asked->value != 0)
        return {};
    return obtained(knows_sets ? &*asked : nullptr, *before, *after, program);
}

// This follows the order of cap_capset(), which looks at the inheritable set first; but no capability helps the
// permitted set.  A program that looked, and wants a capability in its effective set that it lacks, leaves it out of
// the permitted set, as libcap does.
CapsetFindings CapsetRequests::refused(const CapabilityRequestRow& asked, const Credential& before,
                                       const CapsetProgram& program) const {
    CapsetFindings findings;
    findings.own = OwnSets{.kept = {}, .looked = false, .asked = true};
    if (asked.target != 0 && !program.compared)  // nobody may set the sets of another thread
        return findings;
    CapabilitySet not_permitted = CapabilitySet(asked.permitted) - before.permitted;
    if (program.looked)
        not_permitted |= CapabilitySet(asked.effective) - CapabilitySet(asked.permitted) - before.permitted;
    const CapabilitySet not_inheritable = CapabilitySet(asked.inheritable) - before.inheritable - before.permitted;
    add(findings, not_permitted, NotAsked::not_permitted);
    add(findings, not_inheritable - not_permitted, NotAsked::not_inheritable);
    return findings;
}

// PR_CAP_AMBIENT_RAISE: a program that holds the capability, and has not made it inheritable, lacks nothing that could
// be given.
CapsetFindings CapsetRequests::not_raised(const CapabilityRequestRow& asked, const Credential& before) const {
    CapsetFindings findings;
    add(findings, CapabilitySet(asked.permitted) - before.permitted, NotAsked::not_permitted);
    return findings;
}

CapsetFindings CapsetRequests::obtained(const CapabilityRequestRow* asked, const Credential& before,
                                        const Credential& after, const CapsetProgram& program) const {
    CapsetFindings findings;
    const bool gives_up = !(before.permitted - after.permitted).empty();
    findings.own = OwnSets{.kept = {}, .looked = false, .asked = true};
    if (asked != nullptr && !program.looked) {
        add(findings, CapabilitySet(asked->permitted), NotAsked::kept);
        return findings;
    }
    if (!gives_up)
        return findings;
    if (asked != nullptr)
        add(findings, CapabilitySet(asked->permitted) & named_in(program.arguments), NotAsked::kept);
    findings.own->kept = after.permitted | after.inheritable;
    return findings;
}

}  // namespace caprec
