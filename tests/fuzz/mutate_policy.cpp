// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutate_policy.h"

#include <algorithm>

namespace caprec {
namespace {

constexpr std::size_t longest = 1U << 16;

constexpr std::string_view policy_words[] = {"allow",
                                             "deny",
                                             "none",
                                             "*",
                                             "**",
                                             "?",
                                             "/a*b",
                                             "\"",
                                             "\\",
                                             "\\x",
                                             "\\x41",
                                             "#",
                                             "# ",
                                             "CAP_CHOWN",
                                             "CHOWN",
                                             "chown",
                                             "CAP_41",
                                             "CAP_64",
                                             "ALL",
                                             "41",
                                             "[Service]",
                                             "[",
                                             "]",
                                             "{",
                                             "}",
                                             ":",
                                             ": ",
                                             "- ",
                                             "? ",
                                             ",",
                                             "CapabilityBoundingSet=",
                                             "AmbientCapabilities=~",
                                             "User=",
                                             "=",
                                             "~",
                                             "\\\n",
                                             "services:",
                                             "cap_add: [",
                                             "cap_drop:",
                                             "privileged: true",
                                             "user: 0",
                                             "&a ",
                                             "*a",
                                             "<<: *a",
                                             "<<: [*a, *a]",
                                             "!!binary ",
                                             "|",
                                             ">",
                                             "---\n",
                                             "...",
                                             "%YAML 9.9\n",
                                             "\t",
                                             "kind: Pod",
                                             "containers:",
                                             "securityContext:",
                                             "runAsUser: 1",
                                             "\"process\":",
                                             "\"bounding\": [",
                                             "\\u0000",
                                             "docker run ",
                                             "podman run ",
                                             "[Container]\n",
                                             "# /x/b.service\n",
                                             "SystemCallFilter=a",
                                             "ExecStart=-docker",
                                             "capabilities: {drop: [ALL]}",
                                             "--userns=keep-id",
                                             "--cap-drop ",
                                             "-H ",
                                             "2>&1",
                                             "<(",
                                             "> ",
                                             "\"$@\"",
                                             "--cap-add ",
                                             "--privileged",
                                             "-u",
                                             "--",
                                             "$X",
                                             "$(",
                                             "${",
                                             "`",
                                             "'",
                                             ";",
                                             "\r",
                                             "\x1b[2J",
                                             "\xff",
                                             "\xef\xbb\xbf",
                                             "\xff\xfe",
                                             "99999999999999999999"};

template <class Container> const auto& any_of(const Container& container, RandomNumbers& random) {
    return container[random() % std::size(container)];
}

void change(std::string& text, RandomNumbers& random) {
    const std::size_t at = random() % (text.size() + 1);
    const std::size_t line = text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1;
    const std::size_t next = std::min(text.find('\n', line), text.size());
    const std::size_t end = std::min(next + 1, text.size());
    switch (random() % 9) {
        case 0: text.insert(at, any_of(policy_words, random)); break;
        case 1: text.insert(line, std::string(any_of(policy_words, random)) + '\n'); break;
        case 2: text.erase(line, end - line); break;
        case 3: text.insert(line, text.substr(line, end - line)); break;
        case 4: text.erase(at, random() % 8); break;
        case 5: text.insert(line, std::string(random() % 5, ' ')); break;
        case 6: text.resize(at); break;
        case 7: {
            std::string many;
            const std::string_view word = any_of(policy_words, random);
            for (std::size_t left = random() % 300; left > 0; --left)
                many += word;
            text.insert(at, many);
            break;
        }
        default:
            if (at < text.size())
                text[at] = static_cast<char>(random());
    }
}

}  // namespace

const std::vector<std::string>& sample_policies() {
    static const std::vector<std::string> samples = {
        "# capabilities policy 1\nallow /usr/sbin/nginx CAP_CHOWN setuid # why\nallow * CAP_KILL\ndeny \"/a b\\x41\" "
        "CAP_41\n"
        "allow **/x?/*.y none\n",
        "# /lib/a.service\n[Unit]\nDescription=x\n[Service]\nUser=app\nCapabilityBoundingSet=CAP_CHOWN \\\n CAP_KILL\n"
        "# /etc/b.conf\n[Service]\nAmbientCapabilities=~CAP_KILL\nPrivateDevices=yes\nExecStartPre=+/bin/x\n",
        "x: &base {cap_drop: [ALL], user: root}\nservices:\n  web:\n    <<: *base\n    cap_add:\n    - CHOWN\n    - "
        "kill\n"
        "    security_opt: [no-new-privileges:true]\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  securityContext: {runAsNonRoot: true}\n  "
        "containers:\n"
        "  - name: web\n    securityContext:\n      runAsUser: 0\n      capabilities:\n        drop: [\"ALL\"]\n"
        "        add: [CHOWN]\n",
        "{\"ociVersion\": \"1.0\", \"process\": {\"user\": {\"uid\": 0}, \"capabilities\": {\"bounding\": "
        "[\"CAP_CHOWN\"],"
        " \"ambient\": []}}, \"linux\": {\"namespaces\": [{\"type\": \"user\"}]}}\n",
        "#!/bin/sh\nsudo docker run --rm -it --name web --cap-drop=ALL \\\n  --cap-add CHOWN -u \"0:0\" 'an image' sh "
        "-c x\n",
        "podman run --user 5 --cap-add=chown,kill \"$IMAGE\"\n",
    };
    return samples;
}

std::string mutate_policy(std::string_view text, RandomNumbers& random) {
    std::string result(text);
    for (std::size_t left = 1 + random() % 3; left > 0; --left)
        change(result, random);
    result.resize(std::min(result.size(), longest));
    return result.empty() ? any_of(sample_policies(), random) : result;
}

}  // namespace caprec
