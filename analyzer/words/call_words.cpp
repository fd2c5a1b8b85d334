// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/call_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>
#include <vector>

#include "analyzer/words/call_rows.h"
#include "analyzer/words/command_names.h"
#include "analyzer/words/syscall_text.h"
#include "schema/capability.h"
#include "schema/hex.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

// include/uapi/asm-generic/fcntl.h, which x86 has as it is.
constexpr std::uint32_t access_mode = 03, creates = 0100, temporary = 020000000, directory = 0200000;
constexpr NamedValue open_flag_names[] = {
    {creates, "O_CREAT"},       {0200, "O_EXCL"},        {0400, "O_NOCTTY"},       {01000, "O_TRUNC"},
    {02000, "O_APPEND"},        {04000, "O_NONBLOCK"},   {04010000, "O_SYNC"},     {010000, "O_DSYNC"},
    {020000, "O_ASYNC"},        {040000, "O_DIRECT"},    {0100000, "O_LARGEFILE"}, {temporary | directory, "O_TMPFILE"},
    {directory, "O_DIRECTORY"}, {0400000, "O_NOFOLLOW"}, {01000000, "O_NOATIME"},  {02000000, "O_CLOEXEC"},
    {010000000, "O_PATH"},
};
constexpr NamedValue access_modes[] = {{0, "O_RDONLY"}, {1, "O_WRONLY"}, {2, "O_RDWR"}};

// arm has some of these flags at other places (arch/arm64/include/uapi/asm/fcntl.h).
std::uint32_t generic_open_flags(std::uint32_t flags, Abi abi) {
    constexpr std::array<std::array<std::uint32_t, 2>, 4> moved = {
        {{040000, directory}, {0100000, 0400000}, {0200000, 040000}, {0400000, 0100000}}};
    if (abi != Abi::arm && abi != Abi::arm64)
        return flags;
    std::uint32_t generic = flags & ~std::uint32_t{0740000};
    for (const auto& [here, there] : moved)
        if ((flags & here) != 0)
            generic |= there;
    return generic;
}

// include/uapi/linux/stat.h
constexpr std::uint32_t type_bits = 0170000, character_device = 020000, block_device = 060000;
constexpr NamedValue file_types[] = {{010000, "S_IFIFO"},       {character_device, "S_IFCHR"}, {040000, "S_IFDIR"},
                                     {block_device, "S_IFBLK"}, {0100000, "S_IFREG"},          {0140000, "S_IFSOCK"}};

std::string number_text(std::int64_t value, int base = 10) {
    std::array<char, 24> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr};
}

std::string octal(std::uint32_t value) { return (value == 0 ? "" : "0") + number_text(value, 8); }

std::string_view name_of(NamedValues names, std::uint32_t value) {
    const auto found = std::ranges::find(names, value, &NamedValue::value);
    return found != names.end() ? found->name : std::string_view();
}

std::string one_of(NamedValues names, std::uint32_t value) {
    const std::string_view name = name_of(names, value);
    return name.empty() ? number_text(static_cast<std::int32_t>(value)) : std::string(name);
}

void join(std::string& text, std::string_view word) {
    if (!text.empty())
        text += '|';
    text += word;
}

// Some have a name for no flag at all.
std::string none_text(NamedValues names) {
    const std::string_view name = name_of(names, 0);
    return name.empty() ? "0" : std::string(name);
}

// Names of several bits stand before those of fewer.
std::string flags_text(NamedValues names, std::uint32_t value, std::string text = {}) {
    for (const NamedValue& each : names) {
        if (each.value == 0 || (value & each.value) != each.value)
            continue;
        join(text, each.name);
        value &= ~each.value;
    }
    if (value != 0 || text.empty())
        join(text, value == 0 ? none_text(names) : hex_of(value));
    return text;
}

std::string open_flags_text(std::uint32_t value, Abi abi) {
    const std::uint32_t flags = generic_open_flags(value, abi);
    std::string text = one_of(access_modes, flags & access_mode);
    return (flags & ~access_mode) == 0 ? text : flags_text(open_flag_names, flags & ~access_mode, std::move(text));
}

std::string signal_name(std::uint32_t number) {
    const char* name = number <= 64 ? ::sigabbrev_np(static_cast<int>(number)) : nullptr;
    return name != nullptr ? std::string("SIG") + name : number_text(static_cast<std::int32_t>(number));
}

std::string clone_flags_text(NamedValues names, std::uint32_t value) {
    constexpr std::uint32_t signal_bits = 0xff;
    std::string text = (value & ~signal_bits) == 0 ? std::string() : flags_text(names, value & ~signal_bits);
    if ((value & signal_bits) != 0 || text.empty())
        join(text, signal_name(value & signal_bits));
    return text;
}

// A value of few bits, with flags above them.
std::string low_bits_text(NamedValues names, std::uint32_t value, std::uint32_t low, NamedValues flags) {
    std::string text = one_of(names, value & low);
    return (value & ~low) == 0 ? text : flags_text(flags, value & ~low, std::move(text));
}

// include/uapi/linux/net.h: SOCK_CLOEXEC and SOCK_NONBLOCK are O_CLOEXEC and O_NONBLOCK, which no recorded
// architecture has elsewhere.
constexpr NamedValue socket_flags[] = {{02000000, "SOCK_CLOEXEC"}, {04000, "SOCK_NONBLOCK"}};
constexpr NamedValue policy_flags[] = {{0x40000000, "SCHED_RESET_ON_FORK"}};
constexpr NamedValue quota_types[] = {{0, "USRQUOTA"}, {1, "GRPQUOTA"}, {2, "PRJQUOTA"}};

