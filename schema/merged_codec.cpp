// SPDX-License-Identifier: Apache-2.0
#include "schema/merged_codec.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

#include "schema/capnp_bytes.h"
#include "schema/field_columns.h"
#include "schema/member_count.h"
#include "schema/row_codec.h"
#include "schema/run_info_codec.h"

namespace caprec {
namespace {

// Limits for a chunk; together less than 3 MiB.
constexpr std::size_t max_kinds = 4096, max_ranges = 49152;
constexpr std::size_t max_texts = 64;  // texts of one run

using RangeWords = std::array<std::uint64_t, 3>;  // kind, first, length
constexpr std::array range_codings = {Coding::difference, Coding::difference, Coding::whole_difference};

#define CAPREC_FIELD(row, field, format, column) \
    FieldColumn { &row::field, &format::Reader::get##column, &format::Builder::set##column }

constexpr std::tuple kept_columns{
    CAPREC_FIELD(KeptEntry, image, format::KeptCapabilities, Image),
    CAPREC_FIELD(KeptEntry, capabilities, format::KeptCapabilities, Capabilities),
    CAPREC_FIELD(KeptEntry, looked, format::KeptCapabilities, Looked),
    CAPREC_FIELD(KeptEntry, asked, format::KeptCapabilities, Asked),
};
static_assert(covers_fields<KeptEntry>(kept_columns), "a field of KeptEntry has no column, or two");

constexpr std::tuple drop_columns{
    CAPREC_FIELD(DropEntry, image, format::DropStep, Image),
    CAPREC_FIELD(DropEntry, number, format::DropStep, Number),
    CAPREC_FIELD(DropEntry, call, format::DropStep, Call),
    CAPREC_FIELD(DropEntry, permitted, format::DropStep, Permitted),
    CAPREC_FIELD(DropEntry, bounding, format::DropStep, Bounding),
};
static_assert(covers_fields<DropEntry>(drop_columns), "a field of DropEntry has no column, or two");

constexpr std::tuple refusal_columns{
    CAPREC_FIELD(RefusalEntry, image, format::MergedRefusal, Image),
    CAPREC_FIELD(RefusalEntry, object, format::MergedRefusal, Object),
    CAPREC_FIELD(RefusalEntry, abi, format::MergedRefusal, Abi),
    CAPREC_FIELD(RefusalEntry, syscall, format::MergedRefusal, Syscall),
    CAPREC_FIELD(RefusalEntry, error, format::MergedRefusal, Error),
    CAPREC_FIELD(RefusalEntry, flags, format::MergedRefusal, Flags),
    CAPREC_FIELD(RefusalEntry, no_new_privs, format::MergedRefusal, NoNewPrivs),
    CAPREC_FIELD(RefusalEntry, times, format::MergedRefusal, Times),
};
static_assert(covers_fields<RefusalEntry>(refusal_columns), "a field of RefusalEntry has no column, or two");

constexpr std::tuple program_columns{
    CAPREC_FIELD(ProgramEntry, image, format::MergedProgram, Image),
    CAPREC_FIELD(ProgramEntry, content, format::MergedProgram, Content),
    CAPREC_FIELD(ProgramEntry, outer_path, format::MergedProgram, OuterPath),
    CAPREC_FIELD(ProgramEntry, device, format::MergedProgram, Device),
    CAPREC_FIELD(ProgramEntry, inode, format::MergedProgram, Inode),
    CAPREC_FIELD(ProgramEntry, file_state, format::MergedProgram, FileState),
    CAPREC_FIELD(ProgramEntry, mode, format::MergedProgram, Mode),
    CAPREC_FIELD(ProgramEntry, owner, format::MergedProgram, Owner),
    CAPREC_FIELD(ProgramEntry, group, format::MergedProgram, Group),
    CAPREC_FIELD(ProgramEntry, mount_namespace, format::MergedProgram, MountNamespace),
    CAPREC_FIELD(ProgramEntry, permitted, format::MergedProgram, Permitted),
    CAPREC_FIELD(ProgramEntry, inheritable, format::MergedProgram, Inheritable),
    CAPREC_FIELD(ProgramEntry, root_id, format::MergedProgram, RootId),
};
static_assert(covers_fields<ProgramEntry>(program_columns), "a field of ProgramEntry has no column, or two");

#undef CAPREC_FIELD

template <class Columns, class Entry, class List>
void encode_entries(const Columns& columns, std::span<const Entry> entries, List list) {
    for (unsigned i = 0; i < list.size(); ++i)
        encode_fields(columns, entries[i], list[i]);
}

void encode_ids(std::span<const StringId> ids, capnp::List<std::uint64_t>::Builder into) {
    for (unsigned i = 0; i < into.size(); ++i)
        into.set(i, ids[i].value());
}

std::vector<StringId> decode_ids(capnp::List<std::uint64_t>::Reader from) {
    std::vector<StringId> ids;
    for (unsigned i = 0; i < std::min<std::size_t>(from.size(), max_texts); ++i)
        ids.push_back(StringId(from[i]));
    return ids;
}

std::span<const StringId> texts_kept(const std::vector<StringId>& texts) {
    return std::span(texts).first(std::min(texts.size(), max_texts));
}

static_assert(member_count<RunOutline>() == 11, "what is known of a run is written and read here");
void encode_run(const MergedRun& run, format::MergedRun::Builder into) {
    into.setRunId(kj::arrayPtr(run.run_id.data(), run.run_id.size()));
    into.setSetting(run.setting);
    into.setHostName(run.host_name.value());
    encode(run.start, into.initStart());
    into.setDuration(run.duration);
    into.setChecks(run.checks);
    into.setOutcomes(run.outcomes);
    into.setProcesses(run.processes);
    into.setSurvivors(run.survivors);
    encode(run.target, into.initTarget());
    into.setState(static_cast<format::RunState>(run.state));
    encode(run.losses, into.initLosses());
    const auto problems = texts_kept(run.problems), notes = texts_kept(run.notes);
    encode_ids(problems, into.initProblems(static_cast<unsigned>(problems.size())));
    encode_ids(notes, into.initNotes(static_cast<unsigned>(notes.size())));
}

MergedRun decode_run(format::MergedRun::Reader from) {
    MergedRun run;
    const auto run_id = from.getRunId();
    std::copy_n(run_id.begin(), std::min(run_id.size(), run.run_id.size()), run.run_id.begin());
    run.setting = from.getSetting();
    run.host_name = StringId(from.getHostName());
    run.start = decode(from.getStart());
    run.duration = from.getDuration();
    run.checks = from.getChecks();
    run.outcomes = from.getOutcomes();
    run.processes = from.getProcesses();
    run.survivors = from.getSurvivors();
    run.target = decode(from.getTarget());
    run.state = known_or_unknown<RunState>(from.getState());
    run.losses = decode(from.getLosses());
    run.problems = decode_ids(from.getProblems());
    run.notes = decode_ids(from.getNotes());
    return run;
}

// The ranges of one chunk, in the order of its kinds.
class RangeDecoder {
public:
    explicit RangeDecoder(format::Kinds::Reader from) : decoder_(words_.data(), from.getRangeLength().size()) {
        const auto add = [&](std::size_t word, auto list) {
            if (auto fault = add_column(decoder_, word, range_codings[word], list))
                fault_ = "ranges: " + *fault;
        };
        add(0, from.getRangeKind());
        add(1, from.getRangeFirst());
        add(2, from.getRangeLength());
        more_ = fault_.empty() && decoder_.next();
    }

    // False when there is a fault.
    bool of_kind(std::uint64_t kind, std::vector<RunRange>& ranges) {
        ranges.clear();
        std::uint64_t end = 0;  // end of the previous range
        for (; more_ && words_[0] == kind; more_ = decoder_.next()) {
            const std::uint64_t first = words_[1], length = words_[2];
            const bool apart = ranges.empty() || first > end;
            if (first >= max_merged_runs || length == 0 || length > max_merged_runs - first || !apart) {
                fault_ = "ranges: one cannot be";
                return false;
            }
            ranges.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(length)});
            end = first + length;
        }
        return true;
    }

