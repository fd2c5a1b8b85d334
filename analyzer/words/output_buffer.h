// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

namespace caprec {

// Text for a stream, handed on in large pieces.  Errors of the stream are an Error.
class OutputBuffer {
public:
    explicit OutputBuffer(std::ostream& out) : out_(out) {}  // keeps a reference

    std::string& text() { return text_; }  // append to it
    void flush_when_large() {
        if (text_.size() >= large)
            flush();
    }
    void flush();

private:
    static constexpr std::size_t large = 1u << 16;

    std::ostream& out_;
    std::string text_;
};

}  // namespace caprec
