// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/command.h"
#include "analyzer/commands/input.h"
#include "analyzer/commands/no_receiver.h"
#include "analyzer/commands/output_file.h"
#include "analyzer/completeness.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/text_style.h"
#include "analyzer/options.h"
#include "analyzer/pipeline.h"
#include "analyzer/trace_packer.h"
#include "analyzer/user_stacks.h"

namespace caprec {
namespace {

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

}  // namespace

int run_pack(const std::vector<std::string>& arguments, Streams& streams) {
    const PackOptions options = parse_pack_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    Input input(options.file);
    if (!input.rewindable())
        throw Error(input.name() + ": a trace is read twice to be packed: give a file, not a pipe");
    TraceReader reader(input);
    UserStacks stacks(reader, options.search);
    OutputFile output(options.output, options.file);
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

}  // namespace caprec
