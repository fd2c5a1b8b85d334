// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

// One message of Protocol Buffers (https://protobuf.dev/programming-guides/encoding), field by field.  The format that
// needs it has seven small messages: less than a compiler for them, and a library at run time, would bring along.
class ProtobufMessage {
public:
    // As proto3 does, a number that is 0 and an empty text are left out.
    void number(unsigned field, std::uint64_t value);  // uint64, int64, bool
    void text(unsigned field, std::string_view bytes);
    // These are written even when they are 0 or empty.
    void element(unsigned field, std::string_view bytes);  // one element of a repeated string or bytes
    void message(unsigned field, const ProtobufMessage& inner) { element(field, inner.bytes_); }
    void number_list(unsigned field, const std::vector<std::uint64_t>& values);

    const std::string& bytes() const { return bytes_; }

private:
    void varint(std::uint64_t value);
    void tag(unsigned field, unsigned wire_type) { varint(std::uint64_t{field} << 3 | wire_type); }

    std::string bytes_;
};

}  // namespace caprec
