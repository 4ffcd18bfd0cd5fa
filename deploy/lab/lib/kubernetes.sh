# The Kubernetes daemons, built from Debian 12's source package. About 6 to 10 minutes on two cores, once.
# shellcheck shell=bash

# The cache holds one directory a version; it appears under its name only when it is complete.
KUBERNETES_CACHE=$CACHE/kubernetes/v$KUBERNETES

kubernetes_cached() {
    local program
    for program in "${KUBERNETES_PROGRAMS[@]}"; do
        [[ -x $KUBERNETES_CACHE/$program ]] || return 1
    done
}

kubernetes_ensure() {
    kubernetes_cached || kubernetes_build
    mkdir -p "$LAB_BIN"
    ln -sfn "$KUBERNETES_CACHE" "$LAB_BIN/kubernetes"
}

kubernetes_build() {
    local work=$CACHE/build tree=$CACHE/build/src/k8s.io/kubernetes new=$KUBERNETES_CACHE.new
    local free
    free=$(df --output=avail -BG "${CACHE%/*}" 2>/dev/null | tail -n1 | tr -dc 0-9 || true)
    [[ ${free:-99} -ge 6 ]] || die "building Kubernetes takes 6 GB below $CACHE, and $free GB are free"

    kubernetes_source "$work" "$tree"
    say "building Kubernetes $KUBERNETES; log: $work/make.log"
    (
        cd "$tree" || exit
        export GOPATH=$work CGO_ENABLED=0 GOFLAGS='' GOPROXY=off
        export KUBE_GIT_VERSION=v$KUBERNETES KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20
        export KUBE_GIT_TREE_STATE=clean KUBE_GIT_COMMIT=debian
        exec nice make WHAT="${KUBERNETES_PROGRAMS[*]/#/cmd/}" </dev/null >"$work/make.log" 2>&1
    ) &
    kubernetes_watch $! "$tree/_output/local/go/bin"

    rm -rf "$new"
    mkdir -p "$new"
    local program
    for program in "${KUBERNETES_PROGRAMS[@]}"; do
        cp "$tree/_output/local/go/bin/$program" "$new/"
    done
    rm -rf "$KUBERNETES_CACHE"
    mv "$new" "$KUBERNETES_CACHE"
    # The module cache below GOPATH is read-only to its owner.
    chmod -R u+w "$work"
    rm -rf "$work"
}

# kubernetes_source WORK TREE : downloads and unpacks; a tree that is there under its name is whole.
kubernetes_source() {
    local work=$1 tree=$2 dsc
    [[ ! -d $tree ]] || return 0
    say "fetching Debian's source package kubernetes"
    mkdir -p "$work/source"
    bookworm_lines deb-src >"$work/source/sources.list"
    (
        cd "$work/source"
        apt_aside "$PWD" apt-get -qq update &&
            apt_aside "$PWD" apt-get -qq source --download-only kubernetes
    ) >"$work/fetch.log" 2>&1 || { log_tail "$work/fetch.log"; die "the source package kubernetes could not be fetched" "is the Debian mirror reachable?"; }
    dsc=$(find "$work/source" -maxdepth 1 -name 'kubernetes_*.dsc' | sort -V | tail -n1)
    [[ $dsc == *really$KUBERNETES-* || $dsc == *_$KUBERNETES-* ]] ||
        die "Debian's kubernetes is now ${dsc##*/}, the lab expects $KUBERNETES" "change KUBERNETES in deploy/lab/lib/settings.sh"
    rm -rf "$tree.new"
    mkdir -p "${tree%/*}"
    dpkg-source --no-check -x "$dsc" "$tree.new" >>"$work/fetch.log" 2>&1 || { log_tail "$work/fetch.log"; die "$dsc does not unpack"; }
    mv "$tree.new" "$tree"
}

# kubernetes_watch PID BINDIR : shows that it goes on, and where it is.
kubernetes_watch() {
    local pid=$1 bin=$2 began=$SECONDS shown=0 line every=30
    [[ ! -t 2 ]] || every=2
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        [[ $((SECONDS - shown)) -ge $every ]] || continue
        shown=$SECONDS
        line=$(printf '%d:%02d  %s of %s programs  %s' $(((SECONDS - began) / 60)) $(((SECONDS - began) % 60)) \
            "$(find "$bin" -maxdepth 1 -name 'kube*' 2>/dev/null | wc -l)" "${#KUBERNETES_PROGRAMS[@]}" "$(kubernetes_now)")
        if [[ -t 2 ]]; then printf '\r\033[K  %s' "${line:0:76}" >&2; else say "  $line"; fi
        [[ $((SECONDS - began)) -lt 2400 ]] || { kill "$pid"; die "the build is not done after 40 minutes" "see $CACHE/build/make.log"; }
    done
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
    wait "$pid" || { log_tail "$CACHE/build/make.log" 30; die "Kubernetes did not build" "the whole log: $CACHE/build/make.log"; }
}

# kubernetes_now : the package the compiler or linker has in hand.
kubernetes_now() {
    local pid words
    while read -r pid; do
        words=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)
        case $words in
            */compile\ *' -p '*) words=${words##* -p }; echo "${words%% *}"; return ;;
            */link\ *) echo "linking"; return ;;
        esac
    done <"$WORK_GROUP/cgroup.procs"
    echo "working"
}
