# Takes everything away, also after a crash: first what was recorded, then whatever still lives in the
# lab's own control groups and namespaces. Nothing is looked for by name.
# shellcheck shell=bash

lab_down() {
    local purge=no name record
    case ${1-} in
        '') ;;
        --purge) purge=yes ;;
        *) die_usage "lab down: unknown option $1" ;;
    esac
    for name in kubelet proxy scheduler controller-manager apiserver containerd etcd mounts; do daemon_stop "$name"; done
    for record in "$LAB_RUN"/pids/*; do
        [[ ! -f $record ]] || daemon_stop "${record##*/}" 3
    done
    leave_work
    pids_end lab_pids
    sysctl_restore
    network_down
    groups_remove "$LAB_GROUP"
    mounts_remove "$LAB_RUN" "$LAB_VAR"
    directories_remove
    policy_restore
    rm -rf "$LAB_RUN" "$LAB_VAR"
    if [[ $purge == yes ]]; then
        [[ ! -d $CACHE ]] || { chmod -R u+w "$CACHE" && rm -rf "$CACHE"; }
        say "lab is down, its cache is removed"
    else
        say "lab is down; the cache stays in $CACHE"
    fi
}

# lab_pids : members of the lab's groups and namespaces. This command has left "work" by now.
lab_pids() {
    {
        group_pids "$LAB_GROUP"
        ip netns pids "$NODE_NS" 2>/dev/null || true
        ip netns pids "$SECOND_NS" 2>/dev/null || true
        ip netns pids "$NET_NS" 2>/dev/null || true
    } | sort -un | grep -vx "$$" || true
}

# pids_end COMMAND... : ends the processes it prints, until it prints none.
pids_end() {
    local deadline=$((SECONDS + 20)) pids
    while pids=$("$@") && [[ -n $pids ]]; do
        [[ $SECONDS -lt $deadline ]] || die "these processes do not end: ${pids//$'\n'/ }" "see /proc/PID/stack"
        # shellcheck disable=SC2086
        kill -KILL $pids 2>/dev/null || true
        sleep 0.1
    done
}

# groups_remove GROUP : with the groups below it, in every hierarchy.
groups_remove() {
    local group
    for group in "$CGROUPS"/*/"$1"; do
        [[ -d $group ]] || continue
        within 5 group_remove "$group" || die "the control group $group cannot be removed" "see its cgroup.procs"
    done
}

group_remove() {
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [[ ! -d $1 ]]
}

# mounts_remove RUN VAR : every mount below these two directories.
mounts_remove() {
    local point
    while read -r point; do
        umount --lazy "$point" 2>/dev/null || true
    done < <(awk -v run="$1/" -v var="$2/" '{ p = $5; if (index(p, run) == 1 || index(p, var) == 1) print p }' /proc/self/mountinfo | sort -r)
}

# directories_remove : those made to mount over, when nobody else has put anything in.
directories_remove() {
    local made
    [[ -s $LAB_VAR/directories ]] || return 0
    while read -r made; do
        rmdir "$made" 2>/dev/null || true
    done < <(tac "$LAB_VAR/directories")
}
