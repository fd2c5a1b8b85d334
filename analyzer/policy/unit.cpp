// SPDX-License-Identifier: Apache-2.0
//
// A systemd service unit, as systemd.exec(5) and capabilities(7) have it: a process of root can use all that the
// bounding set leaves; one of another user has the ambient set, and no more.
#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"
#include "analyzer/policy/unit_settings.h"
#include "schema/capability_numbers.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

// Settings that take capabilities out of the bounding set when they are on.
struct Taker {
    std::string_view key;
    CapabilitySet set;
};
constexpr std::array<Taker, 4> takers{{
    {"PrivateDevices", CapabilitySet::of({cap_mknod, cap_sys_rawio})},
    {"ProtectKernelModules", CapabilitySet::of({cap_sys_module})},
    {"ProtectKernelLogs", CapabilitySet::of({cap_syslog})},
    {"ProtectClock", CapabilitySet::of({cap_sys_time, cap_wake_alarm})},
}};

// One of the two sets, as its lines leave it.
struct SetLines {
    std::string_view key;
    CapabilitySet set;
    struct Line {
        CapabilitySet adds;
        PolicyPlace place;
    };
    std::vector<Line> adding;              // the capabilities that lines added and that are still there
    std::vector<PolicyRefusal> taking;     // lines with ~, the last one first
    std::optional<PolicyPlace> last = {};  // nothing: never assigned
};

