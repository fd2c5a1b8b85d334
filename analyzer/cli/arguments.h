// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/cli/command.h"
#include "schema/capability.h"
#include "schema/options/given_options.h"

namespace caprec {

// Options that most commands have.
struct CommonOptions {
    std::string file;                        // "-": standard input; empty: the command reads none, or several
    std::string knowledge;                   // a file that replaces the built-in table; empty: none given
    std::string sysroot = "/";               // the folder that the recorded machine's files are below
    std::vector<std::string> names;          // files with names of containers
    std::vector<std::string> debug_folders;  // folders of debug files by build id
    bool json = false;
};

// The arguments of one command, read by its table of options.  Whatever is wrong with them is an Error that names the
// option and where to read on.
class Arguments {
public:
    using Words = GivenOptions::Words;

    // Keeps a reference.
    Arguments(const Command& command, std::span<const std::string> words);

    bool has(std::string_view option) const { return given_.has(option); }
    std::string text(std::string_view option) const { return given_.text(option); }  // empty: it was not given
    Words list(std::string_view option) const { return given_.list(option); }
    Words comma_list(std::string_view option) const;  // each value may be a list of its own
    std::vector<std::uint32_t> numbers(std::string_view option) const;
    CapabilitySet capabilities(std::string_view option) const;
    const Words& operands() const { return given_.operands(); }

    std::string file_name(const std::string& word) const;  // a word that names a trace
    CommonOptions common() const;                          // without a file
    CommonOptions with_file() const;                       // with the one operand as the file
    CommonOptions with_files(Words&) const;                // with one operand or more; the file is the first of them
    std::string output(std::string_view usage) const;      // the value of --output, which must be given

    [[noreturn]] void fail(const std::string& problem) const;
    [[noreturn]] void refuse(std::string_view option, std::string_view word, const std::string& valid) const;

    std::string help() const;

private:
    const Command& command_;
    GivenOptions given_;
};

}  // namespace caprec
