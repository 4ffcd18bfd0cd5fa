# What is up, read from the things themselves.
# shellcheck shell=bash

lab_status() {
    local name at
    FAULTS=0
    printf '%-22s %-8s %s\n' PART STATE DETAIL
    row "namespace $NODE_NS" ns_there "$NODE_NS"
    row "namespace $NET_NS" ns_there "$NET_NS"
    row "address" node_has "$NODE_ADDRESS"
    row "address of IPv6" node_has "$NODE_ADDRESS6"
    for name in etcd apiserver controller-manager scheduler mounts containerd kubelet proxy bans bans-logs authority resolver north opendkim opendmarc south acme store sso; do
        row "$name" daemon_running "$name" "pid $(daemon_pid "$name" || echo -)"
    done
    while read -r at; do
        [[ $(cat "$LAB_RUN/sinks/$at" 2>/dev/null) == dead ]] || row "receiver $at" daemon_running "sink-$at" "$(cat "$LAB_RUN/sinks/$at" 2>/dev/null)"
    done < <(sink_addresses)
    if kubectl_find; then
        row "api" admin get --raw /readyz "$API"
        row "node $NODE" node_answers
        row "images" images_there
        row "console rights" console auth can-i patch daemonsets -n mail
        printf '%-22s %-8s %s\n' "pod (daemonset/mail)" "$(pod_state)" "not part of up: lab deploy, or the console"
        if second_there; then on_second second_status; fi
    else
        row kubectl false
    fi
    [[ $FAULTS -eq 0 ]]
}

# row NAME COMMAND... [DETAIL] : the last word is a detail when the command has one too many for it.
row() {
    local name=$1 state=up detail=''
    shift
    case ${*: -1} in pid\ * | https:* | accept | defer | limit | refuse | hang) detail=${*: -1}; set -- "${@:1:$#-1}" ;; esac
    "$@" >/dev/null 2>&1 || { state=DOWN; FAULTS=$((FAULTS + 1)); }
    printf '%-22s %-8s %s\n' "$name" "$state" "$detail"
}

node_has() { ip -n "$NODE_NS" -o address show dev wan0 to "$1" | grep -q .; }
node_answers() { node_ready && listens "$NODE_ADDRESS" 10250; }

# Those of "lab up"; "lab web" brings its own.
images_there() {
    local role names
    names=$(containers images ls -q)
    for role in pause "${POD_ROLES[@]}"; do
        grep -qx "localhost/mailconsole/$role:lab" <<<"$names" || return 1
    done
}

pod_state() {
    local state
    state=$(admin get daemonset mail -n mail -o 'jsonpath={.status.numberReady}/{.status.desiredNumberScheduled}' 2>/dev/null) || state=absent
    echo "$state"
}
