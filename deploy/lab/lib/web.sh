# The namespace mail-web: webmail, MTA-STS policy, client profiles; and the edge that stands in for the ingress.
# An administrator's work, as the console's account has no rights there.
# shellcheck shell=bash

WEB_NAMES=(webmail mta-sts autoconfig autodiscover)

# lab_web : applies what it needs and waits until it serves; does nothing to what is there already.
lab_web() {
    kubectl_find || die "no kubectl" "deploy/lab/lab up"
    node_ready || die "the node is not ready" "deploy/lab/lab up"
    packages_ensure yes "${PROOF_PACKAGES[@]}"
    stage "images of the web" images_ensure "${WEB_ROLES[@]}"
    images_import "${WEB_ROLES[@]}"
    mkdir -p "$LAB_VAR"/volumes/{webmail,state/webmail-backup}
    web_secrets
    admin apply --server-side --force-conflicts --field-manager=platform -k "$DEPLOY/overlays/lab/web" >/dev/null
    admin apply --server-side --force-conflicts --field-manager=platform -k "$DEPLOY/overlays/lab/edge" >/dev/null
    web_wait mail-web web
    web_wait mail-web webmail
    web_wait kube-system edge
    pods_renew mail-web deployment/web
    pods_renew mail-web deployment/webmail
    pods_renew kube-system deployment/edge
}

web_secrets() {
    local names=("${WEB_NAMES[@]/%/.$MAIL_DOMAIN}") list
    list=$(printf ',DNS:%s' "${names[@]}")
    certificate mail edge EC "/CN=${names[0]}" "${list#,}"
    "$DEPLOY/secrets/webmail" "$SECRETS/webmail"
    web_apply kube-system secret tls edge-tls --cert="$PKI/edge.crt" --key="$PKI/edge.key"
    web_apply mail-web secret generic webmail-database --from-file="$SECRETS/webmail/password" --from-file="$SECRETS/webmail/dump-password"
    web_apply mail-web secret generic webmail-backup --from-env-file="$SECRETS/backup.env"
    web_apply mail-web configmap lab-internet --from-file="authority.crt=$NET_CONF/public-authorities.crt"
}

# web_apply NAMESPACE KIND... : an object made of files.
web_apply() {
    admin create "${@:2}" --namespace "$1" --dry-run=client --output=yaml |
        admin apply --server-side --force-conflicts --field-manager=lab -f - >/dev/null
}

web_wait() {
    admin rollout status "deployment/$2" --namespace "$1" --timeout=180s >/dev/null || {
        admin get pods --namespace "$1" --output wide >&2
        admin get events --namespace "$1" --sort-by=.lastTimestamp | tail -n 12 >&2
        die "$2 in $1 did not become ready" "deploy/lab/lab kubectl -n $1 describe pod"
    }
}
