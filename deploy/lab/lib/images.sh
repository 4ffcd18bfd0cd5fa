# Container images, built from the very Containerfiles that production uses. An archive in the cache is
# named by the hash of everything it is made from, so that a change builds anew and nothing else does.
# shellcheck shell=bash

IMAGE_CACHE=$CACHE/images
DEBIAN_IMAGE=docker.io/library/debian:bookworm-slim

# files_hash PATH... : 16 digits over names, modes and contents.
files_hash() {
    (cd "$DEPLOY" && find "$@" -type f -printf '%m %p\n' | LC_ALL=C sort -k2 |
        while read -r mode path; do echo "$mode $path $(sha256sum <"$path")"; done) | sha256sum | cut -c1-16
}

images_names() {
    [[ -z ${POSTFIX_KEY-} ]] || return 0
    mirrors_find
    DEBIAN_KEY=$(bookworm_lines deb | sha256sum | cut -c1-16)
    BASE_KEY=$(echo "$DEBIAN_KEY $(files_hash images/base)" | sha256sum | cut -c1-16)
    POSTFIX_KEY=$(echo "$BASE_KEY $(files_hash images/postfix base/mail/postfix)" | sha256sum | cut -c1-16)
    PAUSE_KEY=$(files_hash images/pause)
    PAUSE_ARCHIVE=$IMAGE_CACHE/pause-$PAUSE_KEY.tar
    POSTFIX_ARCHIVE=$IMAGE_CACHE/postfix-$POSTFIX_KEY.tar
}

images_ensure() {
    images_names
    mkdir -p "$IMAGE_CACHE"
    [[ -s $PAUSE_ARCHIVE ]] || pause_build
    [[ -s $POSTFIX_ARCHIVE ]] || postfix_build
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

postfix_build() {
    local image=localhost/mailconsole/postfix:$POSTFIX_KEY
    base_build
    say "building the Postfix image; its test stage lints deploy/base/mail/postfix"
    build_log postfix builder bud --network host --pull-never --tag "$image" \
        --build-arg "BASE=localhost/mailconsole/base:$BASE_KEY" \
        --file "$DEPLOY/images/postfix/Containerfile" "$DEPLOY"
    archive "$image" "$POSTFIX_ARCHIVE"
}

pause_build() {
    local image=localhost/mailconsole/pause:$PAUSE_KEY context
    context=$(mktemp -d)
    cc -Os -static -o "$context/pause" "$DEPLOY/images/pause/pause.c"
    build_log pause builder bud --pull-never --tag "$image" --file "$DEPLOY/images/pause/Containerfile" "$context"
    rm -rf "$context"
    archive "$image" "$PAUSE_ARCHIVE"
}

images_import() {
    image_import pause "$PAUSE_KEY" "$PAUSE_ARCHIVE"
    image_import postfix "$POSTFIX_KEY" "$POSTFIX_ARCHIVE"
}

# image_import ROLE KEY ARCHIVE : under its hash, and as ":lab", the name the manifests use.
image_import() {
    local name=localhost/mailconsole/$1
    if ! containers images ls -q "name==$name:$2" | grep -q .; then
        containers images import "$3" >"$LAB_VAR/log/import-$1.log" 2>&1 ||
            { log_tail "$LAB_VAR/log/import-$1.log"; die "image $name could not be imported" "remove $3 and run up again"; }
    fi
    containers images tag --force "$name:$2" "$name:lab" >/dev/null
}

containers() { ctr --address "$LAB_RUN/containerd/containerd.sock" --namespace k8s.io "$@" </dev/null; }
