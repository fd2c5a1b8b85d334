// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/events/event_json.h"
#include "analyzer/emit/events/late_text.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/sites/why_no_user_stack.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/event_filter.h"
#include "analyzer/traces/filter_options.h"
#include "analyzer/words/call_words.h"
#include "analyzer/words/object_text.h"
#include "analyzer/words/output_buffer.h"
#include "analyzer/words/syscall_text.h"
#include "schema/enum_table.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
    sysroot_option,
    debug_dir_option,
    CAPREC_FILTER_OPTIONS,
    {"all", Takes::nothing, "", "the checks that decided nothing, too"},
    {"unique", Takes::nothing, "", "each (image, capability, verdict, syscall, error) once"},
    {"follow,f", Takes::nothing, "", "keep reading while the file is being recorded"},
    {"kernel-stacks,K", Takes::nothing, "", "the kernel stack below each line"},
    {"user-stacks,U", Takes::nothing, "", "the user stack below each line"},
    {"time", Takes::many, "CLOCK", "wall (of the recorded host; the default), rel (since the start) or mono"},
};

struct EventsOptions : CommonOptions {
    std::optional<CheckFilter> filter = {};
    bool leaves_out_noise = true, unique = false, follow = false, kernel_stacks = false, user_stacks = false;
    EventTime time = EventTime::wall;
};

EventTime time_of(const Arguments& arguments) {
    EventTime time = EventTime::wall;
    for (const std::string& word : arguments.list("time"))
        if (word == "wall")
            time = EventTime::wall;
        else if (word == "rel")
            time = EventTime::relative;
        else if (word == "mono")
            time = EventTime::monotonic;
        else
            arguments.refuse("time", word, "wall, rel, mono");
    return time;
}

EventsOptions read(const Arguments& arguments) {
    EventsOptions options{arguments.with_file()};
    options.leaves_out_noise = !arguments.has("all") && !arguments.has("verdict");
    options.unique = arguments.has("unique");
    options.filter = filter_of(arguments);
    options.follow = arguments.has("follow");
    options.kernel_stacks = arguments.has("kernel-stacks");
    options.user_stacks = arguments.has("user-stacks");
    options.time = time_of(arguments);
    return options;
}

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
          filter_(options.unique, options.leaves_out_noise ? EventFilter::Noise::left_out : EventFilter::Noise::shown),
          stacks_(reader),
          user_stacks_(user_stacks) {}

    void on(const AnnotatedCheck& check) override {
        start();
        if (!filter_.accepts(check))
            return;
        read_object(check.row);
        read_call(check.row);
        EventLine line{check, call_, object_, object_truncated_, object_in_call_};
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
            out_.text() += events_end_json(summary.run, summary.completeness, summary.late, filter_.left_out());
        else if (completeness_ == nullptr)
            out_.text() += late_text(summary.late) + incomplete_text(summary.completeness, style_);
        if (!options_.json)
            out_.text() += left_out_text(filter_.left_out());
        flush();
    }

private:
    void start() {
        if (format_)
            return;
        format_.emplace(reader_.header(), options_.time);
        if (options_.json) {
            out_.text() += events_header_json(reader_.header(), completeness_);
            return;
        }
        if (completeness_ != nullptr)
            out_.text() += incomplete_text(*completeness_, style_);
        format_->append_heading(out_.text());
    }

    void read_call(const CheckRow& row) {
        const std::uint64_t withheld = row.flags & check_arguments_withheld;
        if (call_of_ && call_of_->syscall == row.syscall && call_of_->abi == row.abi && call_of_->args == row.args &&
            call_of_->withheld == withheld)
            return;
        call_of_ = {row.syscall, row.abi, withheld, row.args};
        call_ = call_words(row);
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
        object_in_call_ = object != nullptr && object->kind == ObjectKind::command && call_.ends_with(')');
    }

    void read_stack(StackId id) {
        if (id != stack_id_)
            stack_ = stacks_.frames(id);
        stack_id_ = id;
    }

    const ResolvedStack& user_stack_of(const AnnotatedCheck& check) {
        if (check.user_stack)
            return user_stacks_->stack(check.user_stack);
        no_user_stack_.incomplete = why_no_user_stack(check.row, reader_.header());
        return no_user_stack_;
    }

    struct CallOf {
        std::uint64_t syscall, abi, withheld;
        std::array<std::uint64_t, 6> args;
    };

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
    ObjectId object_id_{};
    StackId stack_id_{};  // id of the stack that the following hold: equal neighbours are frequent
    std::optional<CallOf> call_of_;
    std::string call_, object_;
    bool object_truncated_ = false, object_in_call_ = false;
    std::vector<std::string> stack_;
};