// The first calls of 32-bit systems for ids take 16 bits of them.
bool has_short_ids(Abi abi, std::string_view syscall) {
    return (abi == Abi::i386 || abi == Abi::arm) && !syscall.ends_with("32") && syscall != "fchownat";
}

// include/linux/kdev_t.h new_decode_dev()
std::string device_text(std::uint32_t device) {
    return number_text(device >> 8 & 0xfff) + ':' + number_text((device & 0xff) | (device >> 12 & 0xfff00));
}

class Words {
public:
    Words(const CheckRow& row, std::string_view syscall)
        : row_(row), abi_(static_cast<Abi>(row.abi)), syscall_(syscall) {}

    // Empty: the call has no such argument.
    std::string of(const CallArgument& argument) const {
        const std::uint32_t value = at(argument.place);
        if (argument.if_set && value == 0)
            return "";
        switch (argument.kind) {
            case ArgumentKind::none: break;
            case ArgumentKind::number: return number_text(static_cast<std::int32_t>(value));
            case ArgumentKind::id: return id_text(value);
            case ArgumentKind::signal: return signal_name(value);
            case ArgumentKind::address_like: return is_withheld() ? "?" : one_of(argument.names, value);
            case ArgumentKind::one_of: return one_of(argument.names, value);
            case ArgumentKind::flags: return flags_text(argument.names, value);
            case ArgumentKind::open_flags: return open_flags_text(value, abi_);
            case ArgumentKind::clone_flags: return clone_flags_text(argument.names, value);
            case ArgumentKind::socket_type: return low_bits_text(argument.names, value, 0xf, socket_flags);
            case ArgumentKind::policy: return low_bits_text(argument.names, value, 0xffff, policy_flags);
            case ArgumentKind::creation_mode: return creates_file(argument.place) ? octal(value) : "";
            case ArgumentKind::mode: return octal(value);
            case ArgumentKind::file_type: return file_type_text(value);
            case ArgumentKind::device: return is_device(argument.place) ? device_text(value) : "";
            case ArgumentKind::command: {
                const std::string_view name = command_name(syscall_, value);
                return name.empty() ? number_text(static_cast<std::int32_t>(value)) : std::string(name);
            }
            case ArgumentKind::request: {
                const std::string_view name = name_of(argument.names, value);
                return name.empty() ? hex_of(value) : std::string(name);
            }
            case ArgumentKind::quota_command: {
                const std::string_view name = name_of(argument.names, value >> 8);
                return (name.empty() ? hex_of(value >> 8) : std::string(name)) + ", " +
                       one_of(quota_types, value & 0xff);
            }
            case ArgumentKind::capability: return capability_name(value);
            case ArgumentKind::size: {
                const std::uint64_t size = row_.args[argument.place];
                return is_withheld() && size == 0 ? "?" : std::to_string(size);
            }
        }
        return "";
    }

    std::uint32_t at(unsigned place) const { return static_cast<std::uint32_t>(row_.args[place]); }

private:
    bool is_withheld() const { return (row_.flags & check_arguments_withheld) != 0; }

    std::string id_text(std::uint32_t value) const {
        const std::uint32_t mask = has_short_ids(abi_, syscall_) ? 0xffff : 0xffffffff;
        return (value & mask) == mask ? "-1" : number_text(value & mask);
    }

    bool creates_file(unsigned place) const { return (at(place - 1) & (creates | temporary)) != 0; }

    static std::string file_type_text(std::uint32_t value) {
        const std::string_view name = name_of(file_types, value & type_bits);
        return name.empty() ? octal(value) : std::string(name) + '|' + octal(value & ~type_bits);
    }

    bool is_device(unsigned place) const {
        const std::uint32_t type = at(place - 1) & type_bits;
        return type == character_device || type == block_device;
    }

    const CheckRow& row_;
    Abi abi_;
    std::string_view syscall_;
};

using RowsByName = std::map<std::string_view, std::vector<const CallRow*>>;

RowsByName rows_by_name() {
    RowsByName by_name;
    for (const CallRow& row : call_rows()) {
        for (std::string_view names = row.syscalls; !names.empty();) {
            const std::string_view name = names.substr(0, names.find(' '));
            names.remove_prefix(std::min(name.size() + 1, names.size()));
            by_name[name].push_back(&row);
        }
    }
    return by_name;
}

}  // namespace

std::string call_words(const CheckRow& row) {
    static const RowsByName by_name = rows_by_name();
    std::string text = syscall_text(row);
    const auto found = by_name.find(text);
    if (found == by_name.end() || (text == "mmap" && has_short_ids(static_cast<Abi>(row.abi), text)))
        return text;  // the first mmap of 32-bit systems has its arguments in memory
    const Words words(row, found->first);
    const auto match = std::ranges::find_if(found->second, [&](const CallRow* each) {
        return !each->only_when || words.at(each->only_when->place) == each->only_when->value;
    });
    if (match == found->second.end())
        return text;
    bool is_first = true;
    for (const CallArgument& argument : (*match)->arguments) {
        const std::string word = words.of(argument);
        if (word.empty())
            continue;
        text += is_first ? "(" : ", ";
        if (!argument.label.empty())
            text.append(argument.label).append(" ");
        text += word;
        is_first = false;
    }
    return is_first ? text : text + ')';
}

}  // namespace caprec
