# Container images, built from the very Containerfiles that production uses. An archive in the cache is
# named by the hash of everything it is made from, so that a change builds anew and nothing else does.
# shellcheck shell=bash

IMAGE_CACHE=$CACHE/images
DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim
# One image a role. Each stands on the same base, and holds that as the same layer. What "lab up" needs, and what "lab web" adds.
POD_ROLES=(postfix dovecot rspamd redis clamav unbound mta-sts postfix-exporter probe backup)
WEB_ROLES=(web sogo postgres memcached)
ROLES=("${POD_ROLES[@]}" "${WEB_ROLES[@]}")
declare -A IMAGE_KEY=()

# files_hash PATH... : 16 digits over names, modes and contents.
files_hash() {
    (cd "$DEPLOY" && find "$@" -type f -printf '%m %p\n' | LC_ALL=C sort -k2 |
        while read -r mode path; do echo "$mode $path $(sha256sum <"$path")"; done) | sha256sum | cut -c1-16
}

# role_sources ROLE : what its image is made from, the shipped configuration it is linted with included.
role_sources() {
    printf '%s\n' "images/$1" images/site.test
    [[ ! -d $DEPLOY/base/mail/$1 ]] || echo "base/mail/$1"
    [[ $1 != dovecot ]] || printf '%s\n' base/mail/sieve components/oauth2
    [[ $1 != sogo ]] || echo components/webmail-sogo/sogo
}

images_names() {
    [[ -z ${BASE_KEY-} ]] || return 0
    local role sources
    mirrors_find
    DEBIAN_KEY=$(bookworm_lines deb | sha256sum | cut -c1-16)
    BASE_KEY=$(echo "$DEBIAN_KEY $(files_hash images/base)" | sha256sum | cut -c1-16)
    for role in "${ROLES[@]}"; do
        mapfile -t sources < <(role_sources "$role")
        IMAGE_KEY[$role]=$(echo "$BASE_KEY $(files_hash "${sources[@]}")" | sha256sum | cut -c1-16)
    done
    IMAGE_KEY[pause]=$(files_hash images/pause)
    PAUSE_ARCHIVE=$(image_archive pause)
}

image_name() { echo "localhost/mailconsole/$1:${IMAGE_KEY[$1]}"; }
image_archive() { echo "$IMAGE_CACHE/$1-${IMAGE_KEY[$1]}.tar"; }

# images_ensure ROLE...
images_ensure() {
    local role
    images_names
    mkdir -p "$IMAGE_CACHE"
    [[ -s $PAUSE_ARCHIVE ]] || pause_build
    for role; do
        [[ -s $(image_archive "$role") ]] || role_build "$role"
    done
    images_prune
}

