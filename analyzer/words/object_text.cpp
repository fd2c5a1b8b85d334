// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/object_text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>

#include "analyzer/words/command_names.h"
#include "schema/hex.h"

namespace caprec {
namespace {

struct FamilyName {
    unsigned family;
    std::string_view name;
};
constexpr FamilyName family_names[] = {
    {AF_NETLINK, "netlink"}, {AF_PACKET, "packet"},       {AF_ALG, "alg"},
    {AF_VSOCK, "vsock"},     {AF_BLUETOOTH, "bluetooth"}, {AF_CAN, "can"},
};

// Both known architectures are little-endian.
std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 8; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}

unsigned port(std::string_view bytes) {
    return static_cast<unsigned char>(bytes[2]) << 8 | static_cast<unsigned char>(bytes[3]);
}

std::string numeric(int family, const char* address) {
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(family, address, text, sizeof text);
    return text;
}

std::string unix_address(std::string_view path) {
    if (path.empty())
        return "unix:";
    if (path.front() == '\0')  // abstract: all bytes count
        return "unix:@" + std::string(path.substr(1));
    return "unix:" + std::string(path.substr(0, path.find('\0')));
}

std::string socket_address(std::string_view bytes) {
    if (bytes.size() < 2)
        return "";
    const unsigned family = static_cast<unsigned>(little_endian(bytes.substr(0, 2)));
    if (family == AF_UNIX)
        return unix_address(bytes.substr(2));
    if (family == AF_INET && bytes.size() >= 8)
        return numeric(AF_INET, bytes.data() + 4) + ":" + std::to_string(port(bytes));
    if (family == AF_INET6 && bytes.size() >= 24)
        return "[" + numeric(AF_INET6, bytes.data() + 8) + "]:" + std::to_string(port(bytes));
    const auto* row = std::ranges::find(family_names, family, &FamilyName::family);
    return row != std::end(family_names) ? std::string(row->name) : "family " + std::to_string(family);
}

std::string command(std::uint64_t word, std::string_view syscall) {
    const std::string_view name = command_name(syscall, word);
    return name.empty() ? hex_of(word) : std::string(name);
}

}  // namespace

std::string object_text(const Object& object, std::string_view syscall) {
    switch (object.kind) {
        case ObjectKind::path: return object.bytes;
        case ObjectKind::socket_address: return socket_address(object.bytes);
        case ObjectKind::command: return object.bytes.empty() ? "" : command(little_endian(object.bytes), syscall);
        case ObjectKind::unknown: break;
    }
    return "";
}

}  // namespace caprec