bool is_one_of(std::string_view value, std::span<const std::string_view> words) {  // in any case
    std::string lower(value);
    std::ranges::transform(lower, lower.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return std::ranges::find(words, lower) != words.end();
}
bool is_yes(std::string_view value) {
    constexpr std::string_view words[] = {"1", "yes", "y", "true", "t", "on"};
    return is_one_of(value, words);
}
bool is_no(std::string_view value) {
    constexpr std::string_view words[] = {"0", "no", "n", "false", "f", "off", ""};
    return is_one_of(value, words);
}

// "docker" of `ExecStart=-/usr/bin/docker run x`, and of `sh -c 'docker run x'`; empty: no engine is started.
std::string_view engine_of(std::string_view command) {
    constexpr std::string_view engines[] = {"docker", "podman"}, starters[] = {"env", "sh", "bash", "dash", "sudo"};
    bool started = false;
    for (std::string_view word : words_of(command)) {
        word.remove_prefix(std::min(word.find_first_not_of("@-:+!|'\""), word.size()));
        const std::string_view program = last_part(word.substr(0, word.find_last_not_of("'\"") + 1));
        if (const auto* found = std::ranges::find(engines, program); found != std::end(engines))
            return *found;
        started = started || std::ranges::find(starters, program) != std::end(starters);
        if (!started)
            break;
    }
    return {};
}

class UnitPolicy {
public:
    explicit UnitPolicy(ParsedPolicy& result) : result_(result) {}

    void read(const UnitSetting& setting) {
        const std::string_view value = setting.value;
        if (setting.key == bounding_.key)
            assign(bounding_, setting);
        else if (setting.key == ambient_.key)
            assign(ambient_, setting);
        else if (setting.key == "User")
            user_ = value.empty() || value == "root" || value == "0" ? std::nullopt : std::optional(setting);
        else if (setting.key == "DynamicUser")
            dynamic_user_ = is_no(value) ? std::nullopt : std::optional(setting);
        else if (setting.key == "SecureBits")
            read_secure_bits(setting);
        else if (setting.key == "PrivateUsers")
            private_users_ = is_no(value) ? std::nullopt : std::optional(setting);
        else if (setting.key == "NoNewPrivileges")
            no_new_privileges_ = is_yes(value);
        else if (setting.key == "SystemCallFilter")
            call_filter_ = value.empty() ? std::nullopt : std::optional(setting);
        else if (setting.key == "ExecStart" && !engine_of(value).empty())
            engine_ = setting;
        if (setting.key.starts_with("Exec") && value.find_first_not_of("@-:") != std::string_view::npos &&
            std::string_view("+!").find(value[value.find_first_not_of("@-:")]) != std::string_view::npos)
            elevated_ = setting;
        for (std::size_t i = 0; i < takers.size(); ++i)
            if (setting.key == takers[i].key)
                taken_[i] = is_no(value) ? std::nullopt : std::optional(setting);
    }

    void finish(const PolicyPlace& service) {
        if (!bounding_.last) {
            bounding_.set = CapabilitySet::all();
            bounding_.adding = {{CapabilitySet::all(), service}};
        }
        for (std::size_t i = 0; i < takers.size(); ++i) {
            if (taken_[i]) {
                bounding_.set = bounding_.set - takers[i].set;
                result_.policy.refusals.push_back(
                    {takers[i].set, taken_[i]->place, named(*taken_[i]) + " takes { away"});
            }
        }
        const UnitSetting* user = private_users_ ? &*private_users_ : who();
        CapabilitySet usable = private_users_ ? CapabilitySet() : bounding_.set;
        if (private_users_)
            refuse(
                CapabilitySet::all(), private_users_->place,
                named(*private_users_) + ": capabilities count in a user namespace of its own only, and there is no {");
        else if (user != nullptr)
            usable = usable & ambient_.set;
        add_refusals(bounding_, service);
        if (user != nullptr && !private_users_)
            add_user_refusals(*user);
        add_rules(user != nullptr && !private_users_ ? ambient_ : bounding_, usable, service);
        add_assumptions(user);
    }

private:
    static std::string named(const UnitSetting& setting) { return setting.key + '=' + setting.value; }

    // The setting that makes its processes run as another user than root; null: they run as root.
    const UnitSetting* who() const {
        return user_ ? &*user_ : dynamic_user_ ? &*dynamic_user_ : no_root_ ? &*no_root_ : nullptr;
    }

    void read_secure_bits(const UnitSetting& setting) {  // lines add up, and an empty one begins anew
        if (setting.value.empty())
            no_root_.reset();
        const std::vector<std::string_view> words = words_of(setting.value);
        if (std::ranges::find(words, "noroot") != words.end())  // noroot-locked only keeps it as it is
            no_root_ = setting;
    }

    void refuse(CapabilitySet set, const PolicyPlace& place, std::string words) {
        result_.policy.refusals.push_back({set, place, std::move(words)});
    }

    // An empty value, or "~" alone, starts again; otherwise lines add, and those with ~ take away.  The first line of a
    // set adds to nothing, or with ~ takes away from all.
    void assign(SetLines& lines, const UnitSetting& setting) {
        std::string_view value = setting.value;
        const bool inverted = value.starts_with('~');
        CapabilitySet named_set;
        for (const std::string_view word : words_of(value.substr(inverted ? 1 : 0)))
            if (const auto number = read_capability(word, NameStyle::prefixed))
                named_set.insert(*number);
            else
                add_problem(result_, setting.place, no_capability(word, NameStyle::prefixed));
        const bool is_ambient = &lines == &ambient_;
        const bool begins =
            named_set.empty() || !lines.last || lines.set == (is_ambient ? CapabilitySet() : CapabilitySet::all());
        lines.last = setting.place;
        if (begins) {
            lines.adding.clear();
            lines.taking.clear();
            lines.set = inverted ? CapabilitySet::all() - named_set : named_set;
        } else {
            lines.set = inverted ? lines.set - named_set : lines.set | named_set;
        }
        if (inverted)
            lines.taking.insert(lines.taking.begin(),
                                {named_set, setting.place, std::string(lines.key) + "=~ takes { away"});
        if (begins || !inverted)
            lines.adding.push_back({inverted ? lines.set : named_set, setting.place});
    }

    void add_refusals(const SetLines& lines, const PolicyPlace& service) {
        for (const PolicyRefusal& taking : lines.taking)
            if (!(taking.capabilities - lines.set).empty())
                refuse(taking.capabilities - lines.set, taking.place, taking.words);
        refuse(CapabilitySet::all() - lines.set, lines.last.value_or(service), std::string(lines.key) + "= lacks {");
    }

    void add_user_refusals(const UnitSetting& user) {
        const std::string because = named(user) + ": without root only AmbientCapabilities= gives capabilities";
        for (const PolicyRefusal& taking : ambient_.taking)
            refuse(taking.capabilities - ambient_.set, taking.place, taking.words + "; " + because);
        refuse(CapabilitySet::all() - ambient_.set, ambient_.last.value_or(user.place),
               because + (ambient_.last ? ", which lacks {" : ", and it is not set: add {"));
    }

    // A capability that a later line took away is not charged to an earlier one.
    void add_rules(const SetLines& lines, CapabilitySet usable, const PolicyPlace& service) {
        CapabilitySet left = usable;
        for (const SetLines::Line& line : lines.adding) {
            const CapabilitySet adds = line.adds & left;
            if (adds.empty() && !line.adds.empty())
                continue;
            const bool is_default = !lines.last;
            result_.policy.rules.push_back(
                {false,
                 {},
                 adds,
                 line.place,
                 is_default ? "no " + std::string(lines.key) + "=" : std::string(lines.key) + '=',
                 ""});
            left = left - adds;
        }
        if (result_.policy.rules.empty())
            result_.policy.rules.push_back(
                {false, {}, {}, lines.last.value_or(service), std::string(lines.key) + '=', ""});
    }

    void add_assumptions(const UnitSetting* user) {
        std::vector<std::string>& assumptions = result_.policy.assumptions;
        result_.policy.as_root = user == nullptr;
        if (user == nullptr)
            assumptions.push_back(
                "the service runs as root, as no other user is set: it can use what the bounding set has");
        else if (!private_users_)
            assumptions.push_back(
                "the service does not run with the rights of root (" + named(*user) +
                "): it can use what AmbientCapabilities= has, within the bounding set; executables with "
                "file capabilities or a set-user-ID bit are not counted on");
        if (no_new_privileges_)
            assumptions.push_back(
                "NoNewPrivileges= is on: set-user-ID programs and file capabilities give nothing to what the service "
                "starts");
        if (elevated_)
            assumptions.push_back(elevated_->key + "= with + or !, in line " + std::to_string(elevated_->place.line) +
                                  " of " + elevated_->place.file +
                                  ", runs that command past some of these settings; it is judged by all of them");
        if (engine_)
            assumptions.push_back("ExecStart=, in line " + std::to_string(engine_->place.line) + " of " +
                                  engine_->place.file + ", runs " + std::string(engine_of(engine_->value)) +
                                  ": what its container can use is said by the flags there, not by this unit");
        if (call_filter_)
            assumptions.push_back("SystemCallFilter=, in line " + std::to_string(call_filter_->place.line) + " of " +
                                  call_filter_->place.file + ", may refuse system calls that a capability allows");
    }

    ParsedPolicy& result_;
    SetLines bounding_{"CapabilityBoundingSet", {}, {}, {}}, ambient_{"AmbientCapabilities", {}, {}, {}};
    std::optional<UnitSetting> user_, dynamic_user_, no_root_, private_users_, elevated_, engine_, call_filter_;
    std::array<std::optional<UnitSetting>, takers.size()> taken_;
    bool no_new_privileges_ = false;
};

// Whether this is how systemctl cat prints a unit that is a link to /dev/null: its name, and maybe that it is masked.
bool is_masked(const PolicyText& text) {
    const std::vector<std::string_view> lines = lines_of(text.bytes);
    const bool nothing_else = std::ranges::all_of(
        lines, [](std::string_view line) { return trimmed(line).empty() || trimmed(line).starts_with('#'); });
    const auto says_so = [](std::string_view line) {
        const std::vector<std::string_view> words = words_of(line);
        return words.size() > 1 && words[0] == "#" &&
               ((words.size() == 2 && words[1].starts_with('/') && words[1].ends_with(".service")) ||
                (words[1] == "Unit" && words.back() == "masked."));
    };
    return nothing_else && std::ranges::any_of(lines, says_so);
}

}  // namespace

bool looks_like_unit(std::string_view text) {
    return is_masked({text, {}, {}}) || std::ranges::any_of(lines_of(text), [](std::string_view line) {
               line = trimmed(line);
               constexpr std::string_view sections[] = {"[Unit]",      "[Service]", "[Socket]",
                                                        "[Container]", "[Pod]",     "[Kube]"};
               return std::ranges::find(sections, line) != std::end(sections) ||
                      line.starts_with("CapabilityBoundingSet=");
           });
}

void parse_unit(const PolicyText& text, ParsedPolicy& result) {
    const UnitSettings unit = read_unit(text, result);
    if (is_masked(text))
        return add_problem(result, 0, "is a masked unit, which is never started");
    if (!unit.has_service && result.problems.empty())
        add_problem(result, 0, "has no section [Service], where the capabilities of a unit are set");
    UnitPolicy policy(result);
    for (const UnitSetting& setting : unit.settings)
        policy.read(setting);
    policy.finish({text.file, 0});
}

}  // namespace caprec
