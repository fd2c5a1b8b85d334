// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
#include "analyzer/commands/event_filter.h"
#include "analyzer/commands/input.h"
#include "analyzer/commands/no_receiver.h"
#include "analyzer/emit/event_json.h"
#include "analyzer/emit/output_buffer.h"
#include "analyzer/emit/syscall_text.h"
#include "analyzer/emit/text_style.h"
#include "analyzer/kernel_stacks.h"
#include "analyzer/object_text.h"
#include "analyzer/options.h"
#include "analyzer/pipeline.h"
#include "analyzer/user_stacks.h"
#include "analyzer/why_no_user_stack.h"

namespace caprec {
namespace {

class EventPrinter : public CheckReceiver {
public:
    using CheckReceiver::on;
    // `completeness` comes first in the output; null while it is not known.  `user_stacks` is null when they were not
    // asked for.  Keeps all references.
    EventPrinter(const TraceReader& reader, const EventsOptions& options, const Completeness* completeness,
                 UserStacks* user_stacks, Streams& streams)
        : reader_(reader),
          options_(options),
          completeness_(completeness),
          out_stream_(streams.out),
          out_(streams.out),
          style_{streams.color, false, {}},
          filter_(options),
          stacks_(reader),
          user_stacks_(user_stacks) {}

    void on(const AnnotatedCheck& check) override {
        start();
        if (!filter_.accepts(check))
            return;
        read_object(check.row);
        EventLine line{check, object_, object_truncated_};
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
        out_.flush_when_large();
    }

    void on(const RefusedCall& refused) override {
        start();
        if (!filter_.accepts(refused))
            return;
        if (options_.json)
            append_refusal_json(out_.text(), refused);
        else
            format_->append(out_.text(), refused);
        out_.flush_when_large();
    }

    void flush() {
        out_.flush();
        out_stream_.flush();
    }

    void finish(const StreamSummary& summary) {
        start();
        if (options_.json)
            out_.text() += events_end_json(summary.run, summary.completeness);
        else if (completeness_ == nullptr)
            out_.text() += incomplete_text(summary.completeness, style_);
        flush();
    }

private:
    void start() {
        if (format_)
            return;
        format_.emplace(reader_.header().start, options_.time);
        if (options_.json) {
            out_.text() += events_header_json(reader_.header(), completeness_);
            return;
        }
        if (completeness_ != nullptr)
            out_.text() += incomplete_text(*completeness_, style_);
        format_->append_heading(out_.text());
    }

    void read_object(const CheckRow& row) {
        if (row.object == object_id_ && row.syscall == object_syscall_ && row.abi == object_abi_)
            return;
        object_id_ = row.object;
        object_syscall_ = row.syscall;
        object_abi_ = row.abi;
        const Object* object = reader_.object(row.object);
        object_ = object != nullptr ? object_text(*object, syscall_text(row)) : std::string();
        object_truncated_ = object != nullptr && object->truncated;
    }

    void read_stack(Id id) {
        if (id != stack_id_)
            stack_ = stacks_.frames(id);
        stack_id_ = id;
    }

    const ResolvedStack& user_stack_of(const AnnotatedCheck& check) {
        if (check.user_stack != 0)
            return user_stacks_->stack(check.user_stack);
        no_user_stack_.incomplete = why_no_user_stack(check.row, reader_.header());
        return no_user_stack_;
    }

    const TraceReader& reader_;
    const EventsOptions& options_;
    const Completeness* completeness_;
    std::ostream& out_stream_;
    OutputBuffer out_;
    const TextStyle style_;
    EventFilter filter_;
    KernelStacks stacks_;
    UserStacks* user_stacks_;
    ResolvedStack no_user_stack_;  // without frames
    std::optional<EventText> format_;
    std::uint64_t object_syscall_ = 0, object_abi_ = 0;
    Id object_id_ = 0, stack_id_ = 0;  // of what the following hold: equal neighbours are frequent
    std::string object_;
    bool object_truncated_ = false;
    std::vector<std::string> stack_;
};

}  // namespace

int run_events(const std::vector<std::string>& arguments, Streams& streams) {
    const EventsOptions options = parse_events_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    const Knowledge knowledge = load_knowledge(options);
    Input input(options.file, options.follow);
    ReadOptions reading{
        .still_recording = [&] { return input.being_written(); }, .knowledge = &knowledge, .single_checks = true};
    return naming(input, [&] {
        // The output says first what is missing: so a file is read twice, and a stream tells it at its end.
        std::optional<Completeness> completeness;
        if (input.rewindable()) {
            NoReceiver nobody;
            TraceReader reader(input);
            completeness = stream_checks(reader, nobody, reading).completeness;
            input.rewind();
        }
        TraceReader reader(input);
        std::optional<UserStacks> user_stacks;
        if (options.user_stacks)
            reading.user_stacks = &user_stacks.emplace(reader, options.search);
        EventPrinter printer(reader, options, completeness ? &*completeness : nullptr, reading.user_stacks, streams);
        if (!input.rewindable())
            input.before_read([&] { printer.flush(); });
        printer.finish(stream_checks(reader, printer, reading));
        tell_of_files(user_stacks, streams.err);
        return exit_fine;
    });
}

}  // namespace caprec
