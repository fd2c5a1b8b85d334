// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "schema/error.h"
#include "schema/trace_reader.h"

namespace caprec {

// The trace that the user named, open for reading.  Errors name the file, escaped.
class Input : public ByteSource {
public:
    // "-" is standard input, which must not be a terminal.  Directories and empty files are refused.  With `follow`,
    // read() waits at the end as long as the file is being written.
    explicit Input(const std::string& file, bool follow = false);
    ~Input() override;
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    std::size_t read(std::span<std::byte> into) override;

    // `action` is called before each read, which may wait long: it can hand on the output so far.
    void before_read(std::function<void()> action) { before_read_ = std::move(action); }

    // True while caprec holds its lock on the file.  Always false for pipes.
    bool being_written() const;

    bool rewindable() const { return rewindable_; }
    std::uint64_t size() const { return size_; }  // of a file when it was opened; of a pipe it means nothing
    void rewind();

    const std::string& name() const { return name_; }  // escaped

private:
    std::size_t read_once(std::span<std::byte> into);

    std::string name_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
    std::function<void()> before_read_;
    bool follow_ = false, rewindable_ = false, any_byte_ = false;
};

// An Error whose text already names the file.
class NamedError : public Error {
public:
    using Error::Error;
};

// Runs `action`; the text of any other Error gets the name of the input in front.
template <class Action> auto naming(const Input& input, Action action) {
    try {
        return action();
    } catch (const NamedError&) {
        throw;
    } catch (const Error& error) {
        throw Error(input.name() + ": " + error.what());
    }
}

}  // namespace caprec
