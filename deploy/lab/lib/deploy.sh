# By hand what the console's runbook "ms-3" does, with the console's own rights.
# shellcheck shell=bash

lab_deploy() {
    kubectl_find || die "no kubectl" "deploy/lab/lab up"
    node_ready || die "the node is not ready" "deploy/lab/lab up"
    # What became of each object matters when one is refused; the errors are told as they come.
    console apply --server-side --field-manager=mailconsole -k "$DEPLOY/overlays/lab" >"$LAB_VAR/log/deploy.log"
    console rollout status daemonset/mail -n mail --timeout=180s >/dev/null || {
        console get pods -n mail -o wide >&2
        console get events -n mail --sort-by=.lastTimestamp | tail -n 12 >&2
        die "the mail pod did not become ready" "deploy/lab/lab kubectl -n mail describe pod"
    }
    pods_renew mail daemonset/mail
    console get pods -n mail -o wide
}
