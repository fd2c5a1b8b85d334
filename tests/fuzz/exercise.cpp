// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/exercise.h"

#include <cstdlib>

#include "analyzer/export/export_format.h"
#include "analyzer/merge/merged_writer.h"
#include "analyzer/pipeline/pipeline.h"
#include "schema/capability.h"
#include "schema/error.h"
#include "schema/syscalls.h"
#include "schema/trace_reader.h"
#include "tests/fuzz/print_everything.h"
#include "tests/support/memory_stream.h"

namespace caprec {
namespace {

// Follows every id of an event, and adds up what it finds, so that nothing is optimized away.
class Toucher final : public EventVisitor, public FirstSeenVisitor, public FilesVisitor, public MergedVisitor {
public:
    explicit Toucher(const TraceReader& reader) : reader_(reader) {}

    void on(const CheckRow& row) override {
        credential(row.credential);
        stack(row.stack);
        user_stack(row.user_stack);
        if (const Object* object = reader_.object(row.object))
            sum_ += object->bytes.size();
        if (const UserNamespace* space = reader_.user_namespace(row.target_namespace))
            sum_ += space->inode;
        sum_ += row.thread + row.time;
        if (++names_ < 1000) {
            sum_ += syscall_name(static_cast<Abi>(row.abi), row.syscall).size();
            sum_ += capability_name(static_cast<unsigned>(row.capability)).size();
        }
    }
    void on(const OutcomeRow& row) override { sum_ += row.value; }
    void on(const CredentialChangeRow& row) override {
        credential(row.before);
        credential(row.after);
    }
    void on(const TaskRow& row) override {
        sum_ += reader_.string(row.comm).size();
        credential(row.credential);
    }
    void on(const ExecRow& row) override {
        for (const StringId id : {row.given, row.path, row.script, row.interpreter, row.arguments})
            for (const char c : reader_.string(id))
                sum_ += static_cast<unsigned char>(c);
    }
    void on(const ExitRow& row) override { sum_ += row.status; }
    void on(const RenameRow& row) override { sum_ += reader_.string(row.comm).size(); }
    void on(const MappingRow& row) override { sum_ += row.length; }
    void on(const ComparisonRow& row) override { sum_ += row.flags; }
    void on(const RefusalRow& row) override { sum_ += row.times; }
    void on(const PlaceRow& row) override { sum_ += reader_.string(row.cgroup).size(); }
    void on(const CapabilityRequestRow& row) override { sum_ += row.permitted; }

    void on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) override {
        on(first);
        sum_ += hits;
        for (const FirstSeenOutcome& outcome : outcomes)
            sum_ += outcome.hits;
    }

    void on(const KindCount& count) override { sum_ += count.key + count.hits; }

    void on(const FilePart& part) override { sum_ += part.length + part.bytes.size() + part.name.size(); }
    void on(const RunHeader& setting) override { sum_ += setting.command.size(); }
    void on(const MergedRun& run) override { sum_ += run.checks + reader_.string(run.host_name).size(); }
    void on(const CheckRow& example, const KindRow& kind, std::span<const RunRange> runs) override {
        on(example);
        stack(kind.site_stack);
        credential(kind.credential_after);
        for (const RunRange& range : runs)
            sum_ += range.first + range.length;
    }
    void on(const RefusalEntry& refusal) override { sum_ += refusal.times; }
    void on(const ProgramEntry& program) override { sum_ += program.inode + program.content.value(); }
    void on(const KeptEntry& kept) override { sum_ += reader_.string(kept.image).size(); }
    void on(const DropEntry& drop) override { sum_ += reader_.string(drop.image).size(); }
    void on_knowledge(std::string_view name) override { sum_ += name.size(); }
    void on_image(StringId path) override { sum_ += reader_.string(path).size(); }
    void on(const CodeLines& lines) override {
        for (const CodeLine& line : lines.lines)
            sum_ += line.frames.size();
    }

    std::uint64_t sum() const { return sum_; }

private:
    void credential(CredentialId id) {
        const Credential* found = reader_.credential(id);
        if (found == nullptr)
            return;
        sum_ += found->uid + found->effective.bits();
        for (const std::uint32_t group : found->groups)
            sum_ += group;
    }

