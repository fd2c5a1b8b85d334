// SPDX-License-Identifier: Apache-2.0
//
// The ids by which a trace refers to the contents of its tables.  The ids of each table have a type of their own, so
// that none can be given where one of another table is meant: a check has six, which all are small numbers.
#pragma once

#include <compare>
#include <cstdint>

namespace caprec {

// A number as wide as its space needs, and nothing else: a row of ids is still a row of words.  It is made from a
// number only explicitly, and becomes one again only by value().
template <class Space, class Number = std::uint64_t> class Id {
public:
    constexpr Id() = default;  // none, or not known: 0
    constexpr explicit Id(Number value) : value_(value) {}

    constexpr Number value() const { return value_; }
    constexpr explicit operator bool() const { return value_ != 0; }
    constexpr Id& operator++() {  // to visit a whole table
        ++value_;
        return *this;
    }

    friend constexpr bool operator==(Id, Id) = default;
    friend constexpr auto operator<=>(Id, Id) = default;

private:
    Number value_ = 0;
};

// The space of a table is the type of its entries (trace_tables.h).
struct Text;
struct UserNamespace;
struct Credential;
struct Object;
struct Module;
struct Frame;
struct KernelStack;
struct UserStack;

using StringId = Id<Text>;
using NamespaceId = Id<UserNamespace>;
using CredentialId = Id<Credential>;
using ObjectId = Id<Object>;
using ModuleId = Id<Module>;
using FrameId = Id<Frame>;
using StackId = Id<KernelStack>;
using UserStackId = Id<UserStack>;

}  // namespace caprec
