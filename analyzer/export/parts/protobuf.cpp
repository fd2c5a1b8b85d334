// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/protobuf.h"

namespace caprec {
namespace {

constexpr unsigned wire_varint = 0, wire_length = 2;

}  // namespace

void ProtobufMessage::varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
}

void ProtobufMessage::number(unsigned field, std::uint64_t value) {
    if (value == 0)
        return;
    tag(field, wire_varint);
    varint(value);
}

void ProtobufMessage::text(unsigned field, std::string_view bytes) {
    if (!bytes.empty())
        element(field, bytes);
}

void ProtobufMessage::element(unsigned field, std::string_view bytes) {
    tag(field, wire_length);
    varint(bytes.size());
    bytes_ += bytes;
}

void ProtobufMessage::number_list(unsigned field, const std::vector<std::uint64_t>& values) {
    ProtobufMessage list;
    for (const std::uint64_t value : values)
        list.varint(value);
    element(field, list.bytes_);
}

}  // namespace caprec