    bool more() const { return more_; }
    const std::string& fault() const { return fault_; }

private:
    RangeWords words_{};
    ColumnDecoder decoder_;
    std::string fault_;
    bool more_ = false;
};

std::string visit_kinds(format::Kinds::Reader from, MergedVisitor& visitor) {
    RowDecoder<KindRow> kinds(from);
    RowDecoder<CheckRow> checks(from.getChecks());
    RangeDecoder ranges(from);
    for (const std::string& fault : {kinds.fault(), checks.fault(), ranges.fault()})
        if (!fault.empty())
            return fault;
    if (from.getCount() != from.getChecks().getCount())
        return "kinds: there are not as many examples";
    std::vector<RunRange> of_kind;
    for (std::uint64_t number = 0; kinds.next() && checks.next(); ++number) {
        if (!ranges.of_kind(number, of_kind))
            return ranges.fault();
        visitor.on(checks.row(), kinds.row(), of_kind);
    }
    if (!kinds.fault().empty() || !checks.fault().empty())
        return kinds.fault() + checks.fault();
    return ranges.more() ? "ranges: they name kinds that do not exist, or not in order" : "";
}

}  // namespace

std::size_t kinds_for_a_chunk(std::span<const MergedKind> kinds) {
    std::size_t count = 0, ranges = 0;
    while (count < kinds.size() && count < max_kinds) {
        ranges += kinds[count].runs.size();
        if (ranges > max_ranges && count > 0)
            break;
        ++count;
    }
    return count;
}

