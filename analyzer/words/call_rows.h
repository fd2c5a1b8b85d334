// SPDX-License-Identifier: Apache-2.0
//
// How the arguments of syscalls are written down: a row for each call, which says what each of its arguments is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace caprec {

struct NamedValue {
    std::uint32_t value;
    std::string_view name;
};
using NamedValues = std::span<const NamedValue>;

// What an argument is.  All but sizes are 32 bits wide.
enum class ArgumentKind : std::uint8_t {
    none,           // the row has no further argument
    number,         // signed
    id,             // of a user or a group; all ones is -1, "leave as it is"
    signal,         // by its name
    one_of,         // one of the names, or a number
    flags,          // names joined by |, what has no name in hexadecimal; nothing is 0
    open_flags,     // of open(2), with the access mode; their bits depend on the architecture
    clone_flags,    // flags with a signal in the lowest byte
    socket_type,    // one of the names, with flags
    policy,         // one of the names, with SCHED_RESET_ON_FORK
    creation_mode,  // octal; an argument only when the flags before it make the call create a file
    mode,           // octal
    file_type,      // octal, with the type of a node
    device,         // "8:1"; an argument only when the mode before it is that of a device
    command,        // by command_name(), or a number
    request,        // one of the names, or hexadecimal: of ioctl(2)
    quota_command,  // a command and what the quota is for, in one word
    capability,     // by its name
    size,           // of 64 bits; withheld when it could be an address
    address_like,   // as one_of, but withheld with the addresses
};

struct CallArgument {
    std::uint8_t place = 0;
    ArgumentKind kind = ArgumentKind::none;
    NamedValues names = {};
    bool if_set = false;          // 0 is left out
    std::string_view label = {};  // in front of it: "pid"
};

// A row is for a call in which this argument has this value.
struct CallCase {
    std::uint8_t place = 0;
    std::uint32_t value = 0;
};

struct CallRow {
    std::string_view syscalls;  // names, separated by spaces
    std::array<CallArgument, 4> arguments;
    std::optional<CallCase> only_when = {};  // such rows stand before the row for all other calls of the same name
};

std::span<const CallRow> call_rows();

}  // namespace caprec
