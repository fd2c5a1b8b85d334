// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scratch_directory.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace caprec {

ScratchDirectory::ScratchDirectory() : before_(std::filesystem::current_path()) {
    std::string pattern = std::filesystem::temp_directory_path() / "capanalyze-test-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("cannot make " + pattern);
    path_ = pattern;
    std::filesystem::current_path(path_);
}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
    std::filesystem::remove_all(path_, ignored);
}

void ScratchDirectory::write(const std::string& name, const Bytes& bytes) const {
    write(name, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void ScratchDirectory::write(const std::string& name, std::string_view text) const {
    std::ofstream file(path_ + '/' + name, std::ios::binary);
    file << text;
    if (!file.flush())
        throw std::runtime_error("cannot write " + name);
}

std::string ScratchDirectory::read(const std::string& name) const {
    std::ifstream file(path_ + '/' + name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace caprec
