// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "bpf/event.h"

namespace caprec {

// The texts after an exec event.  The views are into its bytes.
struct ExecTexts {
    std::string_view given, interpreter, arguments;
    std::string path;
    std::string outer;  // the part in front of `path` in the mount namespace; empty: none
};
// The path made of these components, which have NULs and come last one first, as the kernel side sends them.
std::string path_from(std::string_view components);

ExecTexts exec_texts(const ev_exec& event, std::span<const std::byte> bytes);

}  // namespace caprec
