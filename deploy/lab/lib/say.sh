# Words to the person, and waiting with an end.
# shellcheck shell=bash

say() { printf 'lab: %s\n' "$*" >&2; }
warn() { printf 'lab: warning: %s\n' "$*" >&2; }

# die WHAT [WHAT TO DO NEXT]
die() {
    printf 'lab: error: %s\n' "$1" >&2
    [[ $# -lt 2 ]] || printf 'lab:        %s\n' "$2" >&2
    exit 1
}

die_usage() { printf '%s\n' "$1" >&2; exit 64; }

# stage NAME COMMAND... : says how long a part took, when it took long enough to be noticed.
stage() {
    local name=$1 began=$SECONDS
    shift
    "$@"
    local took=$((SECONDS - began))
    [[ $took -lt 2 ]] || say "$name: $took s"
}

# within SECONDS COMMAND... : true as soon as the command is, false when the time is over.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [[ $SECONDS -lt $deadline ]] || return 1
        sleep 0.2
    done
}

# log_tail FILE : the end of a log, for an error message.
log_tail() { [[ ! -s $1 ]] || { say "the end of $1:"; tail -n "${2:-12}" "$1" | sed 's/^/    /' >&2; }; }

check_machine() {
    [[ $(uname -m) == x86_64 ]] || die "the lab is made for amd64, this is $(uname -m)"
    # shellcheck source=/dev/null
    [[ $(. /etc/os-release && echo "$VERSION_CODENAME") == bookworm ]] ||
        die "the lab is made of Debian 12 packages, and this is not Debian 12 (bookworm)"
    [[ -d /sys/fs/cgroup/pids && -d /sys/fs/cgroup/memory ]] ||
        die "no cgroup v1 hierarchies under /sys/fs/cgroup, and Kubernetes $KUBERNETES knows no others" \
            "boot with systemd.unified_cgroup_hierarchy=0, or use another machine"
}
