# By hand what the console's runbook "wave-2-mail-core" does, with the console's own rights.
# shellcheck shell=bash

lab_deploy() {
    kubectl_find || die "no kubectl" "deploy/lab/lab up"
    node_ready || die "the node is not ready" "deploy/lab/lab up"
    console apply --server-side -k "$DEPLOY/overlays/lab"
    console rollout status daemonset/mail -n mail --timeout=180s || {
        console get pods -n mail -o wide >&2
        console get events -n mail --sort-by=.lastTimestamp | tail -n 12 >&2
        die "the mail pod did not become ready" "deploy/lab/lab kubectl -n mail describe pod"
    }
    console get pods -n mail -o wide
}
