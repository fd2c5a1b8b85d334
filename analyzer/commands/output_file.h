// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/trace_writer.h"

namespace caprec {

// A trace that is written, to a file (mode 0600 when it is new) or to standard output.
class OutputFile : public ByteSink {
public:
    // "-": standard output, which must not be a terminal.  Throws Error when `name` is the same file as `input`, before
    // anything of it is lost.
    OutputFile(const std::string& name, const std::string& input);
    ~OutputFile() override;  // what was not finished is removed
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::span<const std::byte> bytes) override;
    void finish();

    const std::string& name() const { return name_; }  // escaped

private:
    std::string path_, name_;
    int descriptor_ = -1;
    bool is_regular_ = false, finished_ = false;
};

}  // namespace caprec
