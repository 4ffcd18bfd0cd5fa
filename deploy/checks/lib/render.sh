# What kubectl makes of the overlays.
# shellcheck shell=bash

OVERLAYS=(production production/platform production/web production/web-sso)

# render_all FOLDER : one file an overlay.
render_all() {
    local overlay kubectl
    kubectl=$(kubectl_here)
    for overlay in "${OVERLAYS[@]}"; do
        "$kubectl" kustomize "$DEPLOY/overlays/$overlay" >"$1/${overlay//\//-}.yaml"
    done
}

# kubectl_here : a kubectl that is new enough, found or fetched as the lab does it.
kubectl_here() {
    (
        # shellcheck source=/dev/null
        . "$DEPLOY/lab/lib/say.sh"
        # shellcheck source=/dev/null
        . "$DEPLOY/lab/lib/settings.sh"
        # shellcheck source=/dev/null
        . "$DEPLOY/lab/lib/debian.sh"
        # shellcheck source=/dev/null
        . "$DEPLOY/lab/lib/kubectl.sh"
        kubectl_find || kubectl_fetch >&2
        echo "$KUBECTL"
    )
}
