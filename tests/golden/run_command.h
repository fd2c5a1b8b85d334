// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "analyzer/commands/table.h"
#include "schema/error.h"
#include "tests/support/scratch_directory.h"

namespace caprec {

struct Result {
    int status = exit_failure;
    std::string out, err;
};

// Runs capanalyze with these arguments; the text of an Error goes to `err`.
inline Result run(const std::vector<std::string>& arguments) {
    std::ostringstream out, err;
    Streams streams{out, err};
    Result result;
    try {
        result.status = run_command(arguments, streams);
    } catch (const Error& error) {
        err << error.what();
    }
    result.out = out.str();
    result.err = err.str();
    return result;
}

// The result of capanalyze export of a trace.
inline Result exported(const Bytes& trace, std::vector<std::string> options) {
    const ScratchDirectory directory;
    directory.write("run.cap", trace);
    options.insert(options.begin(), "export");
    options.push_back("run.cap");
    return run(options);
}

}  // namespace caprec
