// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/attribution.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace caprec {
namespace {

// Idle threads keep their buffers as long as there are few, as one free and one allocation for each syscall would cost
// more than all the rest.
constexpr std::size_t max_idle_threads = 1u << 12;
constexpr std::size_t merge_window = 16;

// Fills in what the checks of one syscall, which are in the order in which they were made, tell of each other.
void look_around(std::vector<AttributedCheck>& checks) {
    CapabilitySet denied;
    for (AttributedCheck& check : checks) {
        check.around.denied_before = denied;
        denied = check.row.granted() ? CapabilitySet() : denied;
        if (!check.row.granted())
            denied.insert(static_cast<unsigned>(check.row.capability));
    }
    CapabilitySet granted, later, refused;
    for (auto check = checks.rbegin(); check != checks.rend(); ++check) {
        check->around.asked_again = later.contains(static_cast<unsigned>(check->row.capability));
        later.insert(static_cast<unsigned>(check->row.capability));
        check->around.denied_after = refused;
        if (!check->row.granted())
            refused.insert(static_cast<unsigned>(check->row.capability));
        if (check->row.granted()) {
            granted = CapabilitySet();
            granted.insert(static_cast<unsigned>(check->row.capability));
        } else {
            check->around.granted_after = granted;
        }
    }
}

void note_answer(std::vector<AttributedCheck>& checks, std::uint64_t acknowledgement) {
    const std::uint64_t code = acknowledgement & acknowledgement_code;
    for (AttributedCheck& check : checks) {
        check.around.acknowledgement = code == 0                                 ? Acknowledgement::unknown
                                       : code == 1                               ? Acknowledgement::done
                                       : code == 1 + EPERM || code == 1 + EACCES ? Acknowledgement::refused
                                                                                 : Acknowledgement::failed;
        check.around.names_nothing = (acknowledgement & acknowledgement_names_nothing) != 0;
    }
}

}  // namespace

bool outside_syscall(const CheckRow& row) {
    return row.abi == 0 || row.context != static_cast<std::uint64_t>(CheckContext::task) ||
           (row.flags & (check_kernel_thread | check_io_worker | check_newborn)) != 0;
}

bool same_question(const CheckRow& a, const CheckRow& b) {
    const auto& [order, time, thread, capability, result, options, context, flags, target_namespace, credential, abi,
                 syscall, args, syscall_sequence, stack, user_stack, object, key] = a;  // all but three are compared
    return thread == b.thread && key == b.key && syscall == b.syscall && flags == b.flags && args == b.args &&
           object == b.object && stack == b.stack && capability == b.capability && result == b.result &&
           credential == b.credential && target_namespace == b.target_namespace && abi == b.abi &&
           options == b.options && context == b.context && user_stack == b.user_stack;
}

Attribution::Attribution(AttributionReceiver& receiver, bool hook_listed)
    : receiver_(receiver), hook_on_(hook_listed) {}

void Attribution::resolve_all(Waiting& waiting, NoOutcome outcome, std::int64_t value) {
    if (!hook_on_ && outcome == NoOutcome::lost)
        outcome = NoOutcome::hook_off;
    if (waiting.size() > 1)
        look_around(waiting);
    for (AttributedCheck& check : waiting) {
        check.around.returned_nothing = outcome == NoOutcome::known && value == 0;
        receiver_.resolved(check, outcome, value);
    }
    waiting_ -= waiting.size();
    waiting.clear();
}

Attribution::Waiting* Attribution::find(std::uint64_t thread) { return recent_.find_in(threads_, thread); }

void Attribution::release(std::unordered_map<std::uint64_t, Waiting, IdHash>::iterator thread) {
    recent_.forget(thread->first);
    threads_.erase(thread);
}

