// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/merge_files.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>

#include "analyzer/files/input.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/traces/workers.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

constexpr unsigned max_threads = 64;
constexpr std::size_t named_failures = 10, named_files = 3;

// The state that the threads of one merge share.
class Work {
public:
    Work(const std::vector<std::string>& files, const Knowledge& knowledge) : files_(files), knowledge_(knowledge) {}

    // One thread's share.  Traces that cannot be read are told together at the end; any other exception ends the merge,
    // and the other threads begin no file after it.
    void run() {
        try {
            take_files();
        } catch (...) {
            next_ = files_.size();
            throw;
        }
    }

    MergedFiles result() {
        if (!failures_.empty())
            throw NamedError(failure_text());
        std::ranges::sort(result_.not_executed);
        std::ranges::sort(result_.incomplete);
        return std::move(result_);
    }

private:
    // Files go into the thread's own merger first: slow work holds no lock.
    void take_files() {
        RunMerger merger;
        std::vector<std::string> not_executed, incomplete;
        for (std::size_t at = next_++; at < files_.size(); at = next_++) {
            try {
                switch (merge_file(files_[at], merger)) {
                    case MergeOutcome::whole: break;
                    case MergeOutcome::incomplete: incomplete.push_back(files_[at]); break;
                    case MergeOutcome::not_executed: not_executed.push_back(files_[at]); break;
                }
            } catch (const Error& error) {
                const std::lock_guard lock(mutex_);
                failures_.emplace_back(at, error.what());
            }
        }
        const std::lock_guard lock(mutex_);
        result_.merger.add(merger);
        result_.not_executed.insert(result_.not_executed.end(), not_executed.begin(), not_executed.end());
        result_.incomplete.insert(result_.incomplete.end(), incomplete.begin(), incomplete.end());
    }

    MergeOutcome merge_file(const std::string& file, RunMerger& merger) const {
        Input input(file);
        TraceReader reader(input);
        return naming(input, [&] {
            return merge(reader, merger,
                         {.still_recording = [&] { return input.being_written(); }, .knowledge = &knowledge_});
        });
    }

    std::string failure_text() {
        std::ranges::sort(failures_);
        std::string text;
        for (std::size_t at = 0; at < std::min(failures_.size(), named_failures); ++at)
            text += (at == 0 ? "" : "\n") + failures_[at].second;
        if (failures_.size() > named_failures)
            text += "\nand " + std::to_string(failures_.size() - named_failures) + " more files";
        return text;
    }

    const std::vector<std::string>& files_;
    const Knowledge& knowledge_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    MergedFiles result_;
    std::vector<std::pair<std::size_t, std::string>> failures_;
};

void add_folder(const std::string& folder, std::vector<std::string>& files) {
    std::error_code problem;
    const std::size_t before = files.size();
    for (fs::recursive_directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
        std::error_code unreadable;
        if (at->path().extension() == ".cap" && at->is_regular_file(unreadable))
            files.push_back(at->path().string());
    }
    if (problem)
        throw Error("cannot read " + escape(folder) + ": " + problem.message());
    if (files.size() == before)
        throw Error(escape(folder) + ": there is no trace in it: no file that ends in .cap");
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
}

}  // namespace

bool is_folder(const std::string& name) {
    std::error_code problem;
    return name != "-" && fs::is_directory(name, problem);
}

std::vector<std::string> trace_files(const std::vector<std::string>& names) {
    std::vector<std::string> files;
    for (const std::string& name : names)
        if (is_folder(name))
            add_folder(name, files);
        else
            files.push_back(name);
    return files;
}

std::string names_text(const std::vector<std::string>& files) {
    std::string text;
    for (std::size_t at = 0; at < std::min(files.size(), named_files); ++at)
        text += (at == 0 ? "" : ", ") + escape(files[at]);
    return text + (files.size() > named_files ? " and " + std::to_string(files.size() - named_files) + " more" : "");
}

MergedFiles merge_files(const std::vector<std::string>& files, const Knowledge& knowledge) {
    Work work(files, knowledge);
    const std::size_t wanted = std::clamp(std::thread::hardware_concurrency(), 1U, max_threads);
    work_in_threads(std::min(wanted, files.size()), [&work] { work.run(); });
    return work.result();
}

}  // namespace caprec
