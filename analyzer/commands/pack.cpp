// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/files/input.h"
#include "analyzer/files/output_file.h"
#include "analyzer/pack/trace_packer.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/result/completeness.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/no_receiver.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    no_json_option, help_option, sysroot_option, debug_dir_option, output_option,
};

void tell(const PackedSummary& summary, const UserStacks& stacks, std::uint64_t user_stacks, std::ostream& err) {
    if (user_stacks == 0)
        err << "capanalyze: the trace has no user stacks: nothing is needed of any file\n";
    for (const std::string& note : notes_on_limits(stacks))
        err << "capanalyze: " << note << '\n';
    for (const FileFinder::Problem& problem : stacks.problems())
        err << "capanalyze: " << escape(problem.name) << ": " << problem.text << '\n';
    err << "capanalyze: packed " << counted(summary.files, "file") << " and the lines of "
        << counted(summary.addresses, "place");
    if (summary.already_there > 0)
        err << "; " << counted(summary.already_there, "file") << (summary.already_there == 1 ? " was" : " were")
            << " in the trace already";
    err << '\n';
}

// The trace is read twice, and may have changed in between.
void copy_chunks(TraceCopier& copier, std::uint64_t count) {
    if (copier.copy(count) != count)
        throw Error("was cut or changed while it was packed: pack it again when nothing writes to it");
}

int run(const Arguments& arguments, Streams& streams) {
    const CommonOptions options = arguments.with_file();
    if (options.json)
        arguments.fail("--json: pack writes a trace");
    const std::string name = arguments.output("pack FILE -o PACKED");
    Input input(options.file);
    if (!input.rewindable())
        throw Error(input.name() + ": a trace is read twice to be packed: give a file, not a pipe");
    TraceReader reader(input);
    UserStacks stacks(reader, search_of(options));
    OutputFile output(name, options.file);
    return naming(input, [&] {
        NoReceiver nobody;
        const StreamSummary read = stream_checks(
            reader, nobody, {.still_recording = [&] { return input.being_written(); }, .user_stacks = &stacks});
        streams.err << incomplete_text(read.completeness, {});
        TracePacker packer(reader, stacks);
        input.rewind();
        TraceCopier copier(input, output);
        const std::uint64_t chunks = reader.statistics().chunks;
        copy_chunks(copier, 1);  // the header
        const PackedSummary summary = packer.write(copier);
        copy_chunks(copier, chunks - 1);  // more may have been recorded meanwhile
        output.finish();
        tell(summary, stacks, reader.statistics().user_stacks, streams.err);
        return exit_fine;
    });
}

std::string details() {
    return "The programs and libraries that occur in user stacks are found by build id.  From each, the copy takes the "
           "unwind\n"
           "information, the symbol tables and, where there is debug information, functions and lines of the places "
           "that\n"
           "occur.  From the code it takes only the calls that were made, and gaps of up to 64 bytes between two parts "
           "that\n"
           "are needed.  Everything else is copied unchanged: an incomplete trace stays incomplete.\n"
           "Standard error says what was not found.\n\n"
           "Examples:\n"
           "  capanalyze pack run.cap -o run.packed.cap\n"
           "  capanalyze pack --debug-dir symbols/ run.cap -o - | ssh desk 'cat > run.cap'\n";
}

}  // namespace

const Command pack_command = {
    "pack",      "a copy of a trace that shows its user stacks on any machine",
    "FILE",      "A copy of the trace that shows its user stacks anywhere: run it where the trace was recorded.",
    option_rows, details,
    run};

}  // namespace caprec
