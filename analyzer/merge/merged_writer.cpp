// SPDX-License-Identifier: Apache-2.0
#include "analyzer/merge/merged_writer.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

#include "analyzer/containers/saturated_sum.h"
#include "schema/error.h"
#include "schema/run_header_fields.h"

namespace caprec {
namespace {

// Gives each content one id.
class Interner {
public:
    explicit Interner(TraceWriter& writer) : writer_(writer) {}

    StringId string(const std::string& text) {
        return text.empty()
                   ? StringId()
                   : intern(strings_, text, [this](const std::string& each) { return writer_.define_string(each); });
    }
    ModuleId module(const ModuleContents& module) {
        return entry(modules_, Module{string(module.name), module.kind, module.build_id, module.device, module.inode});
    }
    NamespaceId user_namespace(const std::optional<UserNamespace>& contents) {
        return contents ? entry(namespaces_, *contents) : NamespaceId();
    }
    ObjectId object(const std::optional<Object>& contents) {
        return contents ? entry(objects_, *contents) : ObjectId();
    }
    CredentialId credential(const std::optional<CredentialContents>& contents) {
        if (!contents)
            return {};
        Credential credential = contents->credential;
        credential.user_namespace = user_namespace(contents->user_namespace);
        return entry(credentials_, credential);
    }
    StackId stack(const std::optional<KernelStackContents>& contents) {
        if (!contents)
            return {};
        KernelStack stack;
        stack.truncated = contents->truncated;
        for (const FrameContents& each : contents->frames) {
            const Frame frame{each.module ? module(*each.module) : ModuleId(), string(each.symbol), each.offset};
            stack.frames.push_back(static_cast<std::uint32_t>(entry(frames_, frame).value()));
        }
        return entry(stacks_, stack);
    }
    UserStackId user_stack(const std::optional<UserStackContents>& contents) {
        if (!contents)
            return {};
        UserStack stack = contents->stack;
        for (auto* words : {&stack.registers, &stack.pointers})
            for (std::uint64_t& word : *words)
                word = placed(word, *contents);
        return entry(user_stacks_, stack);
    }

private:
    template <class Entry, class AnyId, class Define>
    static AnyId intern(std::map<Entry, AnyId>& ids, const Entry& entry, Define define) {
        const auto [known, is_new] = ids.try_emplace(entry);
        if (is_new)
            known->second = define(entry);
        return known->second;
    }
    template <class Entry> Id<Entry> entry(std::map<Entry, Id<Entry>>& ids, const Entry& contents) {
        return intern(ids, contents, [this](const Entry& each) { return writer_.define(each); });
    }

    std::uint64_t placed(std::uint64_t word, const UserStackContents& contents) {
        const std::optional<UserPointer> pointer = decode_pointer(word);
        if (!pointer || !pointer->module || pointer->module.value() > contents.modules.size())
            return word;
        return encode(UserPointer{module(contents.modules[pointer->module.value() - 1]), pointer->offset});
    }

    TraceWriter& writer_;
    std::map<std::string, StringId> strings_;
    std::map<UserNamespace, NamespaceId> namespaces_;
    std::map<Credential, CredentialId> credentials_;
    std::map<Object, ObjectId> objects_;
    std::map<Module, ModuleId> modules_;
    std::map<Frame, FrameId> frames_;
    std::map<KernelStack, StackId> stacks_;
    std::map<UserStack, UserStackId> user_stacks_;
};

// The value that every run has; nothing when they differ.
template <class Value, class Runs, class Get> Value common(const Runs& runs, Get get) {
    const Value& first = get(runs.front());
    return std::ranges::all_of(runs, [&](const auto& run) { return get(run) == first; }) ? first : Value{};
}

class MergedWriter {
public:
    MergedWriter(const RunMerger& merger, TraceWriter& writer) : merger_(merger), writer_(writer), ids_(writer) {
        by_start_.resize(merger.runs().size());
        std::iota(by_start_.begin(), by_start_.end(), 0U);
        const auto place = [&](std::uint32_t number) {
            const RunMerger::Run& run = merger_.runs()[number];
            return std::tuple(run.start.realtime, run.run_id);
        };
        std::ranges::sort(by_start_, {}, place);
        run_numbers_.resize(by_start_.size());
        const std::vector<RunHeader> settings = merger.settings();
        setting_numbers_.assign(settings.size(), unused);
        for (std::uint32_t number = 0; number < by_start_.size(); ++number) {
            run_numbers_[by_start_[number]] = number;
            use_setting(merger.runs()[by_start_[number]].setting, settings);
        }
        for (const auto& [key, kind] : merger.kinds())
            use_setting(kind.setting, settings);
    }

