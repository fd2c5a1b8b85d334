// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

// Capability numbers of include/uapi/linux/capability.h; 0 is CAP_CHOWN.
inline constexpr unsigned known_capabilities = 41;

// "CAP_CHOWN"; a number without a name is "CAP_41".
std::string capability_name(unsigned number);

// Accepts CAP_CHOWN, cap_chown, chown and CAP_41 in any case; numbers above 63 are refused.
std::optional<unsigned> capability_number(std::string_view name);

// A set of capabilities as the kernel keeps it: bit n is capability n.
class CapabilitySet {
public:
    constexpr CapabilitySet() = default;
    constexpr explicit CapabilitySet(std::uint64_t bits) : bits_(bits) {}

    static constexpr CapabilitySet of(std::span<const unsigned> numbers) {  // numbers above 63 are left out
        CapabilitySet set;
        for (const unsigned number : numbers)
            set.insert(number);
        return set;
    }
    static constexpr CapabilitySet of(std::initializer_list<unsigned> numbers) { return of(std::span(numbers)); }

    static constexpr CapabilitySet all() { return CapabilitySet(~std::uint64_t{0}); }  // with and without a name

    constexpr std::uint64_t bits() const { return bits_; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr std::size_t size() const { return static_cast<std::size_t>(std::popcount(bits_)); }
    constexpr bool contains(unsigned number) const { return number < 64 && (bits_ >> number & 1) != 0; }
    constexpr void insert(unsigned number) { bits_ |= number < 64 ? std::uint64_t{1} << number : 0; }
    std::vector<unsigned> members() const;  // ascending

    friend constexpr auto operator<=>(CapabilitySet, CapabilitySet) = default;  // an order for maps, no more
    friend constexpr CapabilitySet operator|(CapabilitySet a, CapabilitySet b) {
        return CapabilitySet(a.bits_ | b.bits_);
    }
    friend constexpr CapabilitySet operator&(CapabilitySet a, CapabilitySet b) {
        return CapabilitySet(a.bits_ & b.bits_);
    }
    friend constexpr CapabilitySet operator-(CapabilitySet a, CapabilitySet b) {  // members of a that b lacks
        return CapabilitySet(a.bits_ & ~b.bits_);
    }
    constexpr CapabilitySet& operator|=(CapabilitySet more) { return *this = *this | more; }

private:
    std::uint64_t bits_ = 0;
};

}  // namespace caprec
