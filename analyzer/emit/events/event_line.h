// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/follow/annotated_check.h"
#include "analyzer/symbols/unwind/user_frame.h"
#include "schema/run_info.h"

namespace caprec {

enum class EventTime : std::uint8_t {
    wall,       // time of day on the recording host
    relative,   // seconds since the recording began
    monotonic,  // seconds of the kernel's monotonic clock
};

// A check and what else a line about it shows.
struct EventLine {
    const AnnotatedCheck& check;
    std::string_view call;    // by call_words(); empty: not in a syscall
    std::string_view object;  // printable by object_text(), raw; empty: none
    bool object_truncated = false;
    bool object_in_call = false;                             // it is a command, which the call names already
    const std::vector<std::string>* kernel_stack = nullptr;  // innermost first; null: not asked for
    const ResolvedStack* user_stack = nullptr;               // null: not asked for
};

// The word in the column of verdicts, and in JSON the type of the line.
inline constexpr std::string_view refusal_word = "refusal";

// Whether a denial would be written to the audit log: "1", "0", or "?" where neither the hook nor the knowledge of the
// site tells.
std::string_view audit_text(const AnnotatedCheck& check);

// The outcome of the syscall: "ok", "3", "EPERM", "lost", "-" for a check outside of a syscall.
std::string outcome_word(const AnnotatedCheck& check);

// Appends one aligned line for each check.  As there are many per second, the caller owns the text and writes it out
// when it is large.
class EventText {
public:
    // A trace of what ran already has a column more: where the process was.
    EventText(const RunHeader& header, EventTime time)
        : start_(header.start), time_(time), with_keepers_(header.scope != RecordingScope::command) {}

    void append_heading(std::string& text) const;
    void append(std::string& text, const EventLine& line);
    void append(std::string& text, const RefusedCall& refused) const;

private:
    // The contents of the last line after its time, reused when the next check says the same: loops ask millions of
    // times.
    struct Last {
        std::uint64_t question = 0;  // AnnotatedCheck::question; the rest is what that leaves open
        ImageId image{};
        const Keeper* keeper = nullptr;
        StringId comm{};
        std::uint32_t tgid = 0;
        std::int64_t value = 0;
        std::uint64_t count = 0;
        Verdict verdict = Verdict::unclassified;
        bool verdict_open = false;
        std::string_view audit = {};

        bool operator==(const Last&) const = default;
    };
    static Last said_by(const AnnotatedCheck& check);
    void append_time(std::string& text, std::uint64_t time) const;
    void append_who(std::string& text, std::optional<std::uint32_t> uid, std::uint32_t tgid, std::string_view comm,
                    const Keeper* keeper) const;
    void append_what(std::string& text, const EventLine& line) const;

    Clock start_;
    EventTime time_;
    bool with_keepers_;
    Last last_;
    std::string last_text_;
};

}  // namespace caprec