void Attribution::check(const CheckRow& row, const ProcessTree::Place& place, GivenUp given_up) {
    const auto resolve = [&](NoOutcome outcome) {
        AttributedCheck check(row, place);
        check.around.given_up = given_up;
        receiver_.resolved(check, outcome, 0);
    };
    const auto give_up = [&] {
        limits_reached_ = true;
        resolve(NoOutcome::lost);
    };
    if (outside_syscall(row))
        return resolve(NoOutcome::no_syscall);
    if (place.ended || (row.flags & check_exiting) != 0) {
        thread_ended(row.thread);  // the checks that still wait came earlier
        return resolve(NoOutcome::thread_ended);
    }
    Waiting* known = find(row.thread);
    if (known == nullptr && waiting_ >= max_waiting)
        return give_up();
    Waiting& waiting = known != nullptr ? *known : threads_[row.thread];
    if (!waiting.empty() && waiting.front().row.syscall_sequence != row.syscall_sequence)
        resolve_all(waiting, NoOutcome::lost, 0);
    if (waiting.size() >= merge_above) {
        const auto window = waiting.end() - merge_window;
        const auto equal = std::find_if(
            window, waiting.end(), [&](const AttributedCheck& earlier) { return same_question(earlier.row, row); });
        if (equal != waiting.end()) {
            ++equal->count;
            return;
        }
    }
    if (waiting_ >= max_waiting || waiting.size() >= max_waiting_in_thread)
        return give_up();
    waiting.emplace_back(row, place).around.given_up = given_up;
    ++waiting_;
}

void Attribution::outcome(const OutcomeRow& row) {
    hook_on_ = true;
    Waiting* known = find(row.thread);
    if (known == nullptr || known->empty())
        return;
    Waiting& waiting = *known;
    const CheckRow& first = waiting.front().row;
    if (first.syscall_sequence == row.syscall_sequence && first.abi == row.abi && first.syscall == row.syscall) {
        note_answer(waiting, row.acknowledgement);
        resolve_all(waiting, NoOutcome::known, static_cast<std::int64_t>(row.value));
    } else if (first.syscall_sequence < row.syscall_sequence) {
        resolve_all(waiting, NoOutcome::lost, 0);
    }
    if (waiting.empty() && threads_.size() > max_idle_threads)
        release(threads_.find(row.thread));
}

bool Attribution::credential_change(const CredentialChangeRow& row) {
    Waiting* known = find(row.thread);
    if (known == nullptr || known->empty() || known->front().row.syscall_sequence != row.syscall_sequence)
        return false;
    for (AttributedCheck& check : *known)
        check.around.credential_after = row.after;
    return true;
}

CapabilitySet Attribution::comparison(const ComparisonRow& row, const ComparedInRun& within) {
    CapabilitySet granted;
    Waiting* known = find(row.thread);
    if (known == nullptr || known->empty() || known->front().row.syscall_sequence != row.syscall_sequence)
        return granted;
    const bool own = (row.flags & comparison_own) != 0 || within.may_trace;
    for (AttributedCheck& check : *known) {
        check.around.whose = own ? Whose::own : Whose::other;
        check.around.held_more = within.held_more;
        if (check.row.granted())
            granted.insert(static_cast<unsigned>(check.row.capability));
    }
    return granted;
}

void Attribution::thread_ended(std::uint64_t thread) {
    const auto known = threads_.find(thread);
    if (known != threads_.end()) {
        resolve_all(known->second, NoOutcome::thread_ended, 0);
        release(known);
    }
}

void Attribution::finish(bool outcomes_lost) {
    std::vector<AttributedCheck> rest;
    rest.reserve(waiting_);
    for (auto& [thread, waiting] : threads_) {
        look_around(waiting);
        std::ranges::move(waiting, std::back_inserter(rest));
    }
    threads_.clear();
    recent_ = {};
    waiting_ = 0;
    std::ranges::sort(rest, {}, [](const AttributedCheck& check) { return check.row.order; });
    const NoOutcome why = !hook_on_       ? NoOutcome::hook_off
                          : outcomes_lost ? NoOutcome::lost
                                          : NoOutcome::recording_ended;
    for (const AttributedCheck& check : rest)
        receiver_.resolved(check, why, 0);
}

}  // namespace caprec
