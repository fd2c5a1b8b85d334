// SPDX-License-Identifier: Apache-2.0
#include "recorder/recording.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "recorder/messages.h"
#include "recorder/round.h"
#include "recorder/vdso.h"
#include "schema/error.h"
#include "schema/losses.h"

namespace caprec {
namespace {

constexpr std::chrono::milliseconds flush_interval{1000};
constexpr std::chrono::milliseconds pipe_interval{100};  // somebody may be watching
constexpr std::chrono::seconds count_interval{60};
constexpr std::size_t listed_survivors = 100;

// The steady clock is CLOCK_MONOTONIC, as the events have it.
std::uint64_t nanoseconds(std::chrono::steady_clock::time_point time) {
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(time.time_since_epoch()).count());
}

}  // namespace

Recording::Recording(Capture& capture, MappingEvents& mappings, OutputFile& output, RunHeader header)
    : capture_(capture),
      mappings_(mappings),
      output_(output),
      writer_(output),
      encoder_(capture.programs(), writer_, processes_, mappings, header.mapping_source,
               header.only_kinds ? capture.first_seen() : std::span<const ev_first_seen>()),
      flushed_(std::chrono::steady_clock::now()),
      counted_(flushed_) {
    guarded([&] { start(std::move(header)); });
}

// Everything that touches the output goes through here: its failure ends the writing, and nothing else.
template <class Work> void Recording::guarded(Work work) {
    if (failed())
        return;
    try {
        work();
    } catch (const OutputError& error) {
        fail(error.what());
    } catch (const std::bad_alloc&) {
        fail(limit_text(ENOMEM));
    }
}

void Recording::fail(const std::string& why) {
    failure_ = why;
    capture_.detach();
}

void Recording::start(RunHeader header) {
    // the header comes first in the file and names the command's thread, which the first records tell
    std::vector<std::vector<std::byte>> waiting;
    capture_.drain([&](std::span<const std::byte> record) {
        waiting.emplace_back(record.begin(), record.end());
        ev_task task{};
        if (record.size() < sizeof task)
            return;
        std::memcpy(&task, record.data(), sizeof task);
        if (task.header.type == EV_TASK && task.creator == 0 && (task.flags & EV_TASK_THERE_BEFORE) == 0)
            header.target_thread = task.header.thread;
    });
    if (header.scope == RecordingScope::command && header.target_thread == 0)
        throw Error("the kernel side did not see the command's process being made");
    header.pid_namespace_level = capture_.pid_namespace_level();
    writer_.header(header);
    if (header.user_stacks != UserStackMode::none)
        write_vdso(writer_);
    for (const auto& record : waiting)
        encoder_.record(record);
    writer_.flush();
}

std::size_t Recording::take() {
    std::size_t count = 0;
    if (failed())
        return count;
    guarded([&] {
        const auto take_one = [&](std::span<const std::byte> record) {
            ++count;
            encoder_.record(record);
        };
        take_round({.clock = [] { return nanoseconds(std::chrono::steady_clock::now()); },
                    .written = [&] { return capture_.written(); },
                    .collect = [&] { mappings_.collect(); },
                    .drain = [&](std::uint64_t end) { return capture_.drain(take_one, end); },
                    .settle = [&](std::uint64_t time) { encoder_.mappings_until(time); }});
        unflushed_ = unflushed_ || count > 0;
        const auto now = std::chrono::steady_clock::now();
        if (unflushed_ && now - flushed_ >= (output_.is_standard_output() ? pipe_interval : flush_interval)) {
            writer_.losses(all_losses(nanoseconds(now)));
            writer_.flush();
            flushed_ = now;
            unflushed_ = false;
        }
        if (now - counted_ >= count_interval) {
            encoder_.kind_counts();
            counted_ = now;
        }
    });
    return count;
}

std::uint64_t Recording::known_losses() const {
    const Losses lost = felt(capture_.losses());
    std::uint64_t sum = 0;
    for (const LossKind& kind : loss_kinds)
        sum += lost.*kind.count;
    return sum;
}

Losses Recording::all_losses(std::uint64_t now) {
    Losses losses = capture_.losses();
    losses.credentials += encoder_.lost_credentials();
    losses.stacks += encoder_.lost_stacks();
    losses.objects += encoder_.lost_objects();
    losses.processes += encoder_.unknown_records();
    losses.mappings += mappings_.lost(now) + encoder_.lost_mappings();
    losses.user_stacks += encoder_.lost_user_stacks();
    losses.credentials += encoder_.lost_kinds();
    return losses;
}

void Recording::finish(RunFooter footer) {
    if (failed())
        return;
    capture_.detach();
    take();
    guarded([&] {
        encoder_.finish();
        encoder_.kind_counts();
        encoder_.refusals(capture_.repeated_refusals());
        encoder_.first_seen(capture_.first_seen());
        const ev_counters counters = capture_.counters();
        losses_ = all_losses(~std::uint64_t{0});
        checks_made_ = counters.checks_made;
        footer.losses = losses_;
        footer.checks_made = counters.checks_made;
        footer.checks_recorded = encoder_.checks();
        footer.checks_counted = counters.known_checks;
        footer.outcomes_recorded = encoder_.outcomes();
        footer.survivors = processes_.survivors(listed_survivors);
        footer.survivor_count = processes_.alive();
        footer.frames_without_symbol = encoder_.symbols().without_symbol();
        footer.withheld_objects = counters.withheld_objects;
        footer.withheld_user_stacks = counters.withheld_user_stacks;
        footer.first_seen_rows = encoder_.first_seen_rows();
        footer.tasks_followed = counters.tasks_followed;
        writer_.losses(losses_);
        writer_.footer(footer);
        output_.close();
    });
}

}  // namespace caprec
