# kubectl: the machine's own when it is new enough, else the one of Debian 13, unpacked into the cache.
# shellcheck shell=bash

kubectl_new_enough() {
    local minor
    minor=$("$1" version --client 2>/dev/null | sed -n 's/.*v1\.\([0-9]*\).*/\1/p' | head -n1)
    [[ ${minor:-0} -ge $KUBECTL_OLDEST ]]
}

# kubectl_find : sets KUBECTL, or fails.
kubectl_find() {
    local candidate
    for candidate in "$(type -P kubectl || true)" "$CACHE/kubectl/kubectl"; do
        # Resolved, as the lab's own link to it may be first on PATH.
        if [[ -x $candidate ]] && kubectl_new_enough "$candidate"; then
            KUBECTL=$(readlink -f "$candidate")
            return 0
        fi
    done
    return 1
}

kubectl_ensure() {
    kubectl_find || kubectl_fetch
    mkdir -p "$LAB_BIN"
    ln -sfn "$KUBECTL" "$LAB_BIN/kubectl"
}

kubectl_fetch() {
    local work=$CACHE/kubectl.new package
    say "no kubectl 1.$KUBECTL_OLDEST or later here: taking Debian 13's"
    rm -rf "$work"
    mkdir -p "$work/root"
    mirrors_find
    printf 'deb [signed-by=%s] %s trixie main\n' "$KEYRING" "$DEBIAN_MIRROR" >"$work/sources.list"
    (
        cd "$work"
        apt_aside "$PWD" apt-get -qq update
        # Debian 13 has it as "kubectl"; earlier it was part of kubernetes-client.
        for package in kubectl kubernetes-client; do
            apt_aside "$PWD" apt-get -qq download "$package/trixie" && break
        done
        dpkg-deb -x ./*.deb root
    ) >"$CACHE/kubectl.log" 2>&1 || { log_tail "$CACHE/kubectl.log"; die "kubectl could not be fetched" "put a kubectl 1.$KUBECTL_OLDEST or later on PATH"; }
    rm -rf "$CACHE/kubectl"
    mkdir -p "$CACHE/kubectl"
    mv "$work/root/usr/bin/kubectl" "$CACHE/kubectl/kubectl"
    chmod -R u+w "$work"
    rm -rf "$work"
    kubectl_find || die "the fetched $CACHE/kubectl/kubectl does not run"
}

# admin ARGUMENT... : kubectl with every right.  console ARGUMENT... : with those of the console.
admin() { "$KUBECTL" --kubeconfig "$LAB_RUN/kubeconfig" --context mailconsole-lab-admin "$@"; }
console() { "$KUBECTL" --kubeconfig "$LAB_RUN/kubeconfig" --context mailconsole-lab "$@"; }
