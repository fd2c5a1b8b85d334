// SPDX-License-Identifier: Apache-2.0
#include "schema/merged_codec.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "schema/capnp_bytes.h"
#include "schema/row_codec.h"
#include "schema/run_info_codec.h"

namespace caprec {
namespace {

// Limits for a chunk; together less than 3 MiB.
constexpr std::size_t max_kinds = 4096, max_ranges = 49152;
constexpr std::size_t max_texts = 64;  // texts of one run

using RangeWords = std::array<std::uint64_t, 3>;  // kind, first, length
constexpr std::array range_codings = {Coding::difference, Coding::difference, Coding::whole_difference};

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
    auto list = into.initKept(static_cast<unsigned>(kept.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
        list[i].setImage(kept[i].image.value());
        list[i].setCapabilities(kept[i].capabilities.bits());
        list[i].setLooked(kept[i].looked);
        list[i].setAsked(kept[i].asked);
    }
}

void encode(std::span<const DropEntry> drops, format::Merged::Builder into) {
    auto list = into.initDrops(static_cast<unsigned>(drops.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
        list[i].setImage(drops[i].image.value());
        list[i].setNumber(drops[i].number);
        list[i].setCall(drops[i].call.value());
        list[i].setPermitted(drops[i].permitted.bits());
        list[i].setBounding(drops[i].bounding.bits());
    }
}

void encode(std::span<const RefusalEntry> refusals, format::Merged::Builder into) {
    auto list = into.initRefusals(static_cast<unsigned>(refusals.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
        const RefusalEntry& from = refusals[i];
        list[i].setImage(from.image.value());
        list[i].setObject(from.object.value());
        list[i].setAbi(static_cast<std::uint8_t>(from.abi));
        list[i].setSyscall(static_cast<std::uint32_t>(from.syscall));
        list[i].setError(static_cast<std::uint32_t>(from.error));
        list[i].setFlags(static_cast<std::uint32_t>(from.flags));
        list[i].setNoNewPrivs(from.no_new_privs);
        list[i].setTimes(from.times);
    }
}

void encode(std::span<const ProgramEntry> programs, format::Merged::Builder into) {
    auto list = into.initPrograms(static_cast<unsigned>(programs.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
        const ProgramEntry& from = programs[i];
        list[i].setImage(from.image.value());
        list[i].setDevice(static_cast<std::uint32_t>(from.device));
        list[i].setInode(from.inode);
        list[i].setContent(from.content.value());
        list[i].setFileState(static_cast<std::uint32_t>(from.file_state));
        list[i].setMode(from.mode);
        list[i].setOwner(from.owner);
        list[i].setGroup(from.group);
        list[i].setMountNamespace(from.mount_namespace);
        list[i].setOuterPath(from.outer_path.value());
        list[i].setPermitted(from.permitted.bits());
        list[i].setInheritable(from.inheritable.bits());
        list[i].setRootId(from.root_id);
    }
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
        visitor.on(KeptEntry{StringId(kept.getImage()), CapabilitySet(kept.getCapabilities()), kept.getLooked(),
                             kept.getAsked()});
    for (const auto drop : from.getDrops())
        visitor.on(DropEntry{StringId(drop.getImage()), drop.getNumber(), StringId(drop.getCall()),
                             CapabilitySet(drop.getPermitted()), CapabilitySet(drop.getBounding())});
    for (const auto each : from.getRefusals())
        visitor.on(RefusalEntry{StringId(each.getImage()), ObjectId(each.getObject()), each.getAbi(), each.getSyscall(),
                                each.getError(), each.getFlags(), each.getNoNewPrivs(), each.getTimes()});
    for (const auto each : from.getPrograms())
        visitor.on(ProgramEntry{.image = StringId(each.getImage()),
                                .content = StringId(each.getContent()),
                                .outer_path = StringId(each.getOuterPath()),
                                .device = each.getDevice(),
                                .inode = each.getInode(),
                                .file_state = each.getFileState(),
                                .mode = each.getMode(),
                                .owner = each.getOwner(),
                                .group = each.getGroup(),
                                .mount_namespace = each.getMountNamespace(),
                                .permitted = CapabilitySet(each.getPermitted()),
                                .inheritable = CapabilitySet(each.getInheritable()),
                                .root_id = each.getRootId()});
    for (const std::uint64_t image : from.getImages())
        visitor.on_image(StringId(image));
    for (const auto name : from.getKnowledge())
        visitor.on_knowledge(as_view(name));
    return "";
}

}  // namespace caprec
