// SPDX-License-Identifier: Apache-2.0
//
// docker run and podman run, in a script or as flags alone.
#include <algorithm>

#include "analyzer/policy/container.h"
#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"
#include "analyzer/policy/run_options.h"
#include "analyzer/policy/shell_words.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

using Words = std::vector<ShellWord>;

// The flags of one command, up to the image.
class RunFlags {
public:
    RunFlags(Engine engine, const std::string& file, std::size_t line, ParsedPolicy& result) : result_(result) {
        container_.engine = engine;
        container_.place = {file, line};
        container_.add_key = "--cap-add";
        container_.drop_key = "--cap-drop";
    }

    void read(const Words& words, std::size_t at) {
        for (bool ended = false; at < words.size() && !has_image_;) {
            const ShellWord& word = words[at++];
            const bool is_flag = !ended && word.text.starts_with('-') && word.text != "-";
            if (word.is_list || (word.may_be_more && !is_flag))
                return refuse_unknown(word);
            has_image_ = !is_flag;  // the command follows
            if (has_image_)
                name_ = name_.empty() ? word.text : name_;
            else if (word.text == "--")
                ended = true;
            else
                read_flag(words, word, at);
        }
    }

    Container container() const {
        Container whole = container_;
        if (!whole.user && kept_user_) {
            whole.user = kept_user_;
            whole.user_is_root = (kept_user_->name + ',').find("uid=0,") != std::string::npos;
        }
        return whole;
    }
    bool has_image() const { return has_image_; }
    const std::string& name() const { return name_; }  // --name, or the image

private:
    void refuse_unknown(const ShellWord& word) {
        add_problem(result_, word.line,
                    "what " + word.text + " becomes is not known here, and it may be flags; write them out" +
                        (word.is_list ? "" : ", or put the image in double quotes"));
    }

    void read_flag(const Words& words, const ShellWord& word, std::size_t& at) {
        if (!word.text.starts_with("--"))
            return read_short(words, word, at);
        const std::size_t equals = word.text.find('=');
        const std::string_view name =
            std::string_view(word.text).substr(2, equals == std::string::npos ? equals : equals - 2);
        const RunOption option = run_option(name);
        if (option == RunOption::unknown && equals == std::string::npos)
            return add_problem(result_, word.line,
                               "whether a value follows --" + std::string(name) + " is not known here; write --" +
                                   std::string(name) + "=VALUE");
        if (equals != std::string::npos)
            take(name, word.text.substr(equals + 1), word);
        else if (option == RunOption::no_value)
            take(name, "true", word);
        else
            take_next(name, words, word, at);
    }

    void read_short(const Words& words, const ShellWord& word, std::size_t& at) {
        for (std::size_t place = 1; place < word.text.size(); ++place) {
            const std::string_view name = long_name(word.text[place]);
            if (name.empty())
                return add_problem(result_, word.line,
                                   "the flag -" + word.text.substr(place, 1) + " is not known here");
            if (run_option(name) == RunOption::no_value) {
                take(name, "true", word);
                continue;
            }
            std::string value = word.text.substr(place + 1);
            if (value.starts_with('='))
                value.erase(0, 1);
            if (value.empty())
                take_next(name, words, word, at);
            else
                take(name, value, word);
            return;
        }
    }

    void take_next(std::string_view name, const Words& words, const ShellWord& word, std::size_t& at) {
        if (at == words.size())
            return add_problem(result_, word.line, "--" + std::string(name) + " has no value");
        if (words[at].is_list)
            refuse_unknown(words[at]);
        take(name, words[at].text, words[at]);
        ++at;
    }

    void take(std::string_view name, const std::string& value, const ShellWord& word) {
        const PolicyPlace place{container_.place.file, word.line};
        if (name == "cap-add" || name == "cap-drop") {
            const char separator = container_.engine == Engine::podman ? ',' : '\0';  // only podman takes lists
            for (std::string_view rest = value; !rest.empty();) {
                const std::string_view each = rest.substr(0, rest.find(separator));
                add_entry(each, place, container_.engine, name == "cap-add" ? container_.add : container_.drop,
                          result_);
                rest.remove_prefix(std::min(each.size() + 1, rest.size()));
            }
        } else if (name == "privileged") {
            container_.privileged = value == "true" ? std::optional(place) : std::nullopt;
            if (value != "true" && value != "false")
                add_problem(result_, word.line, "--privileged is neither true nor false");
        } else if (name == "user") {
            container_.user = ContainerUser{value, place, "--user " + value};
            container_.user_is_root = is_root(value);
        } else if (name == "userns" && container_.engine == Engine::podman) {
            kept_user_.reset();
            if (value.starts_with("keep-id"))  // it runs as the caller of podman, or as the uid of keep-id:uid=N
                kept_user_ = ContainerUser{value, place, "--userns " + value};
        } else if (name == "name") {
            name_ = value;
        } else if (name == "security-opt" && value.starts_with("no-new-privileges") && !value.ends_with("false")) {
            container_.no_new_privileges = true;
        }
    }