int run(const Arguments& arguments, Streams& streams) {
    const EventsOptions options = read(arguments);
    const Knowledge knowledge = load_knowledge(options);
    const ContainerNames names = load_names(options);
    Input input(options.file, options.follow);
    ReadOptions reading{.still_recording = [&] { return input.being_written(); },
                        .knowledge = &knowledge,
                        .names = &names,
                        .filter = options.filter ? &*options.filter : nullptr,
                        .single_checks = true};
    return naming(input, [&] {
        // The output must begin with what is missing, and some verdicts depend on how the run ended: a file is read
        // twice, a stream tells these at its end.
        std::optional<StreamSummary> known;
        if (input.rewindable()) {
            TraceReader reader(input);
            reading.late = &known.emplace(read_verdicts(reader, reading)).late;
            input.rewind();
        }
        reading.wants_late = !known;
        TraceReader reader(input);
        std::optional<UserStacks> user_stacks;
        if (options.user_stacks)
            reading.user_stacks = &user_stacks.emplace(reader, search_of(options));
        EventPrinter printer(reader, options, known ? &known->completeness : nullptr, reading.user_stacks, streams);
        if (!input.rewindable())
            input.before_read([&] { printer.flush(); });
        const StreamSummary summary = stream_checks(reader, printer, reading);
        printer.finish(summary);
        tell_of_filter(summary.run, streams.err);
        tell_of_user_stacks(reader, user_stacks, streams.err);
        return exit_fine;
    });
}

std::string details() {
    return std::string(
               "Columns:\n"
               "  TIME     of the check, on the clock of --time; checks of one thread are in order, those of several "
               "nearly so\n"
               "  UID      effective user id of the credential that was asked\n"
               "  PID      process id in the recorder's PID namespace\n"
               "  UNIT/CONTAINER  only of a trace of what ran already: the container, or else the unit of systemd\n"
               "  AUDIT    1 or 0: would a denial go to the audit log?  ? when neither the hook nor the kernel site "
               "tells\n"
               "  VERDICT  + granted or - denied, then what it meant: see capanalyze report --help\n"
               "           ? after it: the end of the trace may change that, and a pipe cannot be read twice; the end "
               "says "
               "what became\n"
               "           of it\n"
               "  SYSCALL  with the arguments that are numbers, flags and commands; ? for one that was withheld\n"
               "  OUTCOME  of the syscall: ok, a value, an error, or why it is not known; - outside of syscalls\n"
               "  OBJECT   what the syscall acted on; (xN): N such checks\n"
               "\n"
               "Checks that decided nothing (not needed, and no call failed for them) are left out, and counted at the "
               "end;\n"
               "--all shows them, and with --verdict all are shown that it chooses.\n") +
           filters_help() +
           "\n"
           "Examples:\n"
           "  capanalyze events --verdict required,missing run.cap\n"
           "  capanalyze events --cap chown --image chown -K run.cap\n"
           "  capanalyze events --unique --verdict denied run.cap\n"
           "  capanalyze events --all --time rel run.cap\n"
           "  caprec -o - -- ./job | capanalyze events -f -\n";
}

}  // namespace

const Command events_command = {
    "events",    "the checks, one line each",
    "FILE",      "The capability checks, one line each, as soon as the outcome of the syscall is known.",
    option_rows, details,
    run};

}  // namespace caprec
