# The first node's power: cut, everything on the node ends at once and in no order, and nothing is asked to stop. What was
# written stays written, as this machine's kernel goes on; what a disk's own cache would lose is not part of this.
# shellcheck shell=bash

lab_power() {
    case ${1-} in
        cut) power_cut ;;
        on) kubectl_find; containers_up; node_up; bans_up ;;
        *) die_usage "lab power cut|on" ;;
    esac
}

power_cut() {
    within 20 node_dark || die "these processes of the node do not end: $(node_pids | tr '\n' ' ')" "see /proc/PID/stack"
    # What a machine that starts finds empty. Its mounts went with the last process that saw them.
    rm -rf "$NODE_RUN/containerd/state" "$NODE_RUN/shims"
}

# node_pids : the node's daemons, the containers' shims among them, and every process of a pod.
node_pids() {
    local name
    for name in "${NODE_DAEMONS[@]}" "${CONTROL_DAEMONS[@]}" bans-logs bans; do group_pids "$LAB_GROUP/daemons/$name"; done
    group_pids "$NODE_GROUP/kubepods"
}

node_dark() {
    local pids
    mapfile -t pids < <(node_pids)
    [[ ${#pids[@]} -gt 0 ]] || return 0
    kill -KILL "${pids[@]}" 2>/dev/null || true
    return 1
}
