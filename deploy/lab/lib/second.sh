# A second node beside the first: made of the same functions, with other values. It is a member of the first one's
# cluster and has its own cable to the internet; the two speak with each other over a third cable, as in a rack.
# shellcheck shell=bash

# on_second COMMAND... : what bash declares local holds for everything that is called from here.
# shellcheck disable=SC2034
on_second() {
    local NODE=$SECOND_NODE NODE_NS=$SECOND_NS NODE_ADDRESS=$SECOND_ADDRESS POD_NET=$SECOND_POD_NET
    local NODE_RUN=$LAB_RUN/$SECOND_NODE NODE_VAR=$LAB_VAR/$SECOND_NODE NODE_GROUP=$LAB_GROUP/$SECOND_NODE NODE_MARK=-2
    local CONF=$NODE_RUN/conf
    "$@"
}

lab_node() {
    [[ $# -eq 1 ]] || die_usage "lab node add|remove"
    case $1 in
        add)
            kubectl_find || die "no kubectl" "deploy/lab/lab up"
            node_ready || die "the first node is not ready" "deploy/lab/lab up"
            images_names
            pods_keep_address "$NODE_NS"
            on_second second_up
            ;;
        remove)
            on_second second_down
            pods_lose_address "$NODE_NS"
            ;;
        *) die_usage "lab node add|remove" ;;
    esac
}

second_up() {
    local started=$SECONDS importing roles
    # The first thing made and the last one taken away: as long as it is there, something of the node may be.
    mkdir -p "$NODE_RUN" "$NODE_VAR"
    second_network
    node_certificate
    storage_up
    containers_up
    # The kubelet wants its pause image early; the rest comes while it settles.
    image_import pause
    mapfile -t roles < <(roles_built)
    images_import "${roles[@]}" &
    importing=$!
    kubelet_up
    proxy_up
    wait "$importing"
    say "$NODE is ready after $((SECONDS - started)) s; to have mail there, move the label mailconsole/mail and the volumes: deploy/node/README.md"
}

second_network() {
    ns_ensure "$NODE_NS"
    cable_ensure "$NODE_NS" wan0 "$NET_NS" node1
    cable_ensure "$FIRST_NS" lan0 "$NODE_NS" lan0
    address "$NODE_NS" wan0 "$NODE_ADDRESS/24"
    # Its provider routes the one address to it, and answers for the gateway on this cable as on the other.
    ip -n "$NET_NS" route replace "$NODE_ADDRESS/32" dev node1
    node_routes
    firewall_up
    lan_side "$NODE_NS" "$LAN_SECOND" "$LAN_FIRST" "$NODE_ADDRESS" "$FIRST_ADDRESS" "$FIRST_POD_NET" "$ADMIN_NODE"
    lan_side "$FIRST_NS" "$LAN_FIRST" "$LAN_SECOND" "$FIRST_ADDRESS" "$NODE_ADDRESS" "$POD_NET"
    pods_keep_address "$NODE_NS"
}

# lan_side NAMESPACE ADDRESS PEER SOURCE DESTINATION... : what is behind the other end of the cable between the nodes.
lan_side() {
    local name=$1 via=$3 source=$4 destination
    address "$name" lan0 "$2/30"
    for destination in "${@:5}"; do ip -n "$name" route replace "$destination" via "$via" dev lan0 src "$source"; done
}

# pods_keep_address NAMESPACE : the bridge plugin hides pods behind their node from all that is not on this bridge, and
# so from the other node's pods too. What kube-proxy has marked is still its own to change.
PODS_ALIKE=(-s "$CLUSTER_NET" -d "$CLUSTER_NET" -m mark --mark "0x0/0x4000" -j ACCEPT)
pods_keep_address() {
    in_ns "$1" iptables -w -t nat -C POSTROUTING "${PODS_ALIKE[@]}" 2>/dev/null || in_ns "$1" iptables -w -t nat -I POSTROUTING "${PODS_ALIKE[@]}"
}

pods_lose_address() {
    ns_there "$1" || return 0
    within 5 pods_masked "$1" || die "a rule for the second node's pods cannot be taken out of $1" "see: iptables -t nat -S POSTROUTING"
}

pods_masked() {
    ! in_ns "$1" iptables -w -t nat -C POSTROUTING "${PODS_ALIKE[@]}" || { in_ns "$1" iptables -w -t nat -D POSTROUTING "${PODS_ALIKE[@]}"; false; }
}

# second_down : as when a machine is switched off and its name struck out. What should run on elsewhere is drained before.
second_down() {
    local name
    for name in "${NODE_DAEMONS[@]}"; do daemon_stop "$name$NODE_MARK"; done
    second_forget
    pids_end second_pids
    # A cable goes with either end. Left to the namespace it would go some time later, when the kernel clears that up.
    ip -n "$FIRST_NS" link delete lan0 2>/dev/null || true
    ip -n "$NET_NS" link delete node1 2>/dev/null || true
    ns_remove "$NODE_NS"
    groups_remove "$NODE_GROUP"
    for name in "${NODE_DAEMONS[@]}"; do
        groups_remove "$LAB_GROUP/daemons/$name$NODE_MARK"
        rm -f "$(daemon_log "$name$NODE_MARK")"
    done
    mounts_remove "$NODE_RUN" "$NODE_VAR"
    rm -f "$PKI/kubelet$NODE_MARK".*
    rm -rf "$NODE_VAR" "$NODE_RUN"
}

second_pids() {
    local name
    {
        group_pids "$NODE_GROUP"
        for name in "${NODE_DAEMONS[@]}"; do group_pids "$LAB_GROUP/daemons/$name$NODE_MARK"; done
        ip netns pids "$NODE_NS" 2>/dev/null || true
    } | sort -un
}

# second_forget : the cluster's memory of it. First the node, or a DaemonSet would make its pod there anew.
second_forget() {
    kubectl_find && admin get --raw /readyz >/dev/null 2>&1 || {
        warn "the API does not answer: if the cluster knew $NODE, it still does (deploy/lab/lab up, then: lab node remove)"
        return 0
    }
    admin delete node "$NODE" --ignore-not-found >/dev/null
    admin delete pods --all-namespaces --field-selector "spec.nodeName=$NODE" --force --grace-period=0 --wait=false >/dev/null 2>&1 ||
        die "the pods of $NODE cannot be deleted" "deploy/lab/lab kubectl get pods --all-namespaces --field-selector spec.nodeName=$NODE"
    within 30 second_forgotten || die "the cluster does not forget $NODE" "deploy/lab/lab kubectl get node,lease,csinode --all-namespaces"
}

# Lease and CSINode are the node's own and go with it, when the collector comes by.
second_forgotten() {
    [[ -z $(admin get nodes,csinodes --ignore-not-found --output name | grep "/$NODE\$") ]] &&
        [[ -z $(admin get lease "$NODE" --namespace kube-node-lease --ignore-not-found --output name) ]] &&
        [[ -z $(admin get pods --all-namespaces --field-selector "spec.nodeName=$NODE" --output name) ]]
}

second_there() { [[ -d $LAB_RUN/$SECOND_NODE ]]; }

# second_status : rows for "lab status".
second_status() {
    local name
    row "namespace $NODE_NS" ns_there "$NODE_NS"
    for name in "${NODE_DAEMONS[@]}"; do row "$name$NODE_MARK" daemon_running "$name$NODE_MARK" "pid $(daemon_pid "$name$NODE_MARK" || echo -)"; done
    row "node $NODE" node_answers
    row "images of $NODE" images_there
}
