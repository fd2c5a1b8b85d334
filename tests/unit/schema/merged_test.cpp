// SPDX-License-Identifier: Apache-2.0
//
// Merged runs through a trace and back.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "schema/trace_reader.h"
#include "schema/trace_writer.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

class Seen : public MergedVisitor {
public:
    void on(const RunHeader& setting) override { settings.push_back(setting); }
    void on(const MergedRun& run) override { runs.push_back(run); }
    void on(const CheckRow& example, const KindRow& kind, std::span<const RunRange> in) override {
        kinds.push_back({example, kind, {in.begin(), in.end()}});
    }
    void on(const KeptEntry& entry) override { kept.push_back(entry); }
    void on(const RefusalEntry& entry) override { refusals.push_back(entry); }
    void on(const DropEntry& entry) override { drops.push_back(entry); }
    void on(const ProgramEntry& entry) override { programs.push_back(entry); }
    void on_image(StringId path) override { images.push_back(path); }
    void on_knowledge(std::string_view name) override { knowledge.emplace_back(name); }

    std::vector<RunHeader> settings;
    std::vector<MergedRun> runs;
    std::vector<MergedKind> kinds;
    std::vector<KeptEntry> kept;
    std::vector<RefusalEntry> refusals;
    std::vector<DropEntry> drops;
    std::vector<ProgramEntry> programs;
    std::vector<StringId> images;
    std::vector<std::string> knowledge;
    std::string damage;
    ReadStatus end = ReadStatus::header;
};

Seen read(const Bytes& bytes) {
    MemorySource source(bytes);
    TraceReader reader(source);
    Seen seen;
    for (;;) {
        seen.end = reader.next();
        if (seen.end == ReadStatus::summary)
            reader.visit_merged(seen);
        if (seen.end == ReadStatus::end || seen.end == ReadStatus::cut || seen.end == ReadStatus::damaged)
            break;
    }
    seen.damage = reader.damage();
    return seen;
}

template <class Write> Bytes write(Write what) {
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header(plausible_header());
    what(writer);
    writer.footer({});
    return sink.data;
}

template <class Row> bool same(const Row& a, const Row& b) {
    return std::equal(reinterpret_cast<const std::uint64_t*>(&a), reinterpret_cast<const std::uint64_t*>(&a + 1),
                      reinterpret_cast<const std::uint64_t*>(&b));
}

