// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tests/support/memory_stream.h"

namespace caprec {

// A directory of its own for a test, which becomes the working directory until the test ends.
class ScratchDirectory {
public:
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    void write(const std::string& name, const Bytes& bytes) const;
    void write(const std::string& name, std::string_view text) const;
    std::string read(const std::string& name) const;

private:
    std::string path_, before_;
};

}  // namespace caprec
