// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/samples.h"
#include "analyzer/analysis/image_name.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace caprec {

namespace {

// Numbers frames by content, each when it is first seen, and sorts them once all are known.
class Numbering {
public:
    // The numbers of a stack's frames, outermost first, below a program's name.
    std::vector<std::uint32_t> stack(const CheckFrames& frames, UserStackId user_stack, StackId kernel_stack) {
        auto [known, is_new] = stacks_.try_emplace({user_stack, kernel_stack});
        if (is_new)
            for (const StackFrame& frame : frames.frames(user_stack, kernel_stack))
                known->second.push_back(number(frame));
        return known->second;
    }
    std::uint32_t number(const StackFrame& frame) {
        return numbers_.emplace(frame, static_cast<std::uint32_t>(numbers_.size())).first->second;
    }

    // All frames in their order; `final_numbers` gets the place of each number in it.
    std::vector<StackFrame> settle(std::vector<std::uint32_t>& final_numbers) const {
        std::vector<StackFrame> frames;
        final_numbers.resize(numbers_.size());
        for (const auto& [frame, number] : numbers_) {
            final_numbers[number] = static_cast<std::uint32_t>(frames.size());
            frames.push_back(frame);
        }
        return frames;
    }

private:
    std::map<StackFrame, std::uint32_t> numbers_;
    std::map<std::pair<UserStackId, StackId>, std::vector<std::uint32_t>> stacks_;
};

StackFrame program_frame(std::string_view image, std::string_view comm) {
    StackFrame frame;
    frame.name = program_name(image, comm);
    frame.kind = FrameKind::program;
    return frame;
}

auto identity(const Sample& sample) {
    return std::tie(sample.capability, sample.frames, sample.verdict, sample.image, sample.pid);
}

std::vector<Sample> merged(std::vector<Sample> samples) {
    std::sort(samples.begin(), samples.end(),
              [](const Sample& a, const Sample& b) { return identity(a) < identity(b); });
    std::vector<Sample> result;
    for (Sample& sample : samples) {
        if (!result.empty() && identity(result.back()) == identity(sample)) {
            result.back().granted += sample.granted;
            result.back().denied += sample.denied;
        } else {
            result.push_back(std::move(sample));
        }
    }
    return result;
}

}  // namespace

// The same contents may have several ids in the trace: equal samples are counted together here.
Samples SampleCollector::result(StreamSummary summary) const {
    Numbering numbering;
    std::vector<Sample> samples;
    for (const CheckCounter::Entry& entry : counter_.entries()) {
        Sample sample{.capability = entry.key.capability,
                      .frames = numbering.stack(frames_, entry.key.user_stack, entry.key.stack),
                      .verdict = entry.key.verdict,
                      .image = counter_.detail() == SampleDetail::processes ? image_label(entry.image) : std::string(),
                      .pid = entry.pid,
                      .granted = entry.granted,
                      .denied = entry.denied};
        sample.frames.insert(sample.frames.begin(), numbering.number(program_frame(entry.image, entry.comm)));
        samples.push_back(std::move(sample));
    }
    Samples result{std::move(summary.run), std::move(summary.completeness), {}, {}};
    std::vector<std::uint32_t> final_numbers;
    result.frames = numbering.settle(final_numbers);
    for (Sample& sample : samples)
        for (std::uint32_t& frame : sample.frames)
            frame = final_numbers[frame];
    result.samples = merged(std::move(samples));
    return result;
}

}  // namespace caprec
