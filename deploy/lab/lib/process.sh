# Daemons: each is started in a control group of its own, with its pid and start time recorded by itself
# before it becomes the daemon. So there is no moment at which one runs unrecorded.
# shellcheck shell=bash

CGROUPS=/sys/fs/cgroup
LAB_GROUP=mailconsole-lab                   # all of the lab's; a further node's pods are in a group below it

# start_time PID : field 22 of /proc/PID/stat; with the pid it names a process for good.
# Fails for a dead process that nobody has collected yet: it still has its entry.
start_time() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [[ $1 != Z && $1 != X ]] && echo "${20}"
}

# same_process PID STARTTIME
same_process() { [[ -n ${1-} && -n ${2-} && $(start_time "$1") == "$2" ]]; }

daemon_pid() {
    local pid='' born=''
    { read -r pid born <"$LAB_RUN/pids/$1"; } 2>/dev/null || return 1
    same_process "$pid" "$born" && echo "$pid"
}

daemon_running() { daemon_pid "$1" >/dev/null; }
daemon_log() { echo "$LAB_VAR/log/$1.log"; }

# daemon_start NAME COMMAND...
daemon_start() {
    local name=$1 group=$CGROUPS/pids/$LAB_GROUP/daemons/$1
    shift
    ! daemon_running "$name" || return 0
    mkdir -p "$LAB_RUN/pids" "$LAB_VAR/log" "$group"
    # A child that outlived its daemon would hold its port. The containers' shims are meant to outlive theirs.
    [[ $name == containerd* ]] || group_kill "$LAB_GROUP/daemons/$name"
    (
        trap '' HUP
        me=$BASHPID                         # in $(...) it would be another's
        echo "$me" >"$group/cgroup.procs"
        echo "$me $(start_time "$me")" >"$LAB_RUN/pids/.$name" && mv "$LAB_RUN/pids/.$name" "$LAB_RUN/pids/$name"
        descriptors_close
        exec setsid -- "$@" </dev/null >>"$(daemon_log "$name")" 2>&1
    ) &
    disown
    within 5 daemon_recorded "$name" $! || die "$name could not be started" "its log is $(daemon_log "$name")"
}

# descriptors_close : all that came with the caller but the first three, which are directed elsewhere: this command's
# lock, and a lock, pipe or terminal of whoever called it, which the daemon would hold for as long as it lives.
descriptors_close() {
    local number
    # bash keeps the script on 255 and closes that itself.
    for number in "/proc/$BASHPID/fd"/*; do
        number=${number##*/}
        [[ $number -le 2 || $number -eq 255 ]] || exec {number}>&-
    done
}

# daemon_recorded NAME PID : the record is that of the process just started.
daemon_recorded() {
    local pid=''
    { read -r pid _ <"$LAB_RUN/pids/$1"; } 2>/dev/null || true
    [[ $pid == "$2" ]]
}

# daemon_stop NAME [SECONDS] : asks, waits, then insists.
daemon_stop() {
    local pid
    if pid=$(daemon_pid "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        within "${2:-5}" process_gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
        within 5 process_gone "$pid" || die "pid $pid ($1) cannot be ended" "see /proc/$pid/stack"
    fi
    rm -f "$LAB_RUN/pids/$1"
}

process_gone() { ! start_time "$1" >/dev/null; }

# daemon_expect NAME SECONDS PROBE... : the probe comes true in time, or the daemon's own words explain why not.
daemon_expect() {
    local name=$1 seconds=$2
    shift 2
    local deadline=$((SECONDS + seconds))
    until daemon_running "$name" && "$@" >/dev/null 2>&1; do
        if ! daemon_running "$name"; then
            log_tail "$(daemon_log "$name")"
            die "$name ended on its own" "its log is $(daemon_log "$name"); then: deploy/lab/lab up"
        fi
        if [[ $SECONDS -ge $deadline ]]; then
            log_tail "$(daemon_log "$name")"
            die "$name runs but does not answer after $seconds s" "deploy/lab/lab down, then up, starts it afresh"
        fi
        sleep 0.2
    done
}

# group_pids PATH : every process of the group and the groups below it, in the pids hierarchy.
group_pids() { find "$CGROUPS/pids/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true; }

group_kill() {
    within 5 group_killed "$1" || die "the processes of $1 do not end: $(group_pids "$1" | tr '\n' ' ')" "see /proc/PID/stack"
}

group_killed() {
    local pid pids
    pids=$(group_pids "$1")
    [[ -n $pids ]] || return 0
    for pid in $pids; do kill -KILL "$pid" 2>/dev/null || true; done
    return 1
}

# groups_make GROUP : the group in every hierarchy, as the kubelet wants to find it.
groups_make() {
    local hierarchy group=$1
    for hierarchy in "$CGROUPS"/*/; do
        [[ -e $hierarchy/cgroup.procs && ! -e $hierarchy/cgroup.controllers ]] || continue
        mkdir -p "$hierarchy$group"
        if [[ -e $hierarchy/cpuset.cpus && -z $(<"$hierarchy$group/cpuset.cpus") ]]; then
            cat "$hierarchy/cpuset.cpus" >"$hierarchy$group/cpuset.cpus"
            cat "$hierarchy/cpuset.mems" >"$hierarchy$group/cpuset.mems"
        fi
    done
}
