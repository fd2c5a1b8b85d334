// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/event_printer.h"

#include <algorithm>
#include <utility>

#include "analyzer/emit/events/event_json.h"
#include "analyzer/emit/events/late_text.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/sites/why_no_user_stack.h"
#include "analyzer/words/call_words.h"
#include "analyzer/words/object_text.h"
#include "analyzer/words/syscall_text.h"

namespace caprec {

EventPrinter::EventPrinter(const TraceReader& reader, const EventsOptions& options, UserStacks* user_stacks,
                           Streams& streams)
    : reader_(reader),
      options_(options),
      out_stream_(streams.out),
      out_(streams.out),
      style_{streams.color, false, {}},
      filter_(options.unique, options.leaves_out_noise ? EventFilter::Noise::left_out : EventFilter::Noise::shown),
      stacks_(reader),
      user_stacks_(user_stacks) {}

void EventPrinter::hold(std::size_t bytes, std::uint64_t of_file) {
    is_holding_ = true;
    max_held_ = bytes;
    file_size_ = of_file;
}

void EventPrinter::begin_with(const Completeness& completeness) { known_ = completeness; }

void EventPrinter::go_on_after(const EventPrinter& first) {
    known_ = first.known_;
    filter_ = first.filter_;
    skipped_ = first.seen_;
    head_is_out_ = true;
}

// A reading with the verdicts at the end differs from one without in these alone: see Finalizer.  Phases are shown in
// JSON only.
bool EventPrinter::stands(const StreamSummary& summary) const {
    return summary.late.empty() && !summary.late.incomplete() && !(options_.json && has_open_phase_);
}

void EventPrinter::release(const StreamSummary& summary) {
    known_ = summary.completeness;
    is_holding_ = false;
    std::string last = std::exchange(out_.text(), {});
    start();
    out_.flush();
    for (std::string& piece : held_) {
        out_.text() = std::move(piece);
        out_.flush();
    }
    held_.clear();
    out_.text() = std::move(last);
    out_.flush();
}

bool EventPrinter::passes_over() {
    if (is_full_)
        return true;
    return seen_++ < skipped_;
}

void EventPrinter::on(const AnnotatedCheck& check) {
    if (passes_over())
        return;
    if (!is_holding_ || !(check.verdict_open || check.phase_open)) {
        print(check);
        return;
    }
    has_open_phase_ = has_open_phase_ || check.phase_open;
    AnnotatedCheck closed = check;
    closed.verdict_open = closed.phase_open = false;
    print(closed);
}

void EventPrinter::print(const AnnotatedCheck& check) {
    start();
    if (!filter_.accepts(check) || check.repeats)  // what was left out is counted all the same
        return;
    read_object(check.row);
    read_call(check.row);
    EventLine line{check, call_, object_, object_truncated_, object_is_command_ && call_.ends_with(')')};
    if (options_.kernel_stacks) {
        read_stack(check.stack);
        line.kernel_stack = &stack_;
    }
    if (user_stacks_ != nullptr)
        line.user_stack = &user_stack_of(check);
    if (options_.json)
        append_event_json(out_.text(), line);
    else
        format_->append(out_.text(), line);
    hand_on();
}

void EventPrinter::on(const RefusedCall& refused) {
    if (passes_over())
        return;
    start();
    if (options_.json)
        append_refusal_json(out_.text(), refused);
    else
        format_->append(out_.text(), refused);
    hand_on();
}

void EventPrinter::hand_on() {
    constexpr std::size_t piece = std::size_t{1} << 20;
    if (!is_holding_) {
        out_.flush_when_large();
        return;
    }
    const std::size_t size = out_.text().size();
    if (size < piece && held_bytes_ + size < max_held_)
        return;
    held_bytes_ += size;
    is_full_ = held_bytes_ >= max_held_ || will_be_full();
    held_.push_back(std::exchange(out_.text(), {}));
    if (!is_full_)
        out_.text().reserve(piece + piece / 8);
}

// By the part of the file that was read: holding costs time, which is lost when there is no room for all.
bool EventPrinter::will_be_full() const {
    const double read = static_cast<double>(std::max<std::uint64_t>(reader_.statistics().bytes, 1));
    return static_cast<double>(held_bytes_) * static_cast<double>(file_size_) / read > static_cast<double>(max_held_);
}

void EventPrinter::flush() {
    out_.flush();
    out_stream_.flush();
}

void EventPrinter::finish(const StreamSummary& summary) {
    start();
    if (options_.json)
        out_.text() += events_end_json(summary.run, summary.completeness, summary.late, filter_.left_out());
    else if (!known_)
        out_.text() += late_text(summary.late) + incomplete_text(summary.completeness, style_);
    if (!options_.json)
        out_.text() += left_out_text(filter_.left_out());
    flush();
}

void EventPrinter::start() {
    if (!format_)
        format_.emplace(reader_.header(), options_.time);
    if (head_is_out_ || is_holding_)
        return;
    head_is_out_ = true;
    const Completeness* completeness = known_ ? &*known_ : nullptr;
    if (options_.json) {
        out_.text() += events_header_json(reader_.header(), completeness);
        return;
    }
    if (completeness != nullptr)
        out_.text() += incomplete_text(*completeness, style_);
    format_->append_heading(out_.text());
}

void EventPrinter::read_call(const CheckRow& row) {
    const CallOf now{row.syscall, row.abi, row.flags & check_arguments_withheld, row.args};
    if (call_of_ == now)
        return;
    call_of_ = now;
    call_ = call_words(row);
}

void EventPrinter::read_object(const CheckRow& row) {
    if (row.object == object_id_ && row.syscall == object_syscall_ && row.abi == object_abi_)
        return;
    object_id_ = row.object;
    object_syscall_ = row.syscall;
    object_abi_ = row.abi;
    const Object* object = reader_.object(row.object);
    object_ = object != nullptr ? object_text(*object, syscall_text(row)) : std::string();
    object_truncated_ = object != nullptr && object->truncated;
    object_is_command_ = object != nullptr && object->kind == ObjectKind::command;
}

void EventPrinter::read_stack(StackId id) {
    if (id != stack_id_)
        stack_ = stacks_.frames(id);
    stack_id_ = id;
}

const ResolvedStack& EventPrinter::user_stack_of(const AnnotatedCheck& check) {
    if (check.user_stack)
        return user_stacks_->stack(check.user_stack);
    no_user_stack_.incomplete = why_no_user_stack(check.row, reader_.header());
    return no_user_stack_;
}

}  // namespace caprec
