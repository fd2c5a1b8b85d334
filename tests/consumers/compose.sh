#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Loads the service with docker-compose, which checks it against the schema of Compose files and prints it again; the
# lists in its output are compared.  The schema does not know the names: those are docker's, see podman.sh.
. "$(dirname "$0")/consumer.sh"
need docker-compose
/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip 'python3-yaml is not installed'
bare_names() { print text "$1" | sed 's/^CAP_//' | sort | tr '\n' ' ' | sed 's/ $//'; }

printf 'services:\n  app:\n    image: test\n' > image.yml
for set in none all net_bind_service,sys_nice,setuid; do
    print compose "$set" > service.yml
    /usr/bin/python3 "$here/manifests.py" compose < service.yml > lists
    docker-compose -f service.yml -f image.yml config > loaded.yml || fail "docker-compose refused it"
    /usr/bin/python3 "$here/manifests.py" compose < loaded.yml > loaded_lists
    for file in lists loaded_lists; do
        same "$file, dropped" "$(sed -n 1p $file)" ALL
        same "$file, added for $set" "$(sed -n 2p $file | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')" \
            "$(bare_names "$set")"
    done
done
