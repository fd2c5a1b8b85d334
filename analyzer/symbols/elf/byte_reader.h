// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace caprec {

// Reads numbers, as DWARF writes them, from the front of bytes that nobody vouches for.  Beyond their end everything is
// 0, and ok() is false.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }
    bool at_end() const { return at_ >= bytes_.size(); }
    std::size_t position() const { return at_; }
    std::string_view rest() const { return bytes_.substr(at_); }

    template <class Number> Number number() {
        Number value = 0;
        if (const std::string_view part = take(sizeof value); !part.empty())
            std::memcpy(&value, part.data(), sizeof value);
        return value;
    }
    template <class Number> std::uint64_t sign_extended() {  // for a signed Number
        return static_cast<std::uint64_t>(std::int64_t{number<Number>()});
    }
    std::uint64_t unsigned_leb() { return leb(false); }
    std::uint64_t signed_leb() { return leb(true); }  // two's complement
    std::string_view take(std::uint64_t count) {
        if (count > bytes_.size() - at_) {
            ok_ = false;
            at_ = bytes_.size();
            return {};
        }
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }
    std::string_view text(std::size_t most) {  // up to a NUL
        const std::size_t length = rest().substr(0, most + 1).find('\0');
        const std::string_view found = take(length == std::string_view::npos ? bytes_.size() + 1 : length);
        take(1);
        return found;
    }

private:
    static constexpr unsigned max_shift = 63;  // the shift of the last of ten bytes

    std::uint64_t leb(bool is_signed) {
        std::uint64_t value = 0;
        unsigned shift = 0;
        std::uint8_t byte = 0x80;
        while ((byte & 0x80) != 0 && ok_) {
            ok_ = shift <= max_shift;
            byte = number<std::uint8_t>();
            value |= shift < 64 ? std::uint64_t{byte & 0x7fU} << shift : 0;
            shift += 7;
        }
        if (is_signed && (byte & 0x40) != 0 && shift < 64)
            value |= ~std::uint64_t{0} << shift;
        return value;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace caprec
