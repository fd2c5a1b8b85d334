// SPDX-License-Identifier: Apache-2.0
#include "recorder/session_parts.h"

#include <ostream>

#include "recorder/hooks.h"
#include "recorder/host_facts.h"
#include "recorder/messages.h"

namespace caprec {
namespace {

std::uint8_t wire_kind(UserStackMode mode) {
    return mode == UserStackMode::snapshot         ? EV_STACK_SNAPSHOT
           : mode == UserStackMode::frame_pointers ? EV_STACK_FRAME_POINTERS
                                                   : 0;
}

}  // namespace

CaptureSettings capture_settings(const RecordOptions& options, const Caller& caller) {
    CaptureSettings settings;
    settings.buffer_bytes = options.buffer_bytes;
    settings.walk_every_stack = options.walk_every_stack;
    settings.only_kinds = options.only_kinds;
    settings.withhold_secure = caller.gained_privilege;
    settings.user_stacks = wire_kind(options.user_stacks);
    settings.hook = options.hook.empty() ? nullptr : &hook_of_word(options.hook);
    return settings;
}

RunHeader header_of(const RecordOptions& options, const Caller& caller, const Capture& capture,
                    const MappingEvents& mappings, const std::string& refusal) {
    RunHeader header;
    fill_host_facts(header);
    header.recorder = "caprec " CAPREC_VERSION;
    header.hook = capture.hook().kind;
    header.hook_has_options = capture.hook().has_options;
    header.attached_programs = capture.attached_programs();
    header.blind_spots = capture.blind_spots();
    header.refused_hooks = capture.refused_hooks();
    header.command = options.command;
    header.caller_uid = caller.uid;
    header.caller_gid = caller.gid;
    header.caller_effective_uid = caller.effective_uid;
    header.on_behalf_of_uid = caller.on_behalf_of;
    header.buffer_bytes = options.buffer_bytes;
    header.walk_every_stack = options.walk_every_stack;
    header.wait_for_descendants = options.wait_for_descendants;
    header.only_kinds = options.only_kinds;
    header.home_namespace = capture.home_namespace();
    header.withholding = caller.gained_privilege;
    header.symbol_source = capture.symbol_source();
    header.user_stacks = options.user_stacks;
    header.mapping_source = mappings.ring_bytes() != 0   ? MappingSource::perf
                            : capture.follows_mappings() ? MappingSource::bpf
                                                         : MappingSource::none;
    header.mapping_buffer_bytes = mappings.ring_bytes();
    header.mapping_refusal = mappings.refusal() + (refusal.empty() ? "" : "; a BPF program: " + refusal);
    return header;
}

void tell_hook(std::ostream& messages, const Capture& capture) {
    for (const std::string& hook : capture.refused_hooks())
        messages << "caprec: not used: " << hook << std::endl;
    messages << "caprec: hook " << capture.hook().name << ", relocated by " << capture.programs().relocated_by()
             << (capture.light_answer().empty() ? "" : ", as in the kernel: " + capture.light_answer()) << std::endl;
}

void tell(std::ostream& messages, const std::string& line) {
    if (!line.empty())
        messages << "caprec: " << line << std::endl;
}

void tell_end(std::ostream& messages, const RecordOptions& options, const Recording& recording,
              const OutputFile& output, bool ended_early) {
    const Closing closing{options.only_kinds ? recording.checks_made() : recording.checks(),
                          recording.processes().started(),
                          output.size(),
                          options.only_kinds ? recording.kinds() : 0,
                          recording.losses(),
                          output.is_standard_output() ? "" : output.name(),
                          recording.processes().survivors(100),
                          recording.processes().alive(),
                          ended_early};
    tell(messages, loss_line(closing.losses));
    tell(messages, lost_places_line(closing.losses));
    tell(messages, output.remark());
    if (options.scope.is_command() && (closing.ended_early || !options.quiet))
        tell(messages, survivor_line(closing));
    if (!options.quiet)
        tell(messages, closing_line(closing));
}

}  // namespace caprec
