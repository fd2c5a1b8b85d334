// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/events/event_line.h"

#include <array>
#include <charconv>

#include "analyzer/analysis/image_name.h"
#include "analyzer/emit/pieces/user_stack_text.h"
#include "analyzer/words/clock_text.h"
#include "schema/capability.h"
#include "schema/last_part.h"
#include "schema/syscalls.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr const char* stack_indent = "        ";

constexpr std::uint64_t option_no_audit = 2;  // CAP_OPT_NOAUDIT of include/linux/security.h
constexpr std::size_t seconds_width = 15, keeper_width = 24, call_width = 28, widest_call = 72;

void pad_left(std::string& text, std::string_view value, std::size_t width) {
    if (value.size() < width)
        text.append(width - value.size(), ' ');
    text += value;
}

// The values are ASCII, so a column is a byte.
void pad_right(std::string& text, std::string_view value, std::size_t width) {
    text += value;
    if (value.size() < width)
        text.append(width - value.size(), ' ');
}

void append_number(std::string& text, std::uint64_t value, std::size_t width) {
    std::array<char, 20> digits{};
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    pad_left(text, {digits.data(), static_cast<std::size_t>(end - digits.data())}, width);
}

// For escaped text, which may have any characters.
void append_padded(std::string& text, std::string_view escaped, std::size_t width) {
    text += escaped;
    const std::size_t columns = columns_of(escaped);
    if (columns < width)
        text.append(width - columns, ' ');
}

// The container, or else the unit.  Where there is no room for units within others, the innermost one is shown.
std::string keeper_text(const Keeper& keeper) {
    const std::string name = escape(keeper.container.empty() ? keeper.unit : container_label(keeper));
    if (name.empty())
        return "-";
    const bool fits = columns_of(name) <= keeper_width;
    return shorten(fits ? name : std::string(last_part(name)), keeper_width);
}

void append_object(std::string& text, std::string_view object, bool truncated) {
    if (object.empty())
        return;
    text += " \"";
    append_escaped(text, object, "\"");
    text += truncated ? "\"..." : "\"";
}

void append_place(std::string& text, std::string_view image) {
    if (const ImagePlace place = parse_image(image).place; !place.is_home())
        text.append("  (").append(place_words(place)).append(")");
}

void end_line(std::string& text) {
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    text += '\n';
}

