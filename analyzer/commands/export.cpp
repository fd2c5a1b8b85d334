// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "analyzer/commands/command.h"
#include "analyzer/commands/export_file.h"
#include "analyzer/emit/escape.h"
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
    std::error_code problem;
    if (std::filesystem::equivalent(name, options.file, problem))
        throw Error("-o " + escape(name) + ": this is the trace itself");
    errno = 0;
    std::ofstream file(name, std::ios::binary | std::ios::trunc);
    if (!file)
        throw Error("cannot write " + escape(name) + ": " + errno_text(errno));
    export_file(options, file, streams);
    file.close();
    if (!file)
        throw Error("cannot write " + escape(name) + ": is the disk full?");
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
