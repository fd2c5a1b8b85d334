// SPDX-License-Identifier: Apache-2.0
#include "schema/words/utf8.h"

#include <algorithm>
#include <iterator>

namespace caprec {
namespace {

struct Range {
    char32_t first, last;
};

// Unicode general categories Cc, Cf, Zl and Zp, the blank fillers, and the noncharacters.
constexpr Range unsafe_ranges[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},   {0x034f, 0x034f},     {0x0600, 0x0605},
    {0x061c, 0x061c},   {0x06dd, 0x06dd},   {0x070f, 0x070f},   {0x0890, 0x0891},     {0x08e2, 0x08e2},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},     {0x2028, 0x202e},
    {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},     {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},   {0x13430, 0x1345f},
    {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}, {0x10fffe, 0x10ffff},
};

}  // namespace

CodePoint first_code_point(std::string_view bytes) {
    const auto byte = [&](std::size_t at) -> unsigned char { return at < bytes.size() ? bytes[at] : 0; };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return {lead, 1, true};
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length)
        return {lead, 1, false};
    char32_t value = lead & (0x7f >> length);
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xc0) != 0x80)
            return {lead, 1, false};
        value = value << 6 | (byte(at) & 0x3f);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (overlong || surrogate || value > 0x10ffff)
        return {lead, 1, false};
    return {value, length, true};
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const CodePoint point = first_code_point(bytes);
        if (!point.valid)
            return false;
        bytes.remove_prefix(point.bytes);
    }
    return true;
}

std::string to_utf8(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const CodePoint point = first_code_point(bytes);
        text += point.valid ? bytes.substr(0, point.bytes) : std::string_view("\xef\xbf\xbd");
        bytes.remove_prefix(point.bytes);
    }
    return text;
}

bool is_unsafe(char32_t value) {
    const auto range = std::find_if(std::begin(unsafe_ranges), std::end(unsafe_ranges),
                                    [&](const Range& candidate) { return value <= candidate.last; });
    return range != std::end(unsafe_ranges) && value >= range->first;
}

}  // namespace caprec
