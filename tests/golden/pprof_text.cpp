// SPDX-License-Identifier: Apache-2.0
#include "tests/golden/pprof_text.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace caprec {
namespace {

enum class Kind { number, text_number, numbers, text_numbers, text, message };
struct MessageField {
    std::string_view name;
    Kind kind;
};
using Message = std::map<std::pair<std::string_view, unsigned>, MessageField>;  // by (message, number)

const Message fields = {
    {{"profile", 1}, {"sample_type", Kind::message}},
    {{"profile", 2}, {"sample", Kind::message}},
    {{"profile", 3}, {"mapping", Kind::message}},
    {{"profile", 4}, {"location", Kind::message}},
    {{"profile", 5}, {"function", Kind::message}},
    {{"profile", 6}, {"string_table", Kind::text}},
    {{"profile", 9}, {"time_nanos", Kind::number}},
    {{"profile", 10}, {"duration_nanos", Kind::number}},
    {{"profile", 13}, {"comment", Kind::text_numbers}},
    {{"profile", 14}, {"default_sample_type", Kind::text_number}},
    {{"sample_type", 1}, {"type", Kind::text_number}},
    {{"sample_type", 2}, {"unit", Kind::text_number}},
    {{"sample", 1}, {"location_id", Kind::numbers}},
    {{"sample", 2}, {"value", Kind::numbers}},
    {{"sample", 3}, {"label", Kind::message}},
    {{"label", 1}, {"key", Kind::text_number}},
    {{"label", 2}, {"str", Kind::text_number}},
    {{"label", 3}, {"num", Kind::number}},
    {{"mapping", 1}, {"id", Kind::number}},
    {{"mapping", 2}, {"memory_start", Kind::number}},
    {{"mapping", 3}, {"memory_limit", Kind::number}},
    {{"mapping", 5}, {"filename", Kind::text_number}},
    {{"mapping", 6}, {"build_id", Kind::text_number}},
    {{"mapping", 7}, {"has_functions", Kind::number}},
    {{"mapping", 8}, {"has_filenames", Kind::number}},
    {{"mapping", 9}, {"has_line_numbers", Kind::number}},
    {{"mapping", 10}, {"has_inline_frames", Kind::number}},
    {{"location", 1}, {"id", Kind::number}},
    {{"location", 2}, {"mapping_id", Kind::number}},
    {{"location", 3}, {"address", Kind::number}},
    {{"location", 4}, {"line", Kind::message}},
    {{"line", 1}, {"function_id", Kind::number}},
    {{"line", 2}, {"line", Kind::number}},
    {{"function", 1}, {"id", Kind::number}},
    {{"function", 2}, {"name", Kind::text_number}},
    {{"function", 3}, {"system_name", Kind::text_number}},
    {{"function", 4}, {"filename", Kind::text_number}},
};

std::string inflated(const std::string& gzipped) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK)
        throw std::runtime_error("zlib");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzipped.data()));
    stream.avail_in = static_cast<uInt>(gzipped.size());
    std::string result;
    std::array<char, 4096> buffer{};
    int status = Z_OK;
    while (status == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = buffer.size();
        status = inflate(&stream, Z_NO_FLUSH);
        result.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END || stream.avail_in != 0)
        throw std::runtime_error("not exactly one gzip member");
    return result;
}

std::uint64_t take_varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !bytes.empty() && shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80)
            return value;
    }
    throw std::runtime_error("a number without an end");
}

std::string_view take_bytes(std::string_view& bytes) {
    const std::uint64_t size = take_varint(bytes);
    if (size > bytes.size())
        throw std::runtime_error("a field beyond its message");
    const std::string_view result = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return result;
}

class Printer {
public:
    explicit Printer(std::string_view profile) {
        walk("profile", profile, [&](const MessageField& field, std::uint64_t, std::string_view bytes) {
            if (field.kind == Kind::text)
                strings_.emplace_back(bytes);
        });
        print("profile", profile, "");
    }
    const std::string& text() const { return text_; }

private:
    template <class Action> static void walk(std::string_view message, std::string_view bytes, Action action) {
        while (!bytes.empty()) {
            const std::uint64_t tag = take_varint(bytes);
            const auto field = fields.find({message, static_cast<unsigned>(tag >> 3)});
            if (field == fields.end())
                throw std::runtime_error("an unknown field of " + std::string(message));
            const bool number = field->second.kind == Kind::number || field->second.kind == Kind::text_number;
            if ((tag & 7) != (number ? 0u : 2u))
                throw std::runtime_error("the wrong wire type of " + std::string(field->second.name));
            const std::uint64_t value = number ? take_varint(bytes) : 0;
            action(field->second, value, number ? std::string_view() : take_bytes(bytes));
        }
    }

    std::string shown(Kind kind, std::uint64_t value) const {
        const bool is_text = kind == Kind::text_number || kind == Kind::text_numbers;
        return is_text ? '"' + strings_.at(value) + '"' : std::to_string(value);
    }

    void print(std::string_view message, std::string_view bytes, const std::string& indent) {
        walk(message, bytes, [&](const MessageField& field, std::uint64_t value, std::string_view inner) {
            if (field.kind == Kind::text)
                return;  // they stand where they are used
            text_ += indent + std::string(field.name);
            if (field.kind == Kind::message) {
                text_ += '\n';
                print(field.name, inner, indent + "  ");
                return;
            }
            if (field.kind == Kind::number || field.kind == Kind::text_number)
                text_ += ' ' + shown(field.kind, value);
            while (!inner.empty())
                text_ += ' ' + shown(field.kind, take_varint(inner));
            text_ += '\n';
        });
    }

    std::vector<std::string> strings_;
    std::string text_;
};

}  // namespace

std::string pprof_text(const std::string& gzipped) { return Printer(inflated(gzipped)).text(); }

}  // namespace caprec
