# One lab command at a time. The lock is an open file, so it ends with its holder; what a killed holder
# left running is found in the group "work" and ended before the next one begins.
# shellcheck shell=bash

WORK_GROUP=$CGROUPS/pids/$LAB_GROUP/work

lock_take() {
    local waited=0 pid='' born=''
    mkdir -p "${LAB_LOCK%/*}"
    exec {LOCK_FD}<>"$LAB_LOCK"
    until flock --nonblock "$LOCK_FD"; do
        read -r pid born <"$LAB_LOCK" || true
        if ! same_process "$pid" "$born"; then
            end_orphans
        elif [[ $waited -eq 0 ]]; then
            say "another lab command is at work (pid $pid): waiting for it"
        fi
        [[ $((waited += 1)) -lt 3000 ]] || die "pid $pid still holds $LAB_LOCK after 25 minutes" "look at it: ps -fp $pid"
        sleep 0.5
    done
    echo "$$ $(start_time $$)" >"$LAB_LOCK"

    # From here on every child belongs to "work", whatever happens to this shell.
    HOME_GROUP=$(sed -n 's/^[0-9]*:pids://p' /proc/self/cgroup)
    [[ $HOME_GROUP != "/$LAB_GROUP/"* ]] || HOME_GROUP=/
    mkdir -p "$WORK_GROUP"
    end_orphans
    echo $$ >"$WORK_GROUP/cgroup.procs"
}

end_orphans() {
    local pid
    [[ -d $WORK_GROUP ]] || return 0
    while read -r pid; do
        [[ $pid == "$$" ]] || kill -KILL "$pid" 2>/dev/null || true
    done < <(cat "$WORK_GROUP/cgroup.procs" 2>/dev/null)
}

# leave_work : before the group itself is taken away.
leave_work() { echo $$ >"$CGROUPS/pids$HOME_GROUP/cgroup.procs"; }