    void write(const std::string& program) {
        writer_.header(header(program));
        write_files();
        for (const ModuleContents& module : merger_.modules())
            ids_.module(module);
        writer_.merged_settings(settings_);
        writer_.merged_runs(runs());
        writer_.merged_kinds(kinds());
        writer_.merged_kept(kept());
        writer_.merged_refusals(refusals());
        writer_.merged_drops(drops());
        writer_.merged_programs(programs());
        writer_.merged_images(images());
        const std::vector<std::string> knowledge(merger_.knowledge().begin(), merger_.knowledge().end());
        writer_.merged_knowledge(knowledge);
        writer_.footer(footer());
    }

private:
    static constexpr std::uint32_t unused = ~std::uint32_t{0};

    void use_setting(std::uint32_t number, const std::vector<RunHeader>& settings) {
        if (setting_numbers_[number] == unused) {
            setting_numbers_[number] = static_cast<std::uint32_t>(settings_.size());
            settings_.push_back(settings[number]);
        }
    }

    // The header has the values that the runs agree on.  Where they differ, a field is as if it were not known: an
    // empty text, 0, false or unknown; each run's own value stands in its setting.  The few fields below are about this
    // trace, and about no run.
    RunHeader header(const std::string& program) const {
        RunHeader header = merger_.common_header(), in_settings = settings_.front();
        for (const RunHeader& setting : settings_)
            keep_common(in_settings, setting);
        visit_header_fields([&](const auto& field) {
            if (field.scope == HeaderScope::setting)
                header.*field.member = in_settings.*field.member;
        });
        header.version = format_version;
        header.min_reader_version = oldest_for_merged_runs;
        header.recorder = program;
        header.run_id = {};
        for (const RunMerger::Run& run : merger_.runs())
            for (std::size_t at = 0; at < header.run_id.size(); ++at)
                header.run_id[at] ^= run.run_id[at];
        header.start = first_run().start;
        return header;
    }

    RunFooter footer() const {
        RunFooter footer;
        // The losses of a run, and its counts of checks and outcomes, are in its outline, and the other fields are
        // those of one run only.
        auto& [end, reason, target, losses, checks_made, checks_recorded, outcomes_recorded, survivors, survivor_count,
               frames_without_symbol, withheld_objects, first_seen_rows, tasks_followed, withheld_user_stacks,
               checks_counted] = footer;
        end = first_run().start;
        for (const RunMerger::Run& run : merger_.runs()) {
            add_saturated(end.monotonic, run.duration);
            end.realtime = std::max(end.realtime, run.start.realtime + run.duration);
            add_saturated(survivor_count, run.survivors);
        }
        target = common<TargetStatus>(merger_.runs(),
                                      [](const RunMerger::Run& run) -> const TargetStatus& { return run.target; });
        return footer;
    }

    const RunMerger::Run& first_run() const { return merger_.runs()[by_start_.front()]; }

    // Writes the files of the modules that occur in user stacks of the examples.
    void write_files() {
        class PartWriter : public FilesVisitor {
        public:
            explicit PartWriter(TraceWriter& to) : to_(to) {}
            void on(const FilePart& part) override { to_.file_part(part); }
            void on(const CodeLines& lines) override { to_.code_lines({&lines, 1}); }

        private:
            TraceWriter& to_;
        };
        std::set<std::pair<std::string_view, std::string_view>> wanted;
        for (const auto& [key, kind] : merger_.kinds()) {
            if (!kind.contents.user_stack)
                continue;
            for (const ModuleContents& module : kind.contents.user_stack->modules)
                wanted.emplace(module.name, module.build_id);
        }
        PartWriter parts(writer_);
        merger_.files().visit(
            [&](std::string_view name, std::string_view build_id) {
                return wanted.contains({name, build_id});
            },
            parts);
    }

    std::vector<StringId> texts(const std::vector<std::string>& texts) {
        std::vector<StringId> ids;
        ids.reserve(texts.size());
        for (const std::string& text : texts)
            ids.push_back(ids_.string(text));
        return ids;
    }

    std::vector<MergedRun> runs() {
        std::vector<MergedRun> runs;
        runs.reserve(by_start_.size());
        for (const std::uint32_t number : by_start_) {
            const RunMerger::Run& run = merger_.runs()[number];
            MergedRun& written =
                runs.emplace_back(MergedRun{run, ids_.string(run.host), texts(run.problems), texts(run.notes)});
            written.setting = setting_numbers_[run.setting];
            if (merger_.files().limits_reached())
                written.notes.push_back(ids_.string(
                    "the traces brought more of their files than a merged one keeps (256 MiB): some user stacks have "
                    "no names"));
            if (merger_.limits_reached())
                written.problems.push_back(ids_.string("more was merged than a trace of several runs can hold"));
        }
        return runs;
    }

