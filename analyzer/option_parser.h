// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/commands/help_pages.h"
#include "analyzer/options.h"

namespace caprec {

// The options of one command: declared, parsed, and read back as plain values.  Whatever is wrong is an Error that says
// where to read more.
class OptionParser {
public:
    using Words = std::vector<std::string>;

    // Has --help and --json; a command that does not offer --json rejects it itself.  Keeps a reference.
    explicit OptionParser(const HelpPage& page, bool offers_json = true);

    void judges();             // adds what every command has that judges checks: --knowledge
    void shows_user_stacks();  // adds where to look for files: --sysroot, --debug-dir
    boost::program_options::options_description_easy_init add() { return visible_.add_options(); }
    void parse(const Words& arguments);

    // False when only help was wanted.
    bool fill_common(CommonOptions& options) const;
    void fill(CommonOptions& options) const;  // and the one file
    void set_file(CommonOptions& options, const std::string& file) const;

    bool has(const char* name) const { return values_.count(name) != 0; }
    std::string text(const char* name) const { return values_[name].as<std::string>(); }
    Words list(const char* name) const { return has(name) ? values_[name].as<Words>() : Words(); }
    Words comma_list(const char* name) const;  // each value may be a list of its own
    std::vector<std::uint32_t> numbers(const char* name) const;
    CapabilitySet capabilities(const char* name) const;

    [[noreturn]] void fail(const std::string& problem) const;
    [[noreturn]] void refuse(const char* name, std::string_view word, const std::string& valid) const;

private:
    std::string help_text() const;

    const HelpPage& page_;
    boost::program_options::options_description visible_, hidden_;
    boost::program_options::variables_map values_;
};

}  // namespace caprec
