// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/live/frames.h"

namespace caprec {

// A test that moves, changes and removes the files of the program it recorded: the chain of tests/live/programs, whose
// only check is of CAP_SYS_NICE.
class FilesTest : public FramesTest {
protected:
    static constexpr const char *program_name = "chain_gcc", *library_name = "libchain_gcc.so";

    // A copy of the chain and its library in the directory.
    std::string copied_chain() const;
    // Replaces the file by a new one of that name, as package managers do.
    void replace(const std::string& name, const std::string& source) const;
    ShownStack chain_stack(const std::vector<std::string>& options = {});

    static std::string build_id(const std::string& file);  // as hexadecimal digits
    // DIRECTORY/FOLDER/.build-id/12/3456SUFFIX; its folders are made.
    std::string by_build_id(const std::string& folder, const std::string& id, const std::string& suffix) const;
    // Keeps the file where whoever knows its build id finds it.
    void keep(const std::string& folder, const std::string& file) const;
    // Takes the debug information out of the file, and leaves it in `to`.
    void split_debug(const std::string& file, const std::string& to) const;

    // `part` is the inner part of `whole`, and not all of it.
    static void expect_prefix(const ShownStack& part, const ShownStack& whole);

    std::string notes;  // capanalyze's notes on files in the last chain_stack()
};

}  // namespace caprec