    std::vector<MergedKind> kinds() {
        std::map<RunId, std::uint32_t> numbers;
        for (std::uint32_t number = 0; number < by_start_.size(); ++number)
            numbers.emplace(merger_.runs()[by_start_[number]].run_id, number);
        std::vector<MergedKind> kinds;
        kinds.reserve(merger_.kinds().size());
        for (const auto& [key, kind] : merger_.kinds()) {
            const KindContents& from = kind.contents;
            MergedKind to{from.row, from.kind, kind.runs.renumbered(run_numbers_).ranges()};
            to.check.credential = ids_.credential(from.credential);
            to.check.target_namespace = ids_.user_namespace(from.target_namespace);
            to.check.object = ids_.object(from.object);
            to.check.stack = ids_.stack(from.stack);
            to.check.user_stack = ids_.user_stack(from.user_stack);
            to.kind.setting = setting_numbers_[kind.setting];
            to.kind.example_run = numbers.at(kind.example);
            to.kind.image = ids_.string(key.image);
            to.kind.comm = ids_.string(from.comm);
            to.kind.cgroup = ids_.string(from.cgroup);
            to.kind.site_stack = ids_.stack(from.site_stack);
            to.kind.credential_after = ids_.credential(from.credential_after);
            kinds.push_back(std::move(to));
        }
        return kinds;
    }

    std::vector<KeptEntry> kept() {
        std::vector<KeptEntry> kept;
        kept.reserve(merger_.kept().size());
        for (const auto& [image, sets] : merger_.kept())
            kept.push_back({ids_.string(image), sets.kept, sets.looked, sets.asked});
        return kept;
    }

    std::vector<RefusalEntry> refusals() {
        std::vector<RefusalEntry> refusals;
        refusals.reserve(merger_.refusals().size());
        for (const auto& [kind, times] : merger_.refusals())
            refusals.push_back({.image = ids_.string(kind.image),
                                .object = kind.object == Object{} ? ObjectId() : ids_.object(kind.object),
                                .abi = kind.abi,
                                .syscall = kind.syscall,
                                .error = kind.error,
                                .flags = kind.flags,
                                .no_new_privs = kind.no_new_privs,
                                .times = times});
        return refusals;
    }

    std::vector<DropEntry> drops() {
        std::vector<DropEntry> drops;
        drops.reserve(merger_.drops().size());
        for (const auto& [step, sets] : merger_.drops())
            drops.push_back(
                {ids_.string(step.image), step.number, ids_.string(step.call), sets.permitted, sets.bounding});
        return drops;
    }

    std::vector<ProgramEntry> programs() {
        std::vector<ProgramEntry> programs;
        programs.reserve(merger_.programs().size());
        for (const ProgramFile& file : merger_.programs()) {
            const auto& [image, device, inode, content, is_build_id, mode, owner, group, mount_namespace, root,
                         capabilities_known, effective, permitted, inheritable, root_id, gained] = file;
            const std::uint64_t content_kind = is_build_id       ? std::uint64_t{file_build_id}
                                               : content.empty() ? std::uint64_t{0}
                                                                 : std::uint64_t{file_hash};
            programs.push_back({.image = ids_.string(image),
                                .content = ids_.string(content),
                                .outer_path = ids_.string(root),
                                .device = device,
                                .inode = inode,
                                .file_state = content_kind |
                                              (capabilities_known ? std::uint64_t{file_capabilities_known} : 0) |
                                              (effective ? std::uint64_t{file_effective} : 0) |
                                              (gained ? std::uint64_t{file_gained} : 0),
                                .mode = mode,
                                .owner = owner,
                                .group = group,
                                .mount_namespace = mount_namespace,
                                .permitted = permitted,
                                .inheritable = inheritable,
                                .root_id = root_id});
        }
        return programs;
    }

    std::vector<StringId> images() {
        std::vector<StringId> images;
        images.reserve(merger_.images().size());
        for (const std::string& image : merger_.images())
            images.push_back(ids_.string(image));
        return images;
    }

    const RunMerger& merger_;
    TraceWriter& writer_;
    Interner ids_;
    std::vector<std::uint32_t> by_start_;         // the merger's numbers, in the order of the file
    std::vector<std::uint32_t> run_numbers_;      // numbers in the file, by the merger's
    std::vector<std::uint32_t> setting_numbers_;  // likewise
    std::vector<RunHeader> settings_;             // in the order of the file
};

}  // namespace

void write_merged(const RunMerger& merger, const std::string& program, TraceWriter& writer) {
    if (merger.runs().empty())
        throw Error("there is no run to be merged");
    MergedWriter(merger, writer).write(program);
}

}  // namespace caprec
