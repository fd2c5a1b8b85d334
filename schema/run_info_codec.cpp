// SPDX-License-Identifier: Apache-2.0
#include "schema/run_info_codec.h"

#include <algorithm>
#include <iterator>

#include "schema/capnp_bytes.h"
#include "schema/field_columns.h"
#include "schema/losses.h"

namespace caprec {
namespace {

constexpr std::size_t max_command_bytes = std::size_t{64} << 10;  // a command line's, with 16 for each argument
constexpr std::size_t max_survivors = 100;

void encode_texts(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder into) {
    for (unsigned i = 0; i < into.size(); ++i)
        into.set(i, as_text(texts[i]));
}

template <class List> std::vector<std::string> decode_strings(List list) {
    std::vector<std::string> result;
    for (const auto item : list)
        result.push_back(as_string(item));
    return result;
}

// The arguments from the front that fit.
std::size_t arguments_kept(const std::vector<std::string>& command) {
    std::size_t bytes = 0, kept = 0;
    for (; kept < command.size(); ++kept) {
        bytes += 16 + command[kept].size();
        if (bytes > max_command_bytes)
            break;
    }
    return kept;
}

void encode_command(const RunHeader& header, format::Header::Builder into) {
    const auto kept = static_cast<unsigned>(arguments_kept(header.command));
    auto list = into.initCommand(kept);
    for (unsigned i = 0; i < kept; ++i)
        list.set(i, as_data(header.command[i]));
    into.setCommandLeftOut(static_cast<std::uint32_t>(header.command_left_out + header.command.size() - kept));
}

void encode_host(const RunHeader& header, format::Host::Builder into) {
    into.setName(as_data(header.host_name));
    into.setKernelRelease(as_data(header.kernel_release));
    into.setKernelVersion(as_data(header.kernel_version));
    into.setMachine(as_data(header.machine));
    into.setBootId(as_data(header.boot_id));
    into.setArch(static_cast<format::Arch>(header.arch));
    into.setPageSize(header.page_size);
}

void decode_host(format::Host::Reader from, RunHeader& header) {
    header.host_name = as_string(from.getName());
    header.kernel_release = as_string(from.getKernelRelease());
    header.kernel_version = as_string(from.getKernelVersion());
    header.machine = as_string(from.getMachine());
    header.boot_id = as_string(from.getBootId());
    header.arch = known_or_unknown<Arch>(from.getArch());
    header.page_size = from.getPageSize();
}

void encode_hook(const RunHeader& header, format::Hook::Builder into) {
    into.setKind(static_cast<format::HookKind>(header.hook));
    into.setHasOptions(header.hook_has_options);
    encode_texts(header.attached_programs, into.initAttached(static_cast<unsigned>(header.attached_programs.size())));
    encode_texts(header.blind_spots, into.initBlindSpots(static_cast<unsigned>(header.blind_spots.size())));
    encode_texts(header.refused_hooks, into.initRefused(static_cast<unsigned>(header.refused_hooks.size())));
}

void decode_hook(format::Hook::Reader from, RunHeader& header) {
    header.hook = known_or_unknown<HookKind>(from.getKind());
    header.hook_has_options = from.getHasOptions();
    header.attached_programs = decode_strings(from.getAttached());
    header.blind_spots = decode_strings(from.getBlindSpots());
    header.refused_hooks = decode_strings(from.getRefused());
}

void encode_caller(const RunHeader& header, format::Caller::Builder into) {
    into.setUid(header.caller_uid);
    into.setGid(header.caller_gid);
    into.setEffectiveUid(header.caller_effective_uid);
    into.setOnBehalfOfUid(header.on_behalf_of_uid);
    into.setRunAsUser(as_data(header.run_as_user));
    into.setRunAsUid(header.run_as_uid);
    into.setPidNamespaceLevel(header.pid_namespace_level);
}

void decode_caller(format::Caller::Reader from, RunHeader& header) {
    header.caller_uid = from.getUid();
    header.caller_gid = from.getGid();
    header.caller_effective_uid = from.getEffectiveUid();
    header.on_behalf_of_uid = from.getOnBehalfOfUid();
    header.run_as_user = as_string(from.getRunAsUser());
    header.run_as_uid = from.getRunAsUid();
    header.pid_namespace_level = from.getPidNamespaceLevel();
}

struct LossColumn {
    std::uint64_t Losses::*count;
    std::uint64_t (format::Losses::Reader::*get)() const;
    void (format::Losses::Builder::*set)(std::uint64_t value);
};

#define CAPREC_LOSS(member, column) \
    { &Losses::member, &format::Losses::Reader::get##column, &format::Losses::Builder::set##column }
constexpr LossColumn loss_columns[] = {
    CAPREC_LOSS(checks, Checks),           CAPREC_LOSS(outcomes, Outcomes),    CAPREC_LOSS(processes, Processes),
    CAPREC_LOSS(credentials, Credentials), CAPREC_LOSS(stacks, Stacks),        CAPREC_LOSS(mappings, Mappings),
    CAPREC_LOSS(objects, Objects),         CAPREC_LOSS(first_seen, FirstSeen), CAPREC_LOSS(user_stacks, UserStacks),
    CAPREC_LOSS(comparisons, Comparisons), CAPREC_LOSS(refusals, Refusals),    CAPREC_LOSS(skipped, Skipped),
};
#undef CAPREC_LOSS
static_assert(std::size(loss_columns) == loss_kinds.size(), "a kind of loss has no column");

}  // namespace

void encode(const Clock& clock, format::Clock::Builder into) {
    into.setMonotonic(clock.monotonic);
    into.setBoottime(clock.boottime);
    into.setRealtime(clock.realtime);
    into.setUtcOffset(clock.utc_offset);
}

Clock decode(format::Clock::Reader from) {
    return {from.getMonotonic(), from.getBoottime(), from.getRealtime(), from.getUtcOffset()};
}

void encode(const TargetStatus& target, format::TargetStatus::Builder into) {
    switch (target.kind) {
        case TargetStatus::Kind::unknown: into.setUnknown(); return;
        case TargetStatus::Kind::exited: into.setExited(target.value); return;
        case TargetStatus::Kind::signaled: into.setSignaled(target.value); return;
        case TargetStatus::Kind::not_executed: into.setNotExecuted(target.value); return;
        case TargetStatus::Kind::running: into.setRunning(); return;
    }
}

TargetStatus decode(format::TargetStatus::Reader from) {
    using Kind = TargetStatus::Kind;
    switch (from.which()) {
        case format::TargetStatus::UNKNOWN: return {Kind::unknown, 0};
        case format::TargetStatus::EXITED: return {Kind::exited, from.getExited()};
        case format::TargetStatus::SIGNALED: return {Kind::signaled, from.getSignaled()};
        case format::TargetStatus::NOT_EXECUTED: return {Kind::not_executed, from.getNotExecuted()};
        case format::TargetStatus::RUNNING: return {Kind::running, 0};
    }
    return {};
}

void encode(const RunHeader& header, format::Header::Builder into) {
    into.setFormatVersion(static_cast<std::uint16_t>(header.version));
    into.setMinReaderVersion(static_cast<std::uint16_t>(header.min_reader_version));
    into.setRecorder(as_text(header.recorder));
    into.setRunId(kj::arrayPtr(header.run_id.data(), header.run_id.size()));
    encode(header.start, into.initStart());
    encode_host(header, into.initHost());
    encode_hook(header, into.initHook());
    encode_command(header, into);
    into.setWorkingDirectory(as_data(header.working_directory));
    encode_caller(header, into.initCaller());
    auto sysctls = into.initSysctls(static_cast<unsigned>(header.sysctls.size()));
    for (unsigned i = 0; i < sysctls.size(); ++i) {
        sysctls[i].setName(as_text(header.sysctls[i].first));
        sysctls[i].setValue(as_data(header.sysctls[i].second));
    }
    encode_texts(header.lsms, into.initLsms(static_cast<unsigned>(header.lsms.size())));
    into.setLsmsKnown(header.lsms_known);
    auto options = into.initOptions();
    options.setBufferBytes(header.buffer_bytes);
    options.setWalkEveryStack(header.walk_every_stack);
    options.setWaitForDescendants(header.wait_for_descendants);
    options.setOnlyKinds(header.only_kinds);
    options.setUserStacks(static_cast<format::UserStackMode>(header.user_stacks));
    into.setTargetThread(header.target_thread);
    auto home = into.initHomeNamespace();
    home.setInode(header.home_namespace.inode);
    home.setLevel(header.home_namespace.level);
    home.setOwner(header.home_namespace.owner);
    into.setWithholding(header.withholding);
    into.setSymbolSource(static_cast<format::SymbolSource>(header.symbol_source));
    into.setMappingSource(static_cast<format::MappingSource>(header.mapping_source));
    into.setMappingBufferBytes(header.mapping_buffer_bytes);
    into.setMappingRefusal(as_text(header.mapping_refusal));
    into.setScope(static_cast<format::Scope>(header.scope));
    auto names = into.initScopeNames(static_cast<unsigned>(header.scope_names.size()));
    for (unsigned i = 0; i < names.size(); ++i)
        names.set(i, as_data(header.scope_names[i]));
}

RunHeader decode(format::Header::Reader from) {
    RunHeader header;
    header.version = from.getFormatVersion();
    header.min_reader_version = from.getMinReaderVersion();
    header.recorder = as_string(from.getRecorder());
    const auto run_id = from.getRunId();
    std::copy_n(run_id.begin(), std::min(run_id.size(), header.run_id.size()), header.run_id.begin());
    header.start = decode(from.getStart());
    decode_host(from.getHost(), header);
    decode_hook(from.getHook(), header);
    header.command = decode_strings(from.getCommand());
    header.command_left_out = from.getCommandLeftOut();
    header.working_directory = as_string(from.getWorkingDirectory());
    decode_caller(from.getCaller(), header);
    for (const auto setting : from.getSysctls())
        header.sysctls.emplace_back(as_string(setting.getName()), as_string(setting.getValue()));
    header.lsms = decode_strings(from.getLsms());
    header.lsms_known = from.getLsmsKnown();
    const auto options = from.getOptions();
    header.buffer_bytes = options.getBufferBytes();
    header.walk_every_stack = options.getWalkEveryStack();
    header.wait_for_descendants = options.getWaitForDescendants();
    header.only_kinds = options.getOnlyKinds();
    header.user_stacks = known_or_unknown<UserStackMode>(options.getUserStacks());
    header.target_thread = from.getTargetThread();
    const auto home = from.getHomeNamespace();
    header.home_namespace = {home.getInode(), home.getLevel(), home.getOwner()};
    header.withholding = from.getWithholding();
    header.symbol_source = known_or_unknown<SymbolSource>(from.getSymbolSource());
    header.mapping_source = known_or_unknown<MappingSource>(from.getMappingSource());
    header.mapping_buffer_bytes = from.getMappingBufferBytes();
    header.mapping_refusal = as_string(from.getMappingRefusal());
    header.scope = known_or_unknown<RecordingScope>(from.getScope());
    header.scope_names = decode_strings(from.getScopeNames());
    return header;
}

void encode(const Losses& losses, format::Losses::Builder into) {
    for (const LossColumn& column : loss_columns)
        (into.*column.set)(losses.*column.count);
}

Losses decode(format::Losses::Reader from) {
    Losses losses;
    for (const LossColumn& column : loss_columns)
        losses.*column.count = (from.*column.get)();
    return losses;
}

namespace {

template <class Member> struct FooterColumn {
    Member RunFooter::*member;
    void (*write)(const Member& value, format::Footer::Builder into);
    Member (*read)(format::Footer::Reader from);

    void encode(const RunFooter& footer, format::Footer::Builder into) const { write(footer.*member, into); }
    void decode(format::Footer::Reader from, RunFooter& footer) const { footer.*member = read(from); }
};

void encode_survivors(const std::vector<Survivor>& survivors, format::Footer::Builder into) {
    auto list = into.initSurvivors(static_cast<unsigned>(std::min(survivors.size(), max_survivors)));
    for (unsigned i = 0; i < list.size(); ++i) {
        const auto& [process, tgid, comm] = survivors[i];
        list[i].setProcess(process);
        list[i].setTgid(tgid);
        list[i].setComm(as_data(comm));
    }
}

std::vector<Survivor> decode_survivors(format::Footer::Reader from) {
    std::vector<Survivor> survivors;
    for (const auto survivor : from.getSurvivors()) {
        if (survivors.size() == max_survivors)
            break;
        survivors.push_back({survivor.getProcess(), survivor.getTgid(), as_string(survivor.getComm())});
    }
    return survivors;
}

#define CAPREC_COUNT(field, column) \
    FieldColumn { &RunFooter::field, &format::Footer::Reader::get##column, &format::Footer::Builder::set##column }
constexpr std::tuple footer_columns{
    FooterColumn<Clock>{&RunFooter::end,
                        [](const Clock& end, format::Footer::Builder into) { encode(end, into.initEnd()); },
                        [](format::Footer::Reader from) { return decode(from.getEnd()); }},
    FooterColumn<EndReason>{&RunFooter::reason,
                            [](const EndReason& reason, format::Footer::Builder into) {
                                into.setReason(static_cast<format::EndReason>(reason));
                            },
                            [](format::Footer::Reader from) { return known_or_unknown<EndReason>(from.getReason()); }},
    FooterColumn<TargetStatus>{
        &RunFooter::target,
        [](const TargetStatus& target, format::Footer::Builder into) { encode(target, into.initTarget()); },
        [](format::Footer::Reader from) { return decode(from.getTarget()); }},
    FooterColumn<Losses>{&RunFooter::losses,
                         [](const Losses& losses, format::Footer::Builder into) { encode(losses, into.initLosses()); },
                         [](format::Footer::Reader from) { return decode(from.getLosses()); }},
    CAPREC_COUNT(checks_made, ChecksMade),
    CAPREC_COUNT(checks_recorded, ChecksRecorded),
    CAPREC_COUNT(outcomes_recorded, OutcomesRecorded),
    FooterColumn<std::vector<Survivor>>{&RunFooter::survivors, encode_survivors, decode_survivors},
    CAPREC_COUNT(survivor_count, SurvivorCount),
    CAPREC_COUNT(frames_without_symbol, FramesWithoutSymbol),
    CAPREC_COUNT(withheld_objects, WithheldObjects),
    CAPREC_COUNT(first_seen_rows, FirstSeenRows),
    CAPREC_COUNT(tasks_followed, TasksFollowed),
    CAPREC_COUNT(withheld_user_stacks, WithheldUserStacks),
    CAPREC_COUNT(checks_counted, ChecksCounted),
};
#undef CAPREC_COUNT
static_assert(covers_fields<RunFooter>(footer_columns), "a field of RunFooter has no column, or two");

}  // namespace

void encode(const RunFooter& footer, format::Footer::Builder into) { encode_fields(footer_columns, footer, into); }

RunFooter decode(format::Footer::Reader from) { return decode_fields<RunFooter>(footer_columns, from); }

}  // namespace caprec
