// SPDX-License-Identifier: Apache-2.0
//
// The file format of speedscope (https://www.speedscope.app/file-format-schema.json): frames that all profiles share,
// and "sampled" profiles, of which each sample is a list of frames and a weight.  It has no way to say more of a
// sample, so each view of interest is a profile of its own.
#include <map>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "analyzer/emit/pieces/json_object.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/export/parts/exporter.h"
#include "analyzer/export/writers.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t name_columns = 200;

// The functions; frames that differ only in the line or in the offset are one function.
class Functions {
public:
    explicit Functions(const std::vector<StackFrame>& frames) {
        for (const StackFrame& frame : frames) {
            const std::string file = frame.file.empty() ? place_text(frame) : frame.file;
            numbers_.push_back(number(frame.name, file, frame.kind, frame.file.empty() ? 0 : frame.line));
        }
    }

    std::uint32_t of_frame(std::uint32_t frame) const { return numbers_[frame]; }
    std::uint32_t of_capability(unsigned capability) {
        return number(capability_name(capability), "", FrameKind::program, 0);
    }

    void write(std::ostream& out) const { out << "\"shared\":{\"frames\":[\n" << text_ << "]},\n"; }

private:
    std::uint32_t number(const std::string& name, const std::string& file, FrameKind kind, std::uint32_t line) {
        const auto [known, is_new] =
            by_content_.try_emplace({name, file, kind}, static_cast<std::uint32_t>(by_content_.size()));
        if (is_new) {
            text_ += text_.empty() ? "" : ",";
            JsonObject json(text_);
            json.string("name", name);
            if (!file.empty())
                json.string("file", file);
            if (line != 0)
                json.number("line", line);
            json.end();
        }
        return known->second;
    }

    std::map<std::tuple<std::string, std::string, FrameKind>, std::uint32_t> by_content_;
    std::vector<std::uint32_t> numbers_;
    std::string text_;
};

// Writes one profile, of the samples that have a weight.
class Profile {
public:
    explicit Profile(std::string name) : name_(std::move(name)) {}

    void add(const std::vector<std::uint32_t>& stack, std::uint64_t weight) {
        if (weight == 0)
            return;
        const char* between = "[";
        samples_ += total_ == 0 ? "" : ",\n";
        for (const std::uint32_t function : stack) {
            samples_ += between + std::to_string(function);
            between = ",";
        }
        samples_ += ']';
        weights_ += (total_ == 0 ? "" : ",") + std::to_string(weight);
        total_ += weight;
    }

    void write(std::ostream& out) const {
        out << "{\"type\":\"sampled\",\"name\":\"" << name_
            << "\",\"unit\":\"none\",\"startValue\":0,\"endValue\":" << total_ << ",\n\"samples\":[" << samples_
            << "],\n\"weights\":[" << weights_ << "]}";
    }

private:
    std::string name_, samples_, weights_;
    std::uint64_t total_ = 0;
};

std::string title(const Samples& samples) {
    const std::string command = shorten(recorded_text(samples.run.header), name_columns);
    return "capability checks of " + command + (samples.completeness.complete ? "" : " (INCOMPLETE)");
}

}  // namespace

void write_speedscope(const Samples& samples, const ExportTarget& target) {
    Functions functions(samples.frames);
    Profile all("all checks"), denied("denied checks");
    std::map<unsigned, Profile> capabilities;
    bool any_denied = false;
    for (const Sample& sample : samples.samples) {
        std::vector<std::uint32_t> stack;
        for (const std::uint32_t frame : sample.frames)
            stack.push_back(functions.of_frame(frame));
        capabilities.try_emplace(sample.capability, capability_name(sample.capability))
            .first->second.add(stack, sample.count());
        stack.insert(stack.begin(), functions.of_capability(sample.capability));
        all.add(stack, sample.count());
        denied.add(stack, sample.denied);
        any_denied = any_denied || sample.denied > 0;
    }

    std::ostream& out = target.out;
    std::string head;
    JsonObject json(head);
    json.string("$schema", "https://www.speedscope.app/file-format-schema.json");
    json.string("name", title(samples));
    json.string("exporter", target.exporter);
    json.number("activeProfileIndex", 0);
    out << head << ",\n";
    functions.write(out);
    out << "\"profiles\":[\n";
    all.write(out);
    if (any_denied) {
        out << ",\n";
        denied.write(out);
    }
    for (const auto& [number, profile] : capabilities) {
        out << ",\n";
        profile.write(out);
    }
    out << "\n]}\n";
}

}  // namespace caprec
