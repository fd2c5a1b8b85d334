// SPDX-License-Identifier: Apache-2.0
#include "recorder/hooks.h"

#include "recorder/skeleton.h"

namespace caprec {
namespace {

constexpr CheckHook hooks[] = {
    {HookKind::tracepoint, "tp_btf/cap_capable", false, "Linux 6.14 or later with BTF",
     "the options of a check (audit, insetid): the tracepoint does not carry them",
     [](capture& skeleton) { return skeleton.progs.cap_capable_tracepoint; }},
};

}  // namespace

std::span<const CheckHook> check_hooks() { return hooks; }

}  // namespace caprec