    void stack(StackId id) {
        const KernelStack* found = reader_.stack(id);
        if (found == nullptr)
            return;
        for (const std::uint32_t frame_id : found->frames) {
            const Frame* frame = reader_.frame(FrameId(frame_id));
            const Module* module = frame ? reader_.module(frame->module) : nullptr;
            sum_ += frame ? reader_.string(frame->symbol).size() : 0;
            sum_ += module ? reader_.string(module->name).size() : 0;
        }
    }

    void user_stack(UserStackId id) {
        const UserStack* found = reader_.user_stack(id);
        if (found == nullptr)
            return;
        if (found->kind == UserStackKind::snapshot && found->places.size() != found->pointers.size())
            std::abort();
        for (const std::uint64_t word : found->pointers) {
            const auto pointer = decode_pointer(word);
            const Module* module = pointer ? reader_.module(pointer->module) : nullptr;
            sum_ += module ? reader_.string(module->name).size() : 0;
        }
    }

    const TraceReader& reader_;
    std::uint64_t sum_ = 0;
    unsigned names_ = 0;
};

[[noreturn]] void broken_promise() { std::abort(); }

// It is read once, as that takes longer than most traces.
const Knowledge& knowledge() {
    static const Knowledge built_in(built_in_knowledge(), "built in");
    return built_in;
}

void analyze_and_print(std::span<const std::byte> bytes) {
    MemorySource source(bytes);
    TraceReader reader(source);
    try {
        ReadOptions reading;
        reading.knowledge = &knowledge();
        reading.by_program = reading.need_reasons = true;
        print_everything(analyze(reader, reading));
    } catch (const Error&) {  // no trace at all
    }
}

// Exports in one of the formats: all of them for each input would take most of the time.
void export_some(std::span<const std::byte> bytes) {
    const ExportFormat& format = export_formats()[bytes.size() % export_formats().size()];
    MemorySource source(bytes);
    TraceReader reader(source);
    CleanOutput clean;
    std::ostream nowhere(nullptr);
    try {
        // User frames are left out, as they are looked for in files, and on servers.
        const auto exporter = format.make({reader, format.binary ? nowhere : clean, "fuzz", nullptr});
        ReadOptions reading;
        reading.rows = exporter->rows();
        reading.knowledge = &knowledge();
        exporter->finish(stream_checks(reader, *exporter, reading));
    } catch (const Error&) {  // no trace at all
    }
}

Bytes merged(std::span<const std::byte> bytes) {
    MemorySource source(bytes);
    TraceReader reader(source);
    RunMerger merger;
    ReadOptions reading;
    reading.knowledge = &knowledge();
    merge(reader, merger, reading);
    MemorySink sink;
    TraceWriter writer(sink);
    write_merged(merger, "fuzz", writer);
    return sink.data;
}

// A merged trace can be read, and stays the same when it is merged again.  (A hostile trace may name contents that it
// defines only later; its kinds are told apart before that, and are equal afterwards.)
void merge_again(std::span<const std::byte> bytes) {
    Bytes once;
    try {
        once = merged(merged(bytes));
    } catch (const Error&) {  // no trace at all, or one that never ran
        return;
    }
    analyze_and_print(once);
    if (merged(once) != once)
        broken_promise();
}

void read_all(std::span<const std::byte> bytes) {
    MemorySource source(bytes);
    TraceReader reader(source);
    Toucher toucher(reader);
    ReadStatus status = reader.next();
    for (; status != ReadStatus::end && status != ReadStatus::cut && status != ReadStatus::damaged;
         status = reader.next()) {
        if (reader.statistics().chunks == 1 && status != ReadStatus::header)
            broken_promise();
        if (status == ReadStatus::events && !reader.visit_events(toucher) && reader.damage().empty())
            broken_promise();
        if (status == ReadStatus::summary)
            reader.visit_first_seen(toucher) || reader.visit_merged(toucher);
        if (status == ReadStatus::files)
            reader.visit_files(toucher);
    }
    if (status == ReadStatus::damaged && reader.damage().empty())
        broken_promise();
    if (status == ReadStatus::end && !reader.footer())
        broken_promise();
    if (reader.statistics().bytes > bytes.size())
        broken_promise();
    volatile std::uint64_t sink = toucher.sum();
    static_cast<void>(sink);
}

}  // namespace

void exercise(std::span<const std::byte> bytes) {
    read_all(bytes);
    analyze_and_print(bytes);
    export_some(bytes);
    if (bytes.size() % 3 == 0)  // this takes longer than all else
        merge_again(bytes);
}

}  // namespace caprec
