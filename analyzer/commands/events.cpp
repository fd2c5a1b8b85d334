// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/event_printer.h"
#include "analyzer/commands/table.h"
#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/filter_options.h"

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

// Reads a file for the first time.  `printer` then has released what it held; nothing: what it held did not stand, or
// it did not try, as user stacks take longer than another reading.
StreamSummary first_reading(TraceReader& reader, std::uint64_t file_size, std::optional<EventPrinter>& printer,
                            const EventsOptions& options, std::size_t max_held, ReadOptions reading, Streams& streams) {
    if (options.user_stacks || max_held == 0)
        return read_verdicts(reader, reading);
    printer.emplace(reader, options, nullptr, streams).hold(max_held, file_size);
    reading.wants_late = true;
    StreamSummary summary = stream_checks(reader, *printer, reading);
    if (printer->stands(summary))
        printer->release(summary);
    else
        printer.reset();
    return summary;
}

void finish(EventPrinter& printer, const StreamSummary& summary, const TraceReader& reader,
            const std::optional<UserStacks>& user_stacks, Streams& streams) {
    printer.finish(summary);
    tell_of_filter(summary.run, streams.err);
    tell_of_user_stacks(reader, user_stacks, streams.err);
}

void print_from(Input& input, const EventsOptions& options, std::size_t max_held, ReadOptions reading,
                Streams& streams) {
    std::optional<TraceReader> first_reader;
    std::optional<EventPrinter> first;
    std::optional<StreamSummary> known;
    if (input.rewindable()) {
        first_reader.emplace(input);
        known = first_reading(*first_reader, input.size(), first, options, max_held, reading, streams);
        if (first && first->holds_all()) {
            finish(*first, *known, *first_reader, {}, streams);
            return;
        }
        input.rewind();
        reading.late = &known->late;
    }
    reading.wants_late = !known;
    TraceReader reader(input);
    std::optional<UserStacks> user_stacks;
    if (options.user_stacks)
        reading.user_stacks = &user_stacks.emplace(reader, search_of(options));
    EventPrinter printer(reader, options, reading.user_stacks, streams);
    if (first)
        printer.go_on_after(*first);
    else if (known)
        printer.begin_with(known->completeness);
    if (!input.rewindable())
        input.before_read([&] { printer.flush(); });
    finish(printer, stream_checks(reader, printer, reading), reader, user_stacks, streams);
}

int run(const Arguments& arguments, Streams& streams) {
    print_events(read(arguments), streams);
    return exit_fine;
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

void print_events(const EventsOptions& options, Streams& streams, std::size_t max_held) {
    const Knowledge knowledge = load_knowledge(options);
    const ContainerNames names = load_names(options);
    Input input(options.file, options.follow);
    const ReadOptions reading{.still_recording = [&] { return input.being_written(); },
                              .knowledge = &knowledge,
                              .names = &names,
                              .filter = options.filter ? &*options.filter : nullptr,
                              .single_checks = true};
    naming(input, [&] { print_from(input, options, max_held, reading, streams); });
}

const Command events_command = {
    "events",    "the checks, one line each",
    "FILE",      "The capability checks, one line each, as soon as the outcome of the syscall is known.",
    option_rows, details,
    run};

}  // namespace caprec
