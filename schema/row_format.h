// SPDX-License-Identifier: Apache-2.0
//
// The one place that says which field of a row is which column of the file, and how it is coded: a table for each
// type of row, used by the writer and the reader.  A new column is a line here, in trace.capnp and in the row.
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include "schema/column_codec.h"
#include "schema/event_rows.h"
#include "schema/merged_rows.h"
#include "schema/trace.capnp.h"

namespace caprec {

template <class Format> struct Column {
    std::size_t word;  // place in the row
    Coding coding;
    capnp::List<std::int64_t>::Reader (Format::Reader::*get)() const;
    capnp::List<std::int64_t>::Builder (Format::Builder::*init)(unsigned size);
};

// Specialized for each row: Format, name (for messages), columns, and the accessors of Events.
template <class Row> struct RowFormat;

// A row as its words.  Every row is nothing but 64-bit fields, each with a column: checked at each table's end.
template <class Row> const std::uint64_t* row_words(const Row& row) {
    return reinterpret_cast<const std::uint64_t*>(&row);
}

template <class Row> std::uint64_t* row_words(Row& row) { return reinterpret_cast<std::uint64_t*>(&row); }

template <class Row, std::size_t Width>
constexpr bool covers_row(const std::array<Column<typename RowFormat<Row>::Format>, Width>& columns) {
    if (!std::is_standard_layout_v<Row> || sizeof(Row) != Width * sizeof(std::uint64_t))
        return false;
    for (std::size_t i = 0; i < Width; ++i)
        if (columns[i].word != i)
            return false;
    return true;
}

#define CAPREC_ELEMENT(row, field, index, format, column, coding)                                             \
    {                                                                                                         \
        offsetof(row, field) / sizeof(std::uint64_t) + (index), Coding::coding, &format::Reader::get##column, \
            &format::Builder::init##column                                                                    \
    }
#define CAPREC_COLUMN(row, field, format, column, coding) CAPREC_ELEMENT(row, field, 0, format, column, coding)

template <> struct RowFormat<CheckRow> {
    using Format = format::Checks;
    static constexpr const char* name = "checks";
    static constexpr auto get = &format::Events::Reader::getChecks;
    static constexpr auto init = &format::Events::Builder::initChecks;
    static constexpr std::array<Column<Format>, 23> columns{{
        CAPREC_COLUMN(CheckRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(CheckRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(CheckRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(CheckRow, capability, Format, Capability, difference),
        CAPREC_COLUMN(CheckRow, result, Format, Result, difference),
        CAPREC_COLUMN(CheckRow, options, Format, Options, difference),
        CAPREC_COLUMN(CheckRow, context, Format, Context, difference),
        CAPREC_COLUMN(CheckRow, flags, Format, Flags, difference),
        CAPREC_COLUMN(CheckRow, target_namespace, Format, TargetNamespace, difference),
        CAPREC_COLUMN(CheckRow, credential, Format, Credential, difference),
        CAPREC_COLUMN(CheckRow, abi, Format, Abi, difference),
        CAPREC_COLUMN(CheckRow, syscall, Format, Syscall, difference),
        CAPREC_ELEMENT(CheckRow, args, 0, Format, Arg0, difference),
        CAPREC_ELEMENT(CheckRow, args, 1, Format, Arg1, difference),
        CAPREC_ELEMENT(CheckRow, args, 2, Format, Arg2, difference),
        CAPREC_ELEMENT(CheckRow, args, 3, Format, Arg3, difference),
        CAPREC_ELEMENT(CheckRow, args, 4, Format, Arg4, difference),
        CAPREC_ELEMENT(CheckRow, args, 5, Format, Arg5, difference),
        CAPREC_COLUMN(CheckRow, syscall_sequence, Format, SyscallSequence, second_difference),
        CAPREC_COLUMN(CheckRow, stack, Format, Stack, difference),
        CAPREC_COLUMN(CheckRow, user_stack, Format, UserStack, difference),
        CAPREC_COLUMN(CheckRow, object, Format, Object, difference),
        CAPREC_COLUMN(CheckRow, key, Format, Key, difference),
    }};
};
static_assert(covers_row<CheckRow>(RowFormat<CheckRow>::columns));

template <> struct RowFormat<OutcomeRow> {
    using Format = format::Outcomes;
    static constexpr const char* name = "outcomes";
    static constexpr auto get = &format::Events::Reader::getOutcomes;
    static constexpr auto init = &format::Events::Builder::initOutcomes;
    static constexpr std::array<Column<Format>, 7> columns{{
        CAPREC_COLUMN(OutcomeRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(OutcomeRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(OutcomeRow, syscall_sequence, Format, SyscallSequence, second_difference),
        CAPREC_COLUMN(OutcomeRow, abi, Format, Abi, difference),
        CAPREC_COLUMN(OutcomeRow, syscall, Format, Syscall, difference),
        CAPREC_COLUMN(OutcomeRow, value, Format, Value, whole_difference),
        CAPREC_COLUMN(OutcomeRow, acknowledgement, Format, Acknowledgement, difference),
    }};
};
static_assert(covers_row<OutcomeRow>(RowFormat<OutcomeRow>::columns));

template <> struct RowFormat<CredentialChangeRow> {
    using Format = format::CredentialChanges;
    static constexpr const char* name = "credential changes";
    static constexpr auto get = &format::Events::Reader::getCredentialChanges;
    static constexpr auto init = &format::Events::Builder::initCredentialChanges;
    static constexpr std::array<Column<Format>, 8> columns{{
        CAPREC_COLUMN(CredentialChangeRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(CredentialChangeRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(CredentialChangeRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(CredentialChangeRow, syscall_sequence, Format, SyscallSequence, second_difference),
        CAPREC_COLUMN(CredentialChangeRow, abi, Format, Abi, difference),
        CAPREC_COLUMN(CredentialChangeRow, syscall, Format, Syscall, difference),
        CAPREC_COLUMN(CredentialChangeRow, before, Format, Before, difference),
        CAPREC_COLUMN(CredentialChangeRow, after, Format, After, difference),
    }};
};
static_assert(covers_row<CredentialChangeRow>(RowFormat<CredentialChangeRow>::columns));

template <> struct RowFormat<CapabilityRequestRow> {
    using Format = format::CapabilityRequests;
    static constexpr const char* name = "capability requests";
    static constexpr auto get = &format::Events::Reader::getCapabilityRequests;
    static constexpr auto init = &format::Events::Builder::initCapabilityRequests;
    static constexpr std::array<Column<Format>, 13> columns{{
        CAPREC_COLUMN(CapabilityRequestRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(CapabilityRequestRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(CapabilityRequestRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(CapabilityRequestRow, syscall_sequence, Format, SyscallSequence, second_difference),
        CAPREC_COLUMN(CapabilityRequestRow, abi, Format, Abi, difference),
        CAPREC_COLUMN(CapabilityRequestRow, syscall, Format, Syscall, difference),
        CAPREC_COLUMN(CapabilityRequestRow, value, Format, Value, difference),
        CAPREC_COLUMN(CapabilityRequestRow, version, Format, Version, difference),
        CAPREC_COLUMN(CapabilityRequestRow, target, Format, Target, difference),
        CAPREC_COLUMN(CapabilityRequestRow, flags, Format, Flags, difference),
        CAPREC_COLUMN(CapabilityRequestRow, effective, Format, Effective, difference),
        CAPREC_COLUMN(CapabilityRequestRow, permitted, Format, Permitted, difference),
        CAPREC_COLUMN(CapabilityRequestRow, inheritable, Format, Inheritable, difference),
    }};
};
static_assert(covers_row<CapabilityRequestRow>(RowFormat<CapabilityRequestRow>::columns));

template <> struct RowFormat<TaskRow> {
    using Format = format::Tasks;
    static constexpr const char* name = "tasks";
    static constexpr auto get = &format::Events::Reader::getTasks;
    static constexpr auto init = &format::Events::Builder::initTasks;
    static constexpr std::array<Column<Format>, 18> columns{{
        CAPREC_COLUMN(TaskRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(TaskRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(TaskRow, creator, Format, Creator, difference),
        CAPREC_COLUMN(TaskRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(TaskRow, process, Format, Process, difference),
        CAPREC_COLUMN(TaskRow, kind, Format, Kind, difference),
        CAPREC_COLUMN(TaskRow, clone_flags, Format, CloneFlags, difference),
        CAPREC_COLUMN(TaskRow, credential, Format, Credential, difference),
        CAPREC_COLUMN(TaskRow, comm, Format, Comm, difference),
        CAPREC_COLUMN(TaskRow, tgid, Format, Tgid, difference),
        CAPREC_COLUMN(TaskRow, tid, Format, Tid, difference),
        CAPREC_COLUMN(TaskRow, recorder_tgid, Format, RecorderTgid, difference),
        CAPREC_COLUMN(TaskRow, recorder_tid, Format, RecorderTid, difference),
        CAPREC_COLUMN(TaskRow, own_tgid, Format, OwnTgid, difference),
        CAPREC_COLUMN(TaskRow, own_tid, Format, OwnTid, difference),
        CAPREC_COLUMN(TaskRow, flags, Format, Flags, difference),
        CAPREC_COLUMN(TaskRow, start_time, Format, StartTime, difference),
        CAPREC_COLUMN(TaskRow, parent_tgid, Format, ParentTgid, difference),
    }};
};
static_assert(covers_row<TaskRow>(RowFormat<TaskRow>::columns));

template <> struct RowFormat<ExecRow> {
    using Format = format::Execs;
    static constexpr const char* name = "execs";
    static constexpr auto get = &format::Events::Reader::getExecs;
    static constexpr auto init = &format::Events::Builder::initExecs;
    static constexpr std::array<Column<Format>, 26> columns{{
        CAPREC_COLUMN(ExecRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(ExecRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(ExecRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(ExecRow, process, Format, Process, difference),
        CAPREC_COLUMN(ExecRow, given, Format, Given, difference),
        CAPREC_COLUMN(ExecRow, path, Format, Path, difference),
        CAPREC_COLUMN(ExecRow, script, Format, Script, difference),
        CAPREC_COLUMN(ExecRow, interpreter, Format, Interpreter, difference),
        CAPREC_COLUMN(ExecRow, arguments, Format, Arguments, difference),
        CAPREC_COLUMN(ExecRow, arguments_length, Format, ArgumentsLength, difference),
        CAPREC_COLUMN(ExecRow, device, Format, Device, difference),
        CAPREC_COLUMN(ExecRow, inode, Format, Inode, difference),
        CAPREC_COLUMN(ExecRow, ctime, Format, Ctime, difference),
        CAPREC_COLUMN(ExecRow, before, Format, Before, difference),
        CAPREC_COLUMN(ExecRow, after, Format, After, difference),
        CAPREC_COLUMN(ExecRow, flags, Format, Flags, difference),
        CAPREC_COLUMN(ExecRow, file_state, Format, FileState, difference),
        CAPREC_COLUMN(ExecRow, file_permitted, Format, FilePermitted, difference),
        CAPREC_COLUMN(ExecRow, file_inheritable, Format, FileInheritable, difference),
        CAPREC_COLUMN(ExecRow, file_root_id, Format, FileRootId, difference),
        CAPREC_COLUMN(ExecRow, mount_namespace, Format, MountNamespace, difference),
        CAPREC_COLUMN(ExecRow, outer_path, Format, OuterPath, difference),
        CAPREC_COLUMN(ExecRow, mode, Format, Mode, difference),
        CAPREC_COLUMN(ExecRow, owner, Format, Owner, difference),
        CAPREC_COLUMN(ExecRow, group, Format, Group, difference),
        CAPREC_COLUMN(ExecRow, content, Format, Content, difference),
    }};
};
static_assert(covers_row<ExecRow>(RowFormat<ExecRow>::columns));

template <> struct RowFormat<ExitRow> {
    using Format = format::Exits;
    static constexpr const char* name = "exits";
    static constexpr auto get = &format::Events::Reader::getExits;
    static constexpr auto init = &format::Events::Builder::initExits;
    static constexpr std::array<Column<Format>, 6> columns{{
        CAPREC_COLUMN(ExitRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(ExitRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(ExitRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(ExitRow, process, Format, Process, difference),
        CAPREC_COLUMN(ExitRow, status, Format, Status, difference),
        CAPREC_COLUMN(ExitRow, last, Format, Last, difference),
    }};
};
static_assert(covers_row<ExitRow>(RowFormat<ExitRow>::columns));

template <> struct RowFormat<RenameRow> {
    using Format = format::Renames;
    static constexpr const char* name = "renames";
    static constexpr auto get = &format::Events::Reader::getRenames;
    static constexpr auto init = &format::Events::Builder::initRenames;
    static constexpr std::array<Column<Format>, 4> columns{{
        CAPREC_COLUMN(RenameRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(RenameRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(RenameRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(RenameRow, comm, Format, Comm, difference),
    }};
};
static_assert(covers_row<RenameRow>(RowFormat<RenameRow>::columns));

template <> struct RowFormat<MappingRow> {
    using Format = format::Mappings;
    static constexpr const char* name = "mappings";
    static constexpr auto get = &format::Events::Reader::getMappings;
    static constexpr auto init = &format::Events::Builder::initMappings;
    static constexpr std::array<Column<Format>, 6> columns{{
        CAPREC_COLUMN(MappingRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(MappingRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(MappingRow, process, Format, Process, difference),
        CAPREC_COLUMN(MappingRow, module, Format, Module, difference),
        CAPREC_COLUMN(MappingRow, offset, Format, Offset, difference),
        CAPREC_COLUMN(MappingRow, length, Format, Length, difference),
    }};
};
static_assert(covers_row<MappingRow>(RowFormat<MappingRow>::columns));

template <> struct RowFormat<PlaceRow> {
    using Format = format::Places;
    static constexpr const char* name = "places";
    static constexpr auto get = &format::Events::Reader::getPlaces;
    static constexpr auto init = &format::Events::Builder::initPlaces;
    static constexpr std::array<Column<Format>, 9> columns{{
        CAPREC_COLUMN(PlaceRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(PlaceRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(PlaceRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(PlaceRow, process, Format, Process, difference),
        CAPREC_COLUMN(PlaceRow, cgroup, Format, Cgroup, difference),
        CAPREC_COLUMN(PlaceRow, cgroup_id, Format, CgroupId, difference),
        CAPREC_COLUMN(PlaceRow, pid_namespace, Format, PidNamespace, difference),
        CAPREC_COLUMN(PlaceRow, network_namespace, Format, NetworkNamespace, difference),
        CAPREC_COLUMN(PlaceRow, mount_namespace, Format, MountNamespace, difference),
    }};
};
static_assert(covers_row<PlaceRow>(RowFormat<PlaceRow>::columns));

template <> struct RowFormat<ComparisonRow> {
    using Format = format::Comparisons;
    static constexpr const char* name = "comparisons";
    static constexpr auto get = &format::Events::Reader::getComparisons;
    static constexpr auto init = &format::Events::Builder::initComparisons;
    static constexpr std::array<Column<Format>, 16> columns{{
        CAPREC_COLUMN(ComparisonRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(ComparisonRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(ComparisonRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(ComparisonRow, syscall_sequence, Format, SyscallSequence, second_difference),
        CAPREC_COLUMN(ComparisonRow, abi, Format, Abi, difference),
        CAPREC_COLUMN(ComparisonRow, syscall, Format, Syscall, difference),
        CAPREC_COLUMN(ComparisonRow, value, Format, Value, difference),
        CAPREC_COLUMN(ComparisonRow, kind, Format, Kind, difference),
        CAPREC_COLUMN(ComparisonRow, flags, Format, Flags, difference),
        CAPREC_COLUMN(ComparisonRow, credential, Format, Credential, difference),
        CAPREC_COLUMN(ComparisonRow, target_credential, Format, TargetCredential, difference),
        CAPREC_COLUMN(ComparisonRow, target_process, Format, TargetProcess, difference),
        CAPREC_COLUMN(ComparisonRow, target_tgid, Format, TargetTgid, difference),
        CAPREC_COLUMN(ComparisonRow, target_comm, Format, TargetComm, difference),
        CAPREC_COLUMN(ComparisonRow, entry, Format, Entry, difference),
        CAPREC_COLUMN(ComparisonRow, object, Format, Object, difference),
    }};
};
static_assert(covers_row<ComparisonRow>(RowFormat<ComparisonRow>::columns));

template <> struct RowFormat<RefusalRow> {
    using Format = format::Refusals;
    static constexpr const char* name = "refusals";
    static constexpr auto get = &format::Events::Reader::getRefusals;
    static constexpr auto init = &format::Events::Builder::initRefusals;
    static constexpr std::array<Column<Format>, 16> columns{{
        CAPREC_COLUMN(RefusalRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(RefusalRow, time, Format, Time, whole_difference),
        CAPREC_COLUMN(RefusalRow, thread, Format, Thread, difference),
        CAPREC_COLUMN(RefusalRow, syscall_sequence, Format, SyscallSequence, second_difference),
        CAPREC_COLUMN(RefusalRow, abi, Format, Abi, difference),
        CAPREC_COLUMN(RefusalRow, syscall, Format, Syscall, difference),
        CAPREC_COLUMN(RefusalRow, error, Format, Error, difference),
        CAPREC_COLUMN(RefusalRow, flags, Format, Flags, difference),
        CAPREC_COLUMN(RefusalRow, credential, Format, Credential, difference),
        CAPREC_COLUMN(RefusalRow, object, Format, Object, difference),
        CAPREC_COLUMN(RefusalRow, key, Format, Key, difference),
        CAPREC_COLUMN(RefusalRow, times, Format, Times, difference),
        CAPREC_COLUMN(RefusalRow, file_state, Format, FileState, difference),
        CAPREC_COLUMN(RefusalRow, file_permitted, Format, FilePermitted, difference),
        CAPREC_COLUMN(RefusalRow, file_inheritable, Format, FileInheritable, difference),
        CAPREC_COLUMN(RefusalRow, file_root_id, Format, FileRootId, difference),
    }};
};
static_assert(covers_row<RefusalRow>(RowFormat<RefusalRow>::columns));

template <> struct RowFormat<KindRow> {
    using Format = format::Kinds;
    static constexpr const char* name = "kinds";
    static constexpr std::array<Column<Format>, 22> columns{{
        CAPREC_COLUMN(KindRow, order, Format, Order, second_difference),
        CAPREC_COLUMN(KindRow, setting, Format, Setting, difference),
        CAPREC_COLUMN(KindRow, example_run, Format, ExampleRun, difference),
        CAPREC_COLUMN(KindRow, image, Format, Image, difference),
        CAPREC_COLUMN(KindRow, comm, Format, Comm, difference),
        CAPREC_COLUMN(KindRow, tgid, Format, Tgid, difference),
        CAPREC_COLUMN(KindRow, outcome, Format, Outcome, difference),
        CAPREC_COLUMN(KindRow, error, Format, Error, difference),
        CAPREC_COLUMN(KindRow, phase, Format, Phase, difference),
        CAPREC_COLUMN(KindRow, site_source, Format, SiteSource, difference),
        CAPREC_COLUMN(KindRow, site_stack, Format, SiteStack, difference),
        CAPREC_COLUMN(KindRow, denied_before, Format, DeniedBefore, difference),
        CAPREC_COLUMN(KindRow, granted_after, Format, GrantedAfter, difference),
        CAPREC_COLUMN(KindRow, denied_after, Format, DeniedAfter, difference),
        CAPREC_COLUMN(KindRow, credential_after, Format, CredentialAfter, difference),
        CAPREC_COLUMN(KindRow, flags, Format, Flags, difference),
        CAPREC_COLUMN(KindRow, not_asked, Format, NotAsked, difference),
        CAPREC_COLUMN(KindRow, most, Format, Most, difference),
        CAPREC_COLUMN(KindRow, given_up, Format, GivenUp, difference),
        CAPREC_COLUMN(KindRow, instead, Format, Instead, difference),
        CAPREC_COLUMN(KindRow, cgroup, Format, Cgroup, difference),
        CAPREC_COLUMN(KindRow, user, Format, User, difference),
    }};
};
static_assert(covers_row<KindRow>(RowFormat<KindRow>::columns));

#undef CAPREC_COLUMN
#undef CAPREC_ELEMENT

}  // namespace caprec
