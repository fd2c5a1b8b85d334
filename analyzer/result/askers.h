// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caprec {

// A process that made checks of one kind, and the program that it ran then.
struct Asker {
    std::uint32_t process = 0, program = 0;  // as in ProcessTree::Place
    friend auto operator<=>(const Asker&, const Asker&) = default;
};

// A set of askers.  Adding the same one again and again, as a loop does, is a comparison.
class Askers {
public:
    // Returns by how much the set grew: a negative number when doubles were removed.
    std::ptrdiff_t add(Asker asker);
    std::ptrdiff_t add(const Askers& others);

    std::span<const Asker> all() const { return askers_; }  // some may be there twice
    std::size_t size() const { return askers_.size(); }

private:
    std::vector<Asker> askers_;
    std::size_t compact_at_ = 64;
};

}  // namespace caprec