// Addresses (of mmap, brk) are best read in hexadecimal.
std::string value_text(std::int64_t value) {
    constexpr std::int64_t largest_plain = 0xffffffff;
    if (value >= 0 && value <= largest_plain)
        return std::to_string(value);
    std::array<char, 16> digits{};
    const char* end =
        std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::uint64_t>(value), 16).ptr;
    return "0x" + std::string(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

std::string_view audit_text(const AnnotatedCheck& check) {
    if (check.row.options != 0)
        return ((check.row.options - 1) & option_no_audit) != 0 ? "0" : "1";
    if (check.judgement.known == nullptr || check.judgement.by_syscall ||
        check.judgement.known->audit == SiteAudit::unknown)
        return "?";
    return check.judgement.known->audit == SiteAudit::not_audited ? "0" : "1";
}

std::string outcome_word(const AnnotatedCheck& check) {
    switch (check.outcome) {
        case NoOutcome::known: {
            const std::optional<int> error = check.error();
            if (error)
                return errno_name(*error);
            return check.value == 0 ? "ok" : value_text(check.value);
        }
        case NoOutcome::lost: return "lost";
        case NoOutcome::thread_ended: return "thread_ended";
        case NoOutcome::recording_ended: return "recording_ended";
        case NoOutcome::hook_off: return "not_recorded";
        case NoOutcome::no_syscall: break;
    }
    return "-";
}

void EventText::append_heading(std::string& text) const {
    if (time_ == EventTime::wall)
        pad_right(text, "TIME", 15);
    else
        pad_left(text, "TIME", seconds_width);
    text += "    UID     PID COMM             ";
    if (with_keepers_)
        pad_right(text, "UNIT/CONTAINER ", keeper_width + 1);
    text += "CAP NAME                 AUDIT VERDICT       ";
    pad_right(text, "SYSCALL", call_width);
    text += " OUTCOME  OBJECT\n";
}

void EventText::append_who(std::string& text, std::optional<std::uint32_t> uid, std::uint32_t tgid,
                           std::string_view comm, const Keeper* keeper) const {
    text += ' ';
    if (uid)
        append_number(text, *uid, 6);
    else
        pad_left(text, "?", 6);
    text += ' ';
    append_number(text, tgid, 7);
    text += ' ';
    append_padded(text, escape(comm), 16);
    text += ' ';
    if (with_keepers_) {
        append_padded(text, keeper != nullptr ? keeper_text(*keeper) : "-", keeper_width);
        text += ' ';
    }
}

// All of a line but its time and its stacks.
void EventText::append_what(std::string& text, const EventLine& line) const {
    const AnnotatedCheck& check = line.check;
    append_who(text, check.uid, check.tgid, check.comm, check.keeper);
    append_number(text, check.row.capability, 3);
    text += ' ';
    pad_right(text, capability_name(static_cast<unsigned>(check.row.capability)), 20);
    text += ' ';
    pad_right(text, audit_text(check), 5);
    text += check.row.granted() ? " +" : " -";
    pad_right(text, verdict_name(check.verdict) + std::string(check.verdict_open ? "?" : ""), 12);
    text += ' ';
    pad_right(text, line.call.empty() ? "-" : shorten(std::string(line.call), widest_call), call_width);
    text += ' ';
    pad_right(text, outcome_word(check), 8);
    if (!line.object_in_call)
        append_object(text, line.object, line.object_truncated);
    if (check.count > 1) {
        text += "  (x";
        append_number(text, check.count, 0);
        text += ')';
    }
    append_place(text, check.image);
    end_line(text);
}

void EventText::append_time(std::string& text, std::uint64_t time) const {
    if (time_ == EventTime::wall) {
        append_time_of_day(text, local_time(start_, time));
        return;
    }
    std::string seconds;
    const std::uint64_t origin = time_ == EventTime::relative ? start_.monotonic : 0;
    append_seconds(seconds, static_cast<std::int64_t>(time - origin));
    pad_left(text, seconds, seconds_width);
}

void EventText::append(std::string& text, const RefusedCall& refused) const {
    append_time(text, refused.row.time);
    append_who(text, refused.uid, refused.tgid, refused.call.comm, refused.keeper);
    pad_left(text, "-", 3);
    text += ' ';
    pad_right(text, "-", 20);
    text += ' ';
    pad_right(text, "-", 5);
    text += "  ";
    pad_right(text, refusal_word, 12);
    text += ' ';
    pad_right(text, refused.call.syscall.empty() ? "?" : std::string_view(refused.call.syscall), call_width);
    text += ' ';
    pad_right(text, errno_name(refused.call.error), 8);
    append_object(text, refused.call.object, refused.call.object_truncated);
    append_place(text, refused.call.image);
    end_line(text);
}

EventText::Last EventText::said_by(const AnnotatedCheck& check) {
    return {check.question, check.image_id, check.keeper,  check.comm_id,      check.tgid,
            check.value,    check.count,    check.verdict, check.verdict_open, audit_text(check)};
}

void EventText::append(std::string& text, const EventLine& line) {
    append_time(text, line.check.row.time);
    const Last said = said_by(line.check);
    if (said.question == 0 || !(said == last_)) {
        last_text_.clear();
        append_what(last_text_, line);
        last_ = said;
    }
    text += last_text_;
    if (line.kernel_stack != nullptr) {
        for (const std::string& frame : *line.kernel_stack) {
            text += stack_indent;
            append_escaped(text, frame);
            text += '\n';
        }
    }
    if (line.user_stack != nullptr)
        append_user_stack(text, *line.user_stack, stack_indent);
}

}  // namespace caprec