void encode(std::span<const RunHeader> settings, format::Merged::Builder into) {
    auto list = into.initSettings(static_cast<unsigned>(settings.size()));
    for (unsigned i = 0; i < list.size(); ++i)
        encode(settings[i], list[i]);
}

void encode(std::span<const MergedRun> runs, format::Merged::Builder into) {
    auto list = into.initRuns(static_cast<unsigned>(runs.size()));
    for (unsigned i = 0; i < list.size(); ++i)
        encode_run(runs[i], list[i]);
}

void encode(std::span<const MergedKind> kinds, format::Merged::Builder into) {
    RowBuffer<CheckRow> checks;
    RowBuffer<KindRow> rows;
    ColumnBuffer<3> ranges(range_codings);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        CheckRow check = kinds[i].check;
        KindRow kind = kinds[i].kind;
        check.order = kind.order = i;
        checks.add(check);
        rows.add(kind);
        for (const RunRange& range : kinds[i].runs) {
            const RangeWords words{i, range.first, range.length};
            ranges.add(words.data());
        }
    }
    auto builder = into.initKinds();
    rows.encode(builder);
    checks.encode(builder.initChecks());
    const auto size = [](auto column) { return static_cast<unsigned>(column.size()); };
    set_all(builder.initRangeKind(size(ranges.column(0))), ranges.column(0));
    set_all(builder.initRangeFirst(size(ranges.column(1))), ranges.column(1));
    set_all(builder.initRangeLength(size(ranges.column(2))), ranges.column(2));
}

void encode(std::span<const KeptEntry> kept, format::Merged::Builder into) {
    encode_entries(kept_columns, kept, into.initKept(static_cast<unsigned>(kept.size())));
}

void encode(std::span<const DropEntry> drops, format::Merged::Builder into) {
    encode_entries(drop_columns, drops, into.initDrops(static_cast<unsigned>(drops.size())));
}

void encode(std::span<const RefusalEntry> refusals, format::Merged::Builder into) {
    encode_entries(refusal_columns, refusals, into.initRefusals(static_cast<unsigned>(refusals.size())));
}

void encode(std::span<const ProgramEntry> programs, format::Merged::Builder into) {
    encode_entries(program_columns, programs, into.initPrograms(static_cast<unsigned>(programs.size())));
}

void encode_knowledge(std::span<const std::string> names, format::Merged::Builder into) {
    auto list = into.initKnowledge(static_cast<unsigned>(names.size()));
    for (unsigned i = 0; i < list.size(); ++i)
        list.set(i, as_data(names[i]));
}

void encode_images(std::span<const StringId> images, format::Merged::Builder into) {
    encode_ids(images, into.initImages(static_cast<unsigned>(images.size())));
}

std::string visit_merged(format::Merged::Reader from, MergedVisitor& visitor) {
    for (const auto setting : from.getSettings())
        visitor.on(decode(setting));
    for (const auto run : from.getRuns())
        visitor.on(decode_run(run));
    if (std::string fault = visit_kinds(from.getKinds(), visitor); !fault.empty())
        return fault;
    for (const auto kept : from.getKept())
        visitor.on(decode_fields<KeptEntry>(kept_columns, kept));
    for (const auto drop : from.getDrops())
        visitor.on(decode_fields<DropEntry>(drop_columns, drop));
    for (const auto refusal : from.getRefusals())
        visitor.on(decode_fields<RefusalEntry>(refusal_columns, refusal));
    for (const auto program : from.getPrograms())
        visitor.on(decode_fields<ProgramEntry>(program_columns, program));
    for (const std::uint64_t image : from.getImages())
        visitor.on_image(StringId(image));
    for (const auto name : from.getKnowledge())
        visitor.on_knowledge(as_view(name));
    return "";
}

}  // namespace caprec
