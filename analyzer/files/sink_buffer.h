// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <streambuf>
#include <vector>

#include "schema/trace_writer.h"

namespace caprec {

// The buffer of a stream that writes to a ByteSink.  A stream with exceptions(badbit) hands on the sink's errors.
// Bytes that are not flushed are lost.
class SinkBuffer final : public std::streambuf {
public:
    explicit SinkBuffer(ByteSink& sink) : sink_(sink), bytes_(std::size_t{64} << 10) { start(); }

private:
    int sync() override {
        sink_.write(std::as_bytes(std::span(pbase(), pptr())));
        start();
        return 0;
    }
    int_type overflow(int_type letter) override {
        sync();
        const bool any = !traits_type::eq_int_type(letter, traits_type::eof());
        return any ? sputc(traits_type::to_char_type(letter)) : traits_type::not_eof(letter);
    }
    void start() { setp(bytes_.data(), bytes_.data() + bytes_.size()); }

    ByteSink& sink_;
    std::vector<char> bytes_;
};

}  // namespace caprec
