// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>
#include <optional>
#include <string>

#include "analyzer/files/unfinished_file.h"
#include "schema/trace_writer.h"

namespace caprec {

// The output of a command: a file or standard output.
//
// A regular file is written beside its place and takes that place when it is finished: until then, and for good when
// anything fails, the file there before stays as it was.  A new file has mode 0600: it tells of command lines and
// paths, as the trace does; one that replaces another keeps its owner and mode.  Links are followed.  A device, a pipe
// and a file that is open already (/dev/stdout) are written to directly.  Errors name the file, escaped.
class OutputFile : public ByteSink {
public:
    // "-" is standard output, which must not be a terminal.  Throws Error when `name` is the same file as `input`.
    OutputFile(const std::string& name, const std::string& input);
    ~OutputFile() override;  // removes an unfinished file
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::span<const std::byte> bytes) override;
    void finish();

private:
    explicit OutputFile(const std::string& name);  // not open yet
    void open(const std::string& input);
    void open_beside(const std::string& target);
    [[noreturn]] void fail(const std::string& problem) const;

    std::string path_, name_;  // the name as it was given, and escaped
    int descriptor_ = -1;
    std::optional<UnfinishedFile> unfinished_;
    std::optional<struct stat> replaced_;
};

}  // namespace caprec
