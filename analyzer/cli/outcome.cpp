// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/outcome.h"

#include <exception>
#include <ios>
#include <new>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

// Shows the output from before the failure, as far as possible; the failure itself is told in any case.
void flush_what_there_is(std::ostream& out) {
    try {
        out.flush();
    } catch (const std::exception&) {
    }
}

}  // namespace

int outcome_of(const std::function<int()>& command, Streams& streams) {
    try {
        const int status = command();
        if (!streams.out.flush())
            throw Error("cannot write the output: is the disk full?");
        return status;
    } catch (const Error& error) {
        flush_what_there_is(streams.out);
        streams.err << "capanalyze: " << error.what() << '\n';
    } catch (const std::bad_alloc&) {
        streams.err << "capanalyze: out of memory\n";
    } catch (const std::exception& error) {  // not ours: its text may quote the input
        flush_what_there_is(streams.out);
        streams.err << "capanalyze: " << escape(error.what()) << '\n';
    }
    return exit_failure;
}

}  // namespace caprec
