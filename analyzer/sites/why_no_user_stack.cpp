// SPDX-License-Identifier: Apache-2.0
#include "analyzer/sites/why_no_user_stack.h"

namespace caprec {
namespace {

struct FlagRow {
    std::uint64_t flag;
    const char* text;
};
constexpr FlagRow flag_rows[] = {
    {check_before_exec, "asked before the command began"},
    {check_io_worker, "asked by a worker of the kernel, for a request of io_uring"},
    {check_kernel_thread, "asked by a thread of the kernel"},
    {check_in_exec, "execve had left the old program and not begun the new one"},
    {check_compat_task, "of 32-bit code, which is not recorded"},
    {check_user_stack_withheld, "withheld: the caller of the recorder may not trace the program"},
    {check_user_stack_lost, "lost: the buffer was full, or the stack could not be read"},
};

}  // namespace

std::string why_no_user_stack(const CheckRow& row, const RunHeader& header) {
    if (header.user_stacks == UserStackMode::unknown || header.user_stacks == UserStackMode::none)
        return {};
    for (const FlagRow& known : flag_rows)
        if ((row.flags & known.flag) != 0)
            return known.text;
    if (static_cast<CheckContext>(row.context) != CheckContext::task)
        return "asked in an interrupt";
    if ((row.flags & check_walked) == 0)
        return "not taken: this kind of check was well known by then";
    return "not recorded";
}

}  // namespace caprec
