// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/cli/named_rows.h"
#include "analyzer/commands/table.h"
#include "analyzer/export/export_format.h"
#include "analyzer/files/output_file.h"
#include "analyzer/files/sink_buffer.h"
#include "analyzer/traces/export_file.h"
#include "analyzer/traces/filter_options.h"
#include "schema/error.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    no_json_option,
    help_option,
    knowledge_option,
    sysroot_option,
    debug_dir_option,
    {"format", Takes::one, "NAME", "the program that will read it: see below"},
    output_option,
    CAPREC_FILTER_OPTIONS,
    {"frames", Takes::one, "WHICH", "only the functions of the program (user) or of the kernel (kernel)"},
};

FrameChoice frames_of(const Arguments& arguments) {
    if (!arguments.has("frames"))
        return FrameChoice::all;
    const std::string word = arguments.text("frames");
    if (word != "user" && word != "kernel")
        arguments.refuse("frames", word, "user, kernel");
    return word == "user" ? FrameChoice::user : FrameChoice::kernel;
}

ExportOptions read(const Arguments& arguments) {
    ExportOptions options{arguments.with_file()};
    options.filter = filter_of(arguments);
    if (options.json)
        arguments.fail("--json: export writes what other programs read; events and stacks have --json");
    options.frames = frames_of(arguments);
    if (!arguments.has("format"))
        arguments.fail("no format given: --format " + row_names(export_formats()));
    options.format = row_named(arguments, "format", arguments.text("format"), export_formats());
    return options;
}

void refuse_terminal(const ExportFormat& format) {
    if (format.binary && ::isatty(STDOUT_FILENO) == 1)
        throw Error(std::string(format.name) + " is binary, and standard output is a terminal: -o FILE");
}

void write_to(const std::string& name, const ExportOptions& options, Streams& streams) {
    OutputFile file(name, options.file);
    SinkBuffer buffer(file);
    std::ostream out(&buffer);
    out.exceptions(std::ios::badbit);
    export_file(options, out, streams);
    out.flush();
    file.finish();
}

int run(const Arguments& arguments, Streams& streams) {
    const ExportOptions options = read(arguments);
    const std::string output = arguments.text("output");
    if (output.empty() || output == "-") {
        refuse_terminal(*options.format);
        export_file(options, streams.out, streams);
    } else {
        write_to(output, options, streams);
    }
    return exit_fine;
}

std::string details() {
    return std::string("Formats:\n") + row_lines(export_formats()) +
           "A stack begins with the capability and the program, continues with functions of the program and of the "
           "kernel,\n"
           "and ends with the kernel function that asked.\n"
           "ndjson and csv have a row for each check, with the same columns.  The column run_id tells runs apart, so "
           "that "
           "one\n"
           "table can hold many.  docs/tables.md has the columns, CREATE TABLE for DuckDB, ClickHouse and Spark, and "
           "queries.\n"
           "Standard error says what is missing in an incomplete trace.\n\n"
           "Examples:\n"
           "  capanalyze export --format folded run.cap | flamegraph.pl > checks.svg\n"
           "  capanalyze export --format speedscope -o run.json run.cap && speedscope run.json\n"
           "  capanalyze export --format pprof -o run.pb.gz run.cap && go tool pprof -top run.pb.gz\n"
           "  capanalyze export --format perfetto run.cap | gzip > run.json.gz      open it in ui.perfetto.dev\n"
           "  capanalyze export --format ndjson run.cap >> checks.ndjson\n";
}

}  // namespace

const Command export_command = {
    "export",
    "checks for flame graphs and timelines: speedscope, pprof, perfetto, ...",
    "FILE",
    "The checks in formats that other programs read: flame graphs by where they came from, timelines by when they\n"
    "happened, tables for databases.",
    option_rows,
    details,
    run};

}  // namespace caprec
