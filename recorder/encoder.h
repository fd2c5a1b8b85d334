// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "bpf/event.h"
#include "recorder/definitions.h"
#include "recorder/image_files.h"
#include "recorder/kind_counts.h"
#include "recorder/mapped_files.h"
#include "recorder/process_journal.h"
#include "recorder/process_list.h"
#include "recorder/user_code.h"
#include "schema/trace_writer.h"

namespace caprec {

// Turns the kernel side's records into rows of the trace: gives each its place in the order, and leaves out the
// recorder's own actions.  Records of mappings are taken in between, by time.
class Encoder {
public:
    // `kinds`: the first-seen rows, in a recording of kinds; else there are none.  Keeps all of them.
    Encoder(const Programs& programs, TraceWriter& writer, ProcessList& processes, MappingEvents& mappings,
            MappingSource source, std::span<const ev_first_seen> kinds = {});

    void record(std::span<const std::byte> bytes);  // one ring-buffer record
    void first_seen(std::span<const ev_first_seen> rows);
    void kind_counts();                                 // how many checks of each kind there were since the last time
    void finish();                                      // before these are told for the last time
    void refusals(std::span<const ev_refusal> totals);  // the number of each kind, once all were recorded
    // Takes the collected mappings up to `time`; events that come later must not be older than that.
    void mappings_until(std::uint64_t time);

    std::uint64_t target_thread() const { return target_thread_; }  // 0 until the command's process was seen
    std::uint64_t checks() const { return checks_; }
    std::uint64_t outcomes() const { return outcomes_; }
    std::uint64_t kinds() const { return definitions_.keys(); }
    std::uint64_t first_seen_rows() const { return first_seen_rows_; }
    std::uint64_t unknown_records() const { return unknown_; }
    std::uint64_t lost_kinds() const { return journal_ ? journal_->lost_kinds() : 0; }
    std::uint64_t lost_credentials() const { return definitions_.credentials().lost(); }
    std::uint64_t lost_stacks() const { return definitions_.stacks().lost(); }
    std::uint64_t lost_objects() const { return definitions_.objects().lost(); }
    std::uint64_t lost_mappings() const { return user_code_.lost_mappings(); }
    std::uint64_t lost_user_stacks() const { return user_code_.lost_stacks(); }
    const KernelSymbols& symbols() const { return definitions_.symbols(); }

private:
    void follow(std::span<const std::byte> bytes);
    void write(std::span<const std::byte> bytes);
    void on(const ev_check& event);
    void on(const ev_known_checks& event);
    void on(const ev_outcome& event);
    void on(const ev_cred_change& event);
    void on(const ev_capability_request& event);
    void on(const ev_task& event);
    void on(const ev_exec& event, std::span<const std::byte> texts);
    void on(const ev_mapping& event, std::span<const std::byte> name);
    void on(const ev_place& event, std::span<const std::byte> path);
    void on(const ev_exit& event);
    void on(const ev_rename& event);
    void on(const ev_comparison& event);
    void on(const ev_refusal& event);
    std::optional<FileCapabilities> refused_file(const ev_refusal& event) const;

    // Whether the contents that a row names may be gone, because all that was recorded of them is in the file already.
    enum class References { needed, told_before };
    CheckRow row_of(const ev_check& event, References references);

    TraceWriter& writer_;
    ProcessList& processes_;
    MappingEvents& mappings_;
    UserCode user_code_;
    MappedFiles mapped_files_;
    ImageFiles image_files_;
    Definitions definitions_;
    std::span<const ev_first_seen> kinds_;
    std::optional<ProcessJournal> journal_;  // in a recording of kinds
    KindCounts counts_;
    std::uint64_t order_ = 0, target_thread_ = 0, checks_ = 0, outcomes_ = 0, first_seen_rows_ = 0, unknown_ = 0;
};

}  // namespace caprec