# images_prune : of each role the two archives used last, whose image the builder keeps too: this checkout's and
# the one before it. An archive's time is that of its last use.
images_prune() {
    local role number file files=()
    for role in pause "${ROLES[@]}"; do
        touch -c "$(image_archive "$role")"
        mapfile -t files < <(find "$IMAGE_CACHE" -maxdepth 1 -regextype posix-extended -regex ".*/$role-[0-9a-f]{16}\.tar" -printf '%T@ %p\n' | sort -rn | cut -d' ' -f2-)
        for ((number = 2; number < ${#files[@]}; number++)); do
            file=${files[number]}
            rm -f "$file"
            builder rmi "localhost/mailconsole/$role:$(basename "${file##*-}" .tar)" >/dev/null 2>&1 || true
        done
    done
}

# Mounts that buildah makes end with this process, also when it is killed.
# shellcheck disable=SC2034
builder() {
    BUILDAH_ISOLATION=chroot STORAGE_DRIVER=overlay \
        unshare --mount --propagation private nice buildah --root "$CACHE/buildah" --runroot "$LAB_RUN/buildah" "$@" </dev/null
}

# build_log NAME COMMAND... : quiet when it goes well.
build_log() {
    local log=$IMAGE_CACHE/$1.log
    shift
    "$@" >"$log" 2>&1 || { log_tail "$log" 25; die "an image did not build" "the whole log: $log"; }
}

image_there() { builder inspect --type image "$1" >/dev/null 2>&1; }

# archive IMAGE FILE : under a temporary name first.
archive() {
    rm -f "$2.new"
    build_log push builder push "$1" "oci-archive:$2.new:$1"
    mv "$2.new" "$2"
}

debian_build() {
    local tar=$IMAGE_CACHE/debian-$DEBIAN_KEY.tar container
    if [[ ! -s $tar ]]; then
        say "making $DEBIAN_IMAGE with mmdebstrap"
        bookworm_lines deb >"$IMAGE_CACHE/debian.list"
        build_log debian nice mmdebstrap --variant=minbase --mode=root \
            --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
            --dpkgopt='path-exclude=/usr/share/locale/*' \
            bookworm "$tar.new.tar" "$IMAGE_CACHE/debian.list"
        mv "$tar.new.tar" "$tar"
    fi
    container=$(builder from scratch)
    build_log debian-add builder add "$container" "$tar" /
    builder config --cmd /bin/bash "$container"
    build_log debian-commit builder commit --quiet --rm "$container" "$DEBIAN_IMAGE"
}

base_build() {
    local image=localhost/mailconsole/base:$BASE_KEY
    ! image_there "$image" || return 0
    debian_build
    say "building the base image"
    build_log base builder bud --network host --pull-never --tag "$image" \
        --file "$DEPLOY/images/base/Containerfile" "$DEPLOY"
}

role_build() {
    local role=$1 arguments=()
    # No server of virus signatures can be reached from here: the image knows the EICAR test file alone.
    [[ $role != clamav ]] || arguments=(--build-arg SIGNATURES=eicar)
    base_build
    say "building the image $role; its test stage lints what is shipped for it"
    build_log "$role" builder bud --network host --pull-never --tag "$(image_name "$role")" \
        --build-arg "BASE=localhost/mailconsole/base:$BASE_KEY" "${arguments[@]}" \
        --file "$DEPLOY/images/$role/Containerfile" "$DEPLOY"
    archive "$(image_name "$role")" "$(image_archive "$role")"
}

pause_build() {
    local context
    context=$(mktemp -d)
    cc -Os -static -o "$context/pause" "$DEPLOY/images/pause/pause.c"
    build_log pause builder bud --pull-never --tag "$(image_name pause)" --file "$DEPLOY/images/pause/Containerfile" "$context"
    rm -rf "$context"
    archive "$(image_name pause)" "$PAUSE_ARCHIVE"
}

# images_import ROLE...
images_import() {
    local role
    for role; do image_import "$role"; done
}

# roles_built : those that have an archive now.
roles_built() {
    local role
    images_names
    for role in "${ROLES[@]}"; do
        [[ ! -s $(image_archive "$role") ]] || echo "$role"
    done
}

# image_import ROLE : under its hash, and as ":lab", the name the manifests use.
image_import() {
    local name=localhost/mailconsole/$1 key=${IMAGE_KEY[$1]}
    if ! containers images ls -q "name==$name:$key" | grep -q .; then
        containers images import "$(image_archive "$1")" >"$NODE_VAR/log/import-$1.log" 2>&1 ||
            { log_tail "$NODE_VAR/log/import-$1.log"; die "image $name could not be imported" "remove $(image_archive "$1") and run up again"; }
    fi
    containers images tag --force "$name:$key" "$name:lab" >/dev/null
}

# pods_renew NAMESPACE KIND/NAME : takes away the pods of an object in which a container runs another image than ":lab"
# names by now, and waits for the next ones. Nothing in the object changes when an image alone does, so neither apply nor
# the cluster would.
pods_renew() {
    local pod stale
    mapfile -t stale < <(pods_stale "$1" "${2#*/}")
    [[ ${#stale[@]} -gt 0 ]] || return 0
    for pod in "${stale[@]}"; do
        say "pod $pod runs an image of before: taking it away"
        admin delete pod "$pod" --namespace "$1" --timeout=240s >/dev/null
    done
    admin rollout status "$2" --namespace "$1" --timeout=180s >/dev/null
}

# pods_stale NAMESPACE NAME : their names. A pod tells its images by the digest of their configuration.
pods_stale() {
    local pod image id
    declare -A now=()
    while read -r pod image id; do
        image=${image%:*}
        [[ -n ${now[$image]-} ]] || now[$image]=$(image_configuration "$image:lab")
        [[ $id == *"${now[$image]}" ]] || echo "$pod"
    done < <(admin get pods --namespace "$1" --selector "app.kubernetes.io/name=$2" --output go-template --template \
        '{{range .items}}{{$pod := .metadata.name}}{{range .status.containerStatuses}}{{$pod}} {{.image}} {{.imageID}}{{"\n"}}{{end}}{{end}}') | sort -u
}

# image_configuration NAME : the digest of its configuration, out of the manifest its name points to.
image_configuration() {
    local manifest
    manifest=$(containers images ls "name==$1" | awk 'NR == 2 { print $3 }')
    containers content get "$manifest" | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["config"]["digest"])'
}

containers() { ctr --address "$NODE_RUN/containerd/containerd.sock" --namespace k8s.io "$@" </dev/null; }