// Words of all sizes, more kinds and ranges than go into one chunk.
TEST(Merged, KindsComeBackAsTheyWere) {
    std::mt19937_64 random(11);
    std::vector<MergedKind> kinds(10'000);
    std::uint64_t in_chunk = 0;
    for (MergedKind& each : kinds) {
        for (auto* words :
             {reinterpret_cast<std::uint64_t*>(&each.check), reinterpret_cast<std::uint64_t*>(&each.kind)}) {
            const std::size_t count = words == reinterpret_cast<std::uint64_t*>(&each.check)
                                          ? sizeof each.check / sizeof *words
                                          : sizeof each.kind / sizeof *words;
            for (std::size_t at = 0; at < count; ++at)
                words[at] = random() % 3 == 0 ? random() >> (random() % 64) : 0;
        }
        std::uint32_t at = 0;
        for (unsigned count = random() % 12; count > 0; --count) {
            at += 1 + random() % 50;
            const auto length = static_cast<std::uint32_t>(1 + random() % 9);
            each.runs.push_back({at, length});
            at += length;
        }
    }
    const Seen seen = read(write([&](TraceWriter& writer) { writer.merged_kinds(kinds); }));
    EXPECT_EQ(seen.end, ReadStatus::end) << seen.damage;
    ASSERT_EQ(seen.kinds.size(), kinds.size());
    for (std::size_t at = 0; at < kinds.size(); ++at) {
        MergedKind wanted = kinds[at];
        if (seen.kinds[at].kind.order == 0)
            in_chunk = at;
        wanted.check.order = wanted.kind.order = at - in_chunk;
        ASSERT_TRUE(same(seen.kinds[at].check, wanted.check)) << at;
        ASSERT_TRUE(same(seen.kinds[at].kind, wanted.kind)) << at;
        ASSERT_EQ(seen.kinds[at].runs, wanted.runs) << at;
    }
    EXPECT_GT(in_chunk, 0u) << "they went into one chunk";
}

TEST(Merged, RunsAndSettingsComeBackAsTheyWere) {
    std::vector<RunHeader> settings(40, plausible_header());
    for (std::size_t at = 0; at < settings.size(); ++at)
        settings[at].kernel_release = "6." + std::to_string(at);
    std::vector<MergedRun> runs(5'000);
    for (std::size_t at = 0; at < runs.size(); ++at) {
        runs[at].run_id[3] = static_cast<std::uint8_t>(at);
        runs[at].setting = static_cast<std::uint32_t>(at % settings.size());
        runs[at].host_name = StringId(at);
        runs[at].start.realtime = at * 1'000;
        runs[at].duration = at * 7;
        runs[at].checks = at * 3;
        runs[at].target = {TargetStatus::Kind::signaled, 9};
        runs[at].state = RunState::cut;
        runs[at].losses.stacks = at;
        runs[at].problems = {StringId(at), StringId(2)};
        runs[at].notes = {StringId(3)};
    }
    const std::vector<KeptEntry> kept = {{StringId(7), CapabilitySet::of({3, 40})}};
    const std::vector<StringId> images = {StringId(1), StringId(5)};
    const std::vector<std::string> knowledge = {"built in (2026)", "other"};
    const Seen seen = read(write([&](TraceWriter& writer) {
        writer.merged_settings(settings);
        writer.merged_runs(runs);
        writer.merged_kept(kept);
        writer.merged_images(images);
        writer.merged_knowledge(knowledge);
    }));
    EXPECT_EQ(seen.end, ReadStatus::end) << seen.damage;
    EXPECT_EQ(seen.settings, settings);
    ASSERT_EQ(seen.runs.size(), runs.size());
    for (std::size_t at = 0; at < runs.size(); ++at) {
        const MergedRun &got = seen.runs[at], &wanted = runs[at];
        ASSERT_EQ(got.run_id, wanted.run_id);
        ASSERT_EQ(got.setting, wanted.setting);
        ASSERT_EQ(got.host_name, wanted.host_name);
        ASSERT_EQ(got.start, wanted.start);
        ASSERT_EQ(got.duration, wanted.duration);
        ASSERT_EQ(got.checks, wanted.checks);
        ASSERT_EQ(got.target, wanted.target);
        ASSERT_EQ(got.state, wanted.state);
        ASSERT_EQ(got.losses, wanted.losses);
        ASSERT_EQ(got.problems, wanted.problems);
        ASSERT_EQ(got.notes, wanted.notes);
    }
    ASSERT_EQ(seen.kept.size(), 1u);
    EXPECT_EQ(seen.kept[0].image, StringId(7));
    EXPECT_EQ(seen.kept[0].capabilities, kept[0].capabilities);
    EXPECT_EQ(seen.images, images);
    EXPECT_EQ(seen.knowledge, knowledge);
}

TEST(Merged, ImpossibleRangesAreDamage) {
    for (const std::vector<RunRange>& ranges : {std::vector<RunRange>{{0, 0}},
                                                {{5, 2}, {6, 1}},
                                                {{5, 2}, {7, 1}},
                                                {{65'535, 2}},
                                                {{70'000, 1}},
                                                {{3, 1}, {1, 1}}}) {
        std::vector<MergedKind> kinds(1);
        kinds[0].runs = ranges;
        const Seen seen = read(write([&](TraceWriter& writer) { writer.merged_kinds(kinds); }));
        EXPECT_EQ(seen.end, ReadStatus::damaged);
        EXPECT_NE(seen.damage.find("ranges"), std::string::npos) << seen.damage;
        EXPECT_TRUE(seen.kinds.empty());
    }
}

}  // namespace
}  // namespace caprec
