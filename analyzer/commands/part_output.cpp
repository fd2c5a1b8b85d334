// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/part_output.h"

#include <filesystem>

#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/files/output_file.h"
#include "analyzer/files/sink_buffer.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

void make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw Error(escape(folder.string()) + ": " + error.message());
}

void write_file(const std::string& name, const std::string& contents) {
    OutputFile file(name, "");
    SinkBuffer buffer(file);
    std::ostream out(&buffer);
    out.exceptions(std::ios::badbit);
    out << contents;
    out.flush();
    file.finish();
}

}  // namespace

bool write_part_files(const std::vector<PartFile>& files, const std::string& folder, bool force, std::ostream& err) {
    bool in_the_way = false;
    make_folder(folder);
    for (const PartFile& file : files) {
        if (file.path.empty()) {
            err << "left out  " << file.title << ": " << file.why_not << '\n';
            continue;
        }
        const std::filesystem::path path = std::filesystem::path(folder) / file.path;
        std::error_code error;
        if (!force && std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
            in_the_way = true;
            err << "left out  " << file.title << ": " << escape(path.string()) << " exists; --force replaces it\n";
            continue;
        }
        make_folder(path.parent_path());
        write_file(path.string(), file.contents);
        err << "written   " << escape(path.string()) << ": "
            << (file.set.empty() ? "no capability" : capability_list(file.set)) << '\n';
    }
    return !in_the_way;
}

}  // namespace caprec
