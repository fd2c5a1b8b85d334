#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Gives the flags to the docker client, which asks a stand-in for its daemon to create a container; its request is
# compared.  Only the daemon could say that the names mean something, and it is not needed here: see podman.sh.
. "$(dirname "$0")/consumer.sh"
need docker jq /usr/bin/python3

/usr/bin/python3 "$here/containers/docker_stand_in.py" "$work/docker.sock" "$work/request.json" &
stand_in=$!
trap 'kill $stand_in 2>/dev/null || true; rm -rf "$work"' EXIT
until [ -S docker.sock ]; do kill -0 $stand_in || fail 'the stand-in for the daemon ended'; sleep 0.1; done

for set in none all chown net_bind_service,sys_nice,setuid; do
    rm -f request.json
    # shellcheck disable=SC2046  # flags are words
    HOME=$work docker -H "unix://$work/docker.sock" create $(lines_of docker "$set") image > output 2>&1 ||
        fail "docker refused the flags for $set: $(cat output)"
    same 'dropped' "$(jq -r '.HostConfig.CapDrop | join(" ")' request.json)" ALL
    same "added for $set" "$(jq -r '.HostConfig.CapAdd // [] | .[] | ltrimstr("CAP_")' request.json | sort)" \
        "$(print text "$set" | sed 's/^CAP_//' | sort)"
done
