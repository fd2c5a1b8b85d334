// SPDX-License-Identifier: Apache-2.0
//
// Flags and kinds go from the kernel side into the file as they are: this asserts that both sides mean the same by
// each.
#include <cstdint>

#include "bpf/event.h"
#include "schema/event_rows.h"
#include "schema/run_info.h"
#include "schema/trace_tables.h"

namespace caprec {
namespace {

constexpr bool agree(std::uint64_t wire, std::uint64_t file) { return wire == file; }
static_assert(agree(EV_ACK_CODE, acknowledgement_code) && agree(EV_ACK_NAMES_NOTHING, acknowledgement_names_nothing) &&
              agree(EV_ACK_BEYOND_MEMLOCK, outcome_beyond_memlock));
static_assert(agree(EV_CHECK_REAL_CRED, check_real_credential) &&
              agree(EV_CHECK_CURRENT_CRED, check_current_credential) && agree(EV_CHECK_KTHREAD, check_kernel_thread) &&
              agree(EV_CHECK_IO_WORKER, check_io_worker) && agree(EV_CHECK_BEFORE_EXEC, check_before_exec) &&
              agree(EV_CHECK_WALKED, check_walked) && agree(EV_CHECK_STACK_LOST, check_stack_lost) &&
              agree(EV_CHECK_OBJECT_WITHHELD, check_object_withheld) &&
              agree(EV_CHECK_OBJECT_UNREADABLE, check_object_unreadable) && agree(EV_CHECK_NEWBORN, check_newborn) &&
              agree(EV_CHECK_EXITING, check_exiting) && agree(EV_CHECK_USER_STACK_LOST, check_user_stack_lost) &&
              agree(EV_CHECK_USER_STACK_WITHHELD, check_user_stack_withheld) &&
              agree(EV_CHECK_IN_EXEC, check_in_exec) && agree(EV_CHECK_COMPAT_TASK, check_compat_task) &&
              agree(EV_CHECK_ARGUMENTS_WITHHELD, check_arguments_withheld) &&
              agree(EV_CHECK_SITE_UNKNOWN, check_site_unknown) &&
              agree(EV_CHECK_CRED_OF_RUN, check_credential_of_run) &&
              agree(EV_CHECK_CRED_UNSURE, check_credential_unsure));
static_assert(agree(EV_COMPARE_FILE, static_cast<std::uint64_t>(ComparisonKind::file)) &&
              agree(EV_COMPARE_REAL, static_cast<std::uint64_t>(ComparisonKind::real)) &&
              agree(EV_COMPARE_NICE, static_cast<std::uint64_t>(ComparisonKind::nice)) &&
              agree(EV_COMPARISON_OWN, comparison_own) && agree(EV_COMPARISON_BY_NAME, comparison_by_name) &&
              agree(EV_COMPARISON_MANY, comparison_many));
static_assert(agree(EV_REFUSAL_CHECKED, refusal_checked) && agree(EV_REFUSAL_FILTERED, refusal_filtered) &&
              agree(EV_REFUSAL_STRICT, refusal_strict) && agree(EV_REFUSAL_LAST, refusal_last));
static_assert(agree(EV_STATUS_WITHHELD, exit_status_withheld));
static_assert(agree(EV_REQUEST_HAS_DATA, request_has_data) && agree(EV_REQUEST_UNREADABLE, request_unreadable) &&
              agree(EV_REQUEST_WITHHELD, request_withheld));
static_assert(agree(EV_EXEC_SECURE, exec_secure) && agree(EV_EXEC_PATH_CUT, exec_path_cut) &&
              agree(EV_EXEC_PATH_UNREACHABLE, exec_path_unreachable) && agree(EV_EXEC_PLACED, exec_placed) &&
              agree(EV_EXEC_FILE_POWERLESS, exec_file_powerless) && agree(EV_EXEC_OTHER_ROOT, exec_other_root) &&
              agree(EV_EXEC_OTHER_MOUNTS, exec_other_mounts) && agree(EV_EXEC_WITHHELD, exec_withheld) &&
              agree(EV_EXEC_THERE_BEFORE, exec_there_before) && agree(EV_TASK_THERE_BEFORE, task_there_before));
static_assert(agree(EV_SCOPE_COMMAND, static_cast<std::uint64_t>(RecordingScope::command)) &&
              agree(EV_SCOPE_PROCESSES, static_cast<std::uint64_t>(RecordingScope::processes)) &&
              agree(EV_SCOPE_CGROUP, static_cast<std::uint64_t>(RecordingScope::cgroup)) &&
              agree(EV_SCOPE_MACHINE, static_cast<std::uint64_t>(RecordingScope::machine)));
static_assert(agree(EV_STACK_CUT, user_stack_cut) && agree(EV_STACK_UNREADABLE, user_stack_unreadable) &&
              agree(EV_STACK_ALTERNATE, user_stack_alternate));
static_assert(agree(EV_STACK_SNAPSHOT, static_cast<std::uint64_t>(UserStackKind::snapshot)) &&
              agree(EV_STACK_FRAME_POINTERS, static_cast<std::uint64_t>(UserStackKind::frame_pointers)));

}  // namespace
}  // namespace caprec
