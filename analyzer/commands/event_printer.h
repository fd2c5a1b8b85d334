// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/cli/arguments.h"
#include "analyzer/cli/command.h"
#include "analyzer/emit/events/event_line.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/result/stream_summary.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/traces/event_filter.h"
#include "analyzer/traces/filter_options.h"
#include "analyzer/words/output_buffer.h"
#include "schema/trace_reader.h"

namespace caprec {

class UserStacks;

struct EventsOptions : CommonOptions {
    std::optional<CheckFilter> filter = {};
    bool leaves_out_noise = true, unique = false, follow = false, kernel_stacks = false, user_stacks = false;
    EventTime time = EventTime::wall;
};

// Prints what `events` shows, while a trace is read.
//
// The output of a file begins with what is missing in the trace, and has the verdicts at its end.  Most of the time no
// verdict changes at the end, so the first reading holds back what it would print, as if all verdicts stood.  When they
// do, that is the output; when there was too much to hold, a second reading prints the rest; and when they do not, it
// prints all.
class EventPrinter : public CheckReceiver {
public:
    using CheckReceiver::on;
    static constexpr std::size_t max_held = std::size_t{64} << 20;  // bytes

    // `user_stacks` is null when they were not asked for.  Keeps all references.
    EventPrinter(const TraceReader& reader, const EventsOptions& options, UserStacks* user_stacks, Streams& streams);

    // One of these, before the reading; with none, the output says at its end what is missing.
    // `of_file`: the size of the file.  When the part that was read shows that there will be more to hold, what is held
    // stays as it is.
    void hold(std::size_t bytes, std::uint64_t of_file);
    void begin_with(const Completeness& completeness);  // of an earlier reading
    void go_on_after(const EventPrinter& first);        // behind what it released

    // After the reading, of what was held.
    bool stands(const StreamSummary& summary) const;  // it is as the verdicts at the end make it
    bool holds_all() const { return !is_full_; }
    void release(const StreamSummary& summary);

    void on(const AnnotatedCheck& check) override;
    void on(const RefusedCall& refused) override;
    void flush();
    void finish(const StreamSummary& summary);

private:
    // What call_ is the text of.
    struct CallOf {
        std::uint64_t syscall, abi, withheld;
        std::array<std::uint64_t, 6> args;
        friend bool operator==(const CallOf&, const CallOf&) = default;
    };

    bool passes_over();
    void print(const AnnotatedCheck& check);
    void start();
    void hand_on();
    bool will_be_full() const;
    void read_call(const CheckRow& row);
    void read_object(const CheckRow& row);
    void read_stack(StackId id);
    const ResolvedStack& user_stack_of(const AnnotatedCheck& check);

    const TraceReader& reader_;
    const EventsOptions& options_;
    std::optional<Completeness> known_;
    std::ostream& out_stream_;
    OutputBuffer out_;
    const TextStyle style_;
    EventFilter filter_;
    KernelStacks stacks_;
    UserStacks* user_stacks_;
    ResolvedStack no_user_stack_;  // without frames
    std::optional<EventText> format_;
    std::uint64_t object_syscall_ = 0, object_abi_ = 0;
    ObjectId object_id_{};
    StackId stack_id_{};  // id of the stack that the following hold: equal neighbours are frequent
    std::optional<CallOf> call_of_;
    std::string call_, object_;
    bool object_truncated_ = false, object_is_command_ = false;
    std::vector<std::string> stack_;

    std::uint64_t file_size_ = 0;
    std::size_t max_held_ = 0, held_bytes_ = 0;
    bool is_holding_ = false, is_full_ = false, has_open_phase_ = false, head_is_out_ = false;
    std::vector<std::string> held_;
    std::uint64_t seen_ = 0, skipped_ = 0;  // checks and refusals: printed or filtered out; to be skipped
};

// The command, once its options are known.  `max_held`: how many bytes a reading may hold back; 0: every file is read
// twice.  The output is the same.
void print_events(const EventsOptions& options, Streams& streams, std::size_t max_held = EventPrinter::max_held);

}  // namespace caprec
