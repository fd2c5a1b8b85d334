// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <streambuf>

#include "analyzer/analysis/analysis.h"
#include "analyzer/policy/policy.h"

namespace caprec {

// Ends the program: an interface did what it promises not to do.
[[noreturn]] void broken_promise();

// Output that goes nowhere, and refuses bytes that must not reach a terminal: control characters other than newline and
// tab, also Unicode's (U+0080 to U+009F).
class CleanOutput final : public std::ostream {
public:
    CleanOutput() : std::ostream(&buffer_) {}

private:
    class Buffer final : public std::streambuf {
        int_type overflow(int_type value) override;
        std::streamsize xsputn(const char* text, std::streamsize size) override;

        unsigned char previous_ = 0;
    };
    Buffer buffer_;
};

// Writes the run against a policy, in every format, to nowhere.
void print_checks(const Analysis& analysis, const Policy& policy);
// The run must fit the policy that minimal writes of it, and must use all of that policy.
void check_own_policy(const Analysis& analysis);

// Writes every output of an analysis to nowhere.
void print_everything(const Analysis& analysis);

}  // namespace caprec
