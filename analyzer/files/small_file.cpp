// SPDX-License-Identifier: Apache-2.0
#include "analyzer/files/small_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {

std::string read_small_file(const std::string& name, std::size_t max_bytes, const std::string& wanted,
                            bool may_be_input) {
    const bool is_input = may_be_input && name == "-";
    std::error_code problem;
    if (!is_input && std::filesystem::is_directory(name, problem))
        throw Error(escape(name) + ": is a directory; " + wanted);
    errno = 0;
    std::ifstream file;
    if (!is_input)
        file.open(name, std::ios::binary);
    std::istream& in = is_input ? std::cin : file;
    if (!in)
        throw Error("cannot open " + escape(name) + ": " + errno_text(errno) + "; " + wanted);
    std::string text(max_bytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad())
        throw Error("cannot read " + escape(name) + ": " + errno_text(errno));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace caprec
