// SPDX-License-Identifier: Apache-2.0
//
// profile.proto of https://github.com/google/pprof, gzipped: its field numbers, and its rules:
//   strings stand in a table and are referred to by index; entry 0 is ""
//   a location is an address in a mapping with its functions, the innermost inlined one first
//   a sample is its locations, innermost first, one value a sample type, and labels
// Names are escaped: the tool prints them to terminals.
#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/export/parts/exporter.h"
#include "analyzer/export/parts/gzip.h"
#include "analyzer/export/parts/protobuf.h"
#include "analyzer/export/writers.h"
#include "schema/hex.h"
#include "schema/trace_reader.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

namespace profile {
constexpr unsigned sample_type = 1, sample = 2, mapping = 3, location = 4, function = 5, string_table = 6,
                   time_nanos = 9, duration_nanos = 10, comment = 13, default_sample_type = 14;
}
namespace value_type {
constexpr unsigned type = 1, unit = 2;
}
namespace sample {
constexpr unsigned location_id = 1, value = 2, label = 3;
}
namespace label {
constexpr unsigned key = 1, str = 2, num = 3;
}
namespace mapping {
constexpr unsigned id = 1, memory_start = 2, memory_limit = 3, filename = 5, build_id = 6, has_functions = 7,
                   has_filenames = 8, has_line_numbers = 9, has_inline_frames = 10;
}
namespace location {
constexpr unsigned id = 1, mapping_id = 2, address = 3, line = 4;
}
namespace line {
constexpr unsigned function_id = 1, line = 2;
}
namespace function {
constexpr unsigned id = 1, name = 2, system_name = 3, filename = 4;
}

// Addresses of modules are made up: nobody recorded them, and the tool wants different ones for different places.  Each
// module has a range of its own, in which an address is the offset in the file.
constexpr std::uint64_t module_size = std::uint64_t{1} << 40;

class PprofProfile {
public:
    PprofProfile(const std::vector<StackFrame>& frames, const TraceReader& reader) : frames_(frames), reader_(reader) {
        string("");
        find_build_ids();
    }

    void add_type(std::string_view type) {
        ProtobufMessage message;
        message.number(value_type::type, string(type));
        message.number(value_type::unit, string("count"));
        message_.message(profile::sample_type, message);
    }

    void add(const Sample& sample) {
        ProtobufMessage message;
        message.number_list(sample::location_id, locations_of(sample));
        message.number_list(sample::value, {sample.count(), sample.denied});
        add_label(message, "capability", capability_name(sample.capability));
        add_label(message, "verdict", verdict_name(sample.verdict));
        if (!sample.image.empty())
            add_label(message, "image", sample.image);
        if (sample.pid != 0) {
            ProtobufMessage pid;
            pid.number(label::key, string("pid"));
            pid.number(label::num, sample.pid);
            message.message(sample::label, pid);
        }
        message_.message(profile::sample, message);
    }

    void add_comment(std::string_view text) { comments_.push_back(string(escape(text))); }

    std::string finish(const RunFacts& run) {
        // The tool shows the first mapping as the profiled program.
        for (const bool first : {true, false}) {
            for (const auto& [file, facts] : mappings_)
                if ((file == "[kernel]") == first)
                    write_mapping(file, facts);
        }
        message_.number(profile::time_nanos, run.header.start.realtime);
        message_.number(profile::duration_nanos, recorded_time(run));
        message_.number_list(profile::comment, comments_);
        message_.number(profile::default_sample_type, string("checks"));
        for (const std::string* text : strings_)
            message_.element(profile::string_table, *text);
        return message_.bytes();
    }

private:
    struct MappingFacts {
        std::uint64_t id = 0;
        bool lines = false, inlined = false;
    };

    // Finds build ids by the names of modules.  When two files had the same name, it is not known which one a frame is
    // in.
    void find_build_ids() {
        for (ModuleId id(1); id.value() <= reader_.statistics().modules; ++id) {
            const Module* module = reader_.module(id);
            if (module == nullptr || module->kind != ModuleKind::user)
                continue;
            const std::string name(reader_.string(module->name).substr(0, CheckFrames::max_name_bytes));
            const auto [known, is_new] = build_ids_.try_emplace(name, module->build_id);
            if (!is_new && known->second != module->build_id)
                known->second.clear();
        }
    }

    std::uint64_t string(std::string_view text) {
        const auto [known, is_new] = string_numbers_.try_emplace(std::string(text), strings_.size());
        if (is_new)
            strings_.push_back(&known->first);
        return known->second;
    }

    void add_label(ProtobufMessage& message, std::string_view key, std::string_view text) {
        ProtobufMessage both;
        both.number(label::key, string(key));
        both.number(label::str, string(escape(text)));
        message.message(sample::label, both);
    }

