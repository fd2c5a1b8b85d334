// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <exception>
#include <string>

#include "recorder/caller.h"
#include "schema/trace_writer.h"

namespace caprec {

// The trace could not be written: the recording is over, the command goes on.
class OutputError : public std::exception {
public:
    explicit OutputError(std::string text) : text_(std::move(text)) {}
    const char* what() const noexcept override { return text_.c_str(); }

private:
    std::string text_;
};

// The output for the trace: a regular file of the caller's, a FIFO, /dev/null, or standard output ("-").
//
// A file is opened as the caller, never through a symbolic link, and must be new or the caller's own, with one link,
// and empty or an older trace.  Its mode is 0600.  It is locked (F_OFD_SETLK) while it is written, which tells readers
// that there is more to come.  Its old contents are removed when the first chunk comes, and a new file that got no
// chunk is removed: a recording that cannot begin changes nothing.
//
// The command may do to it all that its user may: close() checks that the path still leads to this file, and that it
// holds what was written.
class OutputFile final : public ByteSink {
public:
    OutputFile(const std::string& name, const Caller& caller);  // throws Error
    ~OutputFile() override;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    // Writes one whole chunk: on a full disk a part that was written is taken back.  Throws OutputError.
    void write(std::span<const std::byte> bytes) override;

    void
    close();  // throws OutputError when the system reports a late failure, or the file does not hold what was written
    const std::string& remark() const { return remark_; }  // after close(): another observation; mostly empty

    bool is_standard_output() const { return standard_output_; }
    const std::string& name() const { return name_; }
    std::uint64_t size() const { return size_; }

private:
    void examine();
    void note_standard_output();
    void empty();  // removes the old contents, when the first chunk comes
    // These say what has happened to the file; empty when it holds what was written.
    std::string change_of_place() const;
    std::string change_of_contents() const;
    void examine_at_end();  // throws OutputError
    [[noreturn]] void fail(int error);

    std::string name_, shown_;  // shown_ is for messages
    int fd_ = -1;
    bool standard_output_ = false;
    bool regular_ = false, created_ = false;
    Caller caller_;
    std::uint64_t size_ = 0, before_ = 0;  // bytes written; bytes in front of those, in a file on standard output
    int reading_ = -1;                     // the same file, open for reading; -1: it cannot be read
    std::string place_;                    // the kernel's name of the open file; empty: it would not tell
    std::uint64_t start_digest_, digest_;  // digests of nothing, and of all that was written
    std::string remark_;
};

}  // namespace caprec