    ParsedPolicy& result_;
    Container container_;
    std::optional<ContainerUser> kept_user_;  // unless there is --user
    std::string name_;
    bool has_image_ = false;
};

// The place where the flags of `docker run` begin; nothing: the command is another one.
std::optional<std::size_t> flags_at(const Words& words, std::string_view program) {
    bool after_program = false;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string& word = words[at].text;
        if (after_program && (word == "run" || word == "create"))
            return at + 1;
        if (after_program && word.starts_with('-'))
            at += global_has_value(word) ? 1 : 0;
        else if (!after_program || word != "container")
            after_program = last_part(word) == program;
    }
    return std::nullopt;
}

std::string_view program_of(Engine engine) { return engine == Engine::docker ? "docker" : "podman"; }

bool looks_like(std::string_view text, Engine engine) {
    return std::ranges::any_of(shell_commands(text),
                               [&](const Words& words) { return flags_at(words, program_of(engine)).has_value(); });
}

// Whether the text may be flags alone, as minimal --format docker writes them.
bool may_be_flags_alone(const std::vector<Words>& commands) {
    return commands.size() == 1 && commands[0][0].text.starts_with('-') && commands[0][0].text != "-";
}
bool is_flags_alone(const std::vector<Words>& commands) {
    constexpr std::string_view ours[] = {"--cap-add", "--cap-drop", "--privileged", "--security-opt"};
    return may_be_flags_alone(commands) &&
           (commands[0][0].text.starts_with("--") || std::ranges::any_of(commands[0], [&](const ShellWord& word) {
                return std::ranges::find(ours, std::string_view(word.text).substr(0, word.text.find('='))) !=
                       std::end(ours);
            }));
}

// Podman refuses to start such a container.
void refuse_contradictions(const Container& container, ParsedPolicy& result) {
    const auto is_all = [](const std::vector<ContainerEntry>& list) {
        return std::ranges::any_of(list, &ContainerEntry::all);
    };
    const bool adds_all = is_all(container.add), drops_all = is_all(container.drop);
    if (container.engine != Engine::podman || container.privileged)
        return;
    if (adds_all && drops_all)
        return add_problem(result, container.drop.back().place, "podman refuses to add ALL and to drop ALL");
    if (adds_all || drops_all)
        return;
    CapabilitySet added;
    for (const ContainerEntry& add : container.add)
        added |= add.set;
    for (const ContainerEntry& drop : container.drop)
        for (const unsigned number : (drop.set & added).members())
            add_problem(result, drop.place.line, "podman refuses to add and to drop " + capability_name(number));
}

void parse(const PolicyText& text, Engine engine, ParsedPolicy& result) {
    const std::vector<Words> commands = shell_commands(text.bytes);
    std::vector<std::pair<const Words*, std::size_t>> runs;
    for (const Words& words : commands)
        if (const auto at = flags_at(words, program_of(engine)))
            runs.emplace_back(&words, *at);
    const bool flags_alone = runs.empty() && may_be_flags_alone(commands);
    if (flags_alone)
        runs.emplace_back(commands.data(), 0);
    std::vector<Container> meant;
    std::string names;
    std::size_t read = 0;
    for (const auto& [words, at] : runs) {
        ParsedPolicy problems;  // problems of commands that are not meant are not told
        RunFlags flags(engine, text.file, words->front().line, problems);
        flags.read(*words, at);
        const bool wanted = text.service.empty() || flags.name() == text.service;
        if (constexpr std::size_t named = 10; ++read <= named)
            names += (names.empty() ? "" : ", ") + (flags.name().empty() ? "(no name)" : flags.name());
        else if (read == named + 1)
            names += ", ...";
        if (!wanted)
            continue;
        meant.push_back(flags.container());
        if (!flags_alone && !flags.has_image() && problems.problems.empty())
            add_problem(problems, words->back().line, "names no image: where its flags end is not known here");
        refuse_contradictions(meant.back(), problems);
        for (const PolicyProblem& problem : problems.problems)
            add_problem(result, problem.place.line, problem.text);
    }
    const std::string command(program_of(engine));
    if (runs.empty())
        add_problem(result, 0, "has no command '" + command + " run'");
    else if (meant.size() != 1)
        add_problem(result, 0,
                    "has " + std::string(meant.empty() ? "no '" : "more than one '") + command +
                        " run' of that name; --service NAME chooses one by --name or image: " + names);
    if (result.problems.empty())
        add_container(meant[0], result.policy);
}

}  // namespace

bool looks_like_docker(std::string_view text) {
    return looks_like(text, Engine::docker) || is_flags_alone(shell_commands(text));
}
void parse_docker(const PolicyText& text, ParsedPolicy& result) { parse(text, Engine::docker, result); }

bool looks_like_podman(std::string_view text) { return looks_like(text, Engine::podman); }
void parse_podman(const PolicyText& text, ParsedPolicy& result) { parse(text, Engine::podman, result); }

}  // namespace caprec
