// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "analyzer/commands/command.h"
#include "analyzer/commands/export_file.h"
#include "analyzer/commands/output_file.h"
#include "analyzer/commands/sink_buffer.h"
#include "analyzer/export/export_format.h"
#include "analyzer/options.h"
#include "schema/error.h"

namespace caprec {
namespace {

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

}  // namespace

int run_export(const std::vector<std::string>& arguments, Streams& streams) {
    const ExportOptions options = parse_export_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    if (options.output.empty() || options.output == "-") {
        refuse_terminal(*options.format);
        export_file(options, streams.out, streams);
    } else {
        write_to(options.output, options, streams);
    }
    return exit_fine;
}

}  // namespace caprec
