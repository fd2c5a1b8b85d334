#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Parses the YAML and checks fields and types against the API's documentation (manifests.py); where kubectl is there, it
# must decode a pod of it into its own types as well.  Admission needs a cluster, and is not checked.
. "$(dirname "$0")/consumer.sh"
/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip 'python3-yaml is not installed'
bare_names() { print text "$1" | sed 's/^CAP_//' | tr '\n' ' ' | sed 's/ $//'; }

for set in none all chown net_bind_service,sys_nice,setuid; do
    print kubernetes "$set" > context.yml
    /usr/bin/python3 "$here/manifests.py" kubernetes < context.yml > lists
    same 'dropped' "$(sed -n 1p lists)" ALL
    same "added for $set" "$(sed -n 2p lists)" "$(bare_names "$set")"
    # Run once: some distributions' kubectl looks for a network first, which takes its time.
    if [ "$set" = all ] && command -v kubectl > /dev/null && command -v jq > /dev/null; then
        { printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: test}\nspec:\n  containers:\n  - name: app\n'
          printf '    image: old\n'; sed 's/^/    /' context.yml; } > pod.yml
        kubectl set image --local -f pod.yml app=new -o json > pod.json || fail "kubectl refused it"
        same "added for $set, by kubectl" "$(bare_names "$set")" \
            "$(jq -r '.spec.containers[0].securityContext.capabilities.add // [] | join(" ")' pod.json)"
    fi
done
