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
    std::string outer;  // what stands before it in the mount namespace; empty: nothing does
};
// The path of components with their NULs, the last one first, as the kernel side sends it.
std::string path_from(std::string_view components);

ExecTexts exec_texts(const ev_exec& event, std::span<const std::byte> bytes);

}  // namespace caprec