    std::vector<std::uint64_t> locations_of(const Sample& sample) {
        std::vector<std::uint64_t> locations = {pseudo_location(capability_name(sample.capability))};
        for (std::size_t at = 0; at < sample.frames.size();) {
            std::vector<std::uint32_t> here = {sample.frames[at++]};
            while (at < sample.frames.size() && frames_[sample.frames[at]].inlined)
                here.push_back(sample.frames[at++]);
            locations.push_back(location_of(here));
        }
        return {locations.rbegin(), locations.rend()};
    }

    std::uint64_t pseudo_location(const std::string& name) {
        const auto [known, is_new] = pseudo_locations_.try_emplace(name, 0);
        if (is_new) {
            ProtobufMessage line;
            line.number(line::function_id, function_of(name, ""));
            ProtobufMessage message;
            message.message(location::line, line);
            known->second = write_location(std::move(message));
        }
        return known->second;
    }

    // `here` has the frames at one address, outermost first.
    std::uint64_t location_of(const std::vector<std::uint32_t>& here) {
        const StackFrame& outer = frames_[here.front()];
        if (outer.kind == FrameKind::program || outer.kind == FrameKind::not_recorded)
            return pseudo_location(escape(outer.name));
        const auto [known, is_new] = locations_.try_emplace(here, 0);
        if (!is_new)
            return known->second;
        MappingFacts& module = mapping_of(outer);
        ProtobufMessage message;
        message.number(location::mapping_id, module.id);
        if (outer.kind == FrameKind::user)
            message.number(location::address, module.id * module_size + outer.offset % module_size);
        for (auto frame = here.rbegin(); frame != here.rend(); ++frame) {
            const StackFrame& function = frames_[*frame];
            ProtobufMessage line;
            line.number(line::function_id, function_of(escape(function.name), escape(function.file)));
            line.number(line::line, function.line);
            message.message(location::line, line);
            module.lines = module.lines || function.line != 0;
            module.inlined = module.inlined || function.inlined;
        }
        return known->second = write_location(std::move(message));
    }

    std::uint64_t write_location(ProtobufMessage message) {
        message.number(location::id, ++last_location_);
        message_.message(profile::location, message);
        return last_location_;
    }

    std::uint64_t function_of(const std::string& name, const std::string& file) {
        const auto [known, is_new] = functions_.try_emplace({name, file}, functions_.size() + 1);
        if (is_new) {
            ProtobufMessage message;
            message.number(function::id, known->second);
            message.number(function::name, string(name));
            message.number(function::system_name, string(name));
            message.number(function::filename, string(file));
            message_.message(profile::function, message);
        }
        return known->second;
    }

    MappingFacts& mapping_of(const StackFrame& frame) {
        const auto [known, is_new] = mappings_.try_emplace(place_text(frame));
        if (is_new)
            known->second.id = mappings_.size();
        return known->second;
    }

    void write_mapping(const std::string& file, const MappingFacts& facts) {
        const auto build_id = build_ids_.find(file);
        ProtobufMessage message;
        message.number(mapping::id, facts.id);
        message.number(mapping::memory_start, facts.id * module_size);
        message.number(mapping::memory_limit, (facts.id + 1) * module_size);
        message.number(mapping::filename, string(escape(file)));
        if (build_id != build_ids_.end())
            message.number(mapping::build_id, string(hex_of_bytes(build_id->second)));
        message.number(mapping::has_functions, 1);  // the tool need not look them up
        message.number(mapping::has_filenames, facts.lines);
        message.number(mapping::has_line_numbers, facts.lines);
        message.number(mapping::has_inline_frames, facts.inlined);
        message_.message(profile::mapping, message);
    }

    const std::vector<StackFrame>& frames_;
    const TraceReader& reader_;
    std::map<std::string, std::string> build_ids_;
    ProtobufMessage message_;
    std::unordered_map<std::string, std::uint64_t, TextHash> string_numbers_;
    std::vector<const std::string*> strings_;  // keys of string_numbers_
    std::map<std::string, std::uint64_t> pseudo_locations_;
    std::map<std::vector<std::uint32_t>, std::uint64_t> locations_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> functions_;
    std::map<std::string, MappingFacts> mappings_;  // by file
    std::vector<std::uint64_t> comments_;
    std::uint64_t last_location_ = 0;
};

}  // namespace

void write_pprof(const Samples& samples, const ExportTarget& target) {
    PprofProfile profile(samples.frames, target.reader);
    profile.add_type("checks");
    profile.add_type("denied");
    for (const Sample& sample : samples.samples)
        profile.add(sample);
    const RunHeader& header = samples.run.header;
    profile.add_comment("capability checks of " + recorded_text(header) + " on " + header.host_name + ", Linux " +
                        header.kernel_release + "; " + target.exporter);
    if (!samples.completeness.complete)
        profile.add_comment("INCOMPLETE");
    for (const std::string& problem : samples.completeness.problems)
        profile.add_comment(problem);
    write_gzip(profile.finish(samples.run), target.out);
}

}  // namespace caprec
