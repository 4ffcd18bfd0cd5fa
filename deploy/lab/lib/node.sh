# A node: containerd, kubelet, kube-proxy; and on the first one etcd and the control plane. Each daemon is started
# when it does not run, and then has to answer before the next one is touched. Which node: the variables in settings.sh.
# shellcheck shell=bash

API=https://$ADMIN_NODE:6443
CONF=$NODE_RUN/conf
NODE_DAEMONS=(kubelet proxy containerd mounts)
CONTROL_DAEMONS=(scheduler controller-manager apiserver etcd)

containers_up() {
    mkdir -p "$CONF" "$NODE_VAR/log" "$NODE_RUN/containerd"
    groups_make "$NODE_GROUP"
    sysctl_remember
    node_config
    mounts_up
    containerd_up
}

node_up() {
    control_config
    etcd_up
    apiserver_up
    managers_up
    kubelet_up
    proxy_up
}

node_program() { echo "$LAB_BIN/kubernetes/$1"; }

# in_node NAME COMMAND... : a daemon on the node's network.
in_node() {
    local name=$1
    shift
    daemon_start "$name$NODE_MARK" nsenter --net="/run/netns/$NODE_NS" -- "$@"
}

# in_node_mounts : the same, with the node's view of the file system.
in_node_mounts() {
    local name=$1 pid
    shift
    pid=$(mounts_pid) || die "the node's mount namespace is gone" "deploy/lab/lab down, then up"
    daemon_start "$name$NODE_MARK" nsenter --net="/run/netns/$NODE_NS" --mount="/proc/$pid/ns/mnt" -- "$@"
}

# mounts_pid : any process that lives in that view; containers' shims keep it when all daemons are gone.
mounts_pid() {
    local name pid
    for name in mounts containerd kubelet; do
        daemon_pid "$name$NODE_MARK" && return
    done
    for pid in $(group_pids "$LAB_GROUP/daemons/containerd$NODE_MARK"); do
        [[ -e /proc/$pid/ns/mnt ]] && echo "$pid" && return
    done
    return 1
}

mounts_up() {
    local pid name=mounts$NODE_MARK
    daemon_running "$name" && [[ -e $NODE_RUN/mounts-ready ]] && return
    if ! daemon_running "$name" && pid=$(mounts_pid); then
        daemon_start "$name" nsenter --mount="/proc/$pid/ns/mnt" -- sleep infinity
    else
        daemon_stop "$name"
        rm -f "$NODE_RUN/mounts-ready"
        mkdir -p /run/netns
        daemon_start "$name" unshare --mount --propagation private -- "$LAB_HOME/lib/node-mounts" "$NODE_RUN" "$NODE_VAR" "$LAB_VAR"
    fi
    daemon_expect "$name" 10 test -e "$NODE_RUN/mounts-ready"
}

etcd_up() {
    in_node etcd etcd --name lab --data-dir "$LAB_VAR/etcd" --unsafe-no-fsync \
        --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
        --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
        --initial-cluster lab=http://127.0.0.1:2380 --logger zap --log-level warn
    daemon_expect etcd 30 listens 127.0.0.1 2379
}

apiserver_up() {
    in_node apiserver "$(node_program kube-apiserver)" \
        --etcd-servers=http://127.0.0.1:2379 --bind-address="$ADMIN_NODE" --advertise-address="$ADMIN_NODE" --secure-port=6443 \
        --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" \
        --client-ca-file="$PKI/cluster-ca.crt" --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
        --kubelet-client-certificate="$PKI/apiserver-client.crt" --kubelet-client-key="$PKI/apiserver-client.key" \
        --kubelet-certificate-authority="$PKI/cluster-ca.crt" --kubelet-preferred-address-types=InternalIP \
        --service-cluster-ip-range="$SERVICE_NET" --service-account-issuer=https://kubernetes.default.svc \
        --service-account-key-file="$PKI/accounts.pub" --service-account-signing-key-file="$PKI/accounts.key" \
        --anonymous-auth=false --profiling=false --v=1
    daemon_expect apiserver 60 admin get --raw /readyz
}

managers_up() {
    in_node controller-manager "$(node_program kube-controller-manager)" \
        --kubeconfig="$CONF/controller-manager" --authentication-kubeconfig="$CONF/controller-manager" \
        --authorization-kubeconfig="$CONF/controller-manager" --bind-address=127.0.0.1 --port=0 \
        --use-service-account-credentials --service-account-private-key-file="$PKI/accounts.key" --root-ca-file="$PKI/cluster-ca.crt" \
        --cluster-cidr="$CLUSTER_NET" --leader-elect=false --profiling=false --v=1
    in_node scheduler "$(node_program kube-scheduler)" \
        --kubeconfig="$CONF/scheduler" --authentication-kubeconfig="$CONF/scheduler" \
        --authorization-kubeconfig="$CONF/scheduler" --bind-address=127.0.0.1 --port=0 --leader-elect=false --v=1
}

containerd_up() {
    in_node_mounts containerd containerd --config "$CONF/containerd.toml"
    daemon_expect "containerd$NODE_MARK" 20 containers version
}

kubelet_up() {
    in_node_mounts kubelet "$(node_program kubelet)" \
        --config="$CONF/kubelet.yaml" --kubeconfig="$CONF/kubelet" --root-dir="$NODE_VAR/kubelet" \
        --hostname-override="$NODE" --node-ip="$NODE_ADDRESS" \
        --container-runtime=remote --container-runtime-endpoint="unix://$NODE_RUN/containerd/containerd.sock" --v=1
    # The API remembers "Ready" for a while after a kubelet has gone: ask both.
    daemon_expect "kubelet$NODE_MARK" 30 listens "$NODE_ADDRESS" 10250
    daemon_expect "kubelet$NODE_MARK" 60 node_ready
}

# listens ADDRESS PORT : inside the node's network.
listens() { in_ns "$NODE_NS" ss -Hltn "src $1 and sport = :$2" | grep -q .; }

node_ready() {
    [[ $(admin get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

proxy_up() {
    in_node proxy "$(node_program kube-proxy)" --config="$CONF/proxy.yaml" --hostname-override="$NODE" --v=1
    daemon_expect "proxy$NODE_MARK" 20 in_ns "$NODE_NS" iptables -w -t nat -n -L KUBE-SERVICES
}

# The kubelet sets these for the whole machine; "down" puts them back.
NODE_SYSCTLS=(vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes)

sysctl_remember() {
    [[ -e $LAB_VAR/sysctl.before ]] || { sysctl "${NODE_SYSCTLS[@]}" 2>/dev/null >"$LAB_VAR/sysctl.new" && mv "$LAB_VAR/sysctl.new" "$LAB_VAR/sysctl.before"; }
}

sysctl_restore() { [[ ! -s $LAB_VAR/sysctl.before ]] || sysctl -q -p "$LAB_VAR/sysctl.before" >/dev/null 2>&1 || true; }

control_config() {
    local component
    for component in controller-manager scheduler; do
        kubeconfig "$CONF/$component" "$API" "$component" "$component"
    done
    [[ -s $LAB_RUN/kubeconfig ]] || kubeconfig "$LAB_RUN/kubeconfig" "$API" mailconsole-lab-admin admin
}

node_config() {
    local file
    kubeconfig "$CONF/proxy" "$API" proxy proxy
    kubeconfig "$CONF/kubelet" "$API" kubelet "kubelet$NODE_MARK"
    for file in containerd.toml kubelet.yaml proxy.yaml cni.conflist; do
        # Only the lab's own names are put in; the templates hold no other @.
        sed -e "s|@RUN@|$NODE_RUN|g; s|@VAR@|$NODE_VAR|g; s|@PKI@|$PKI|g; s|@CONF@|$CONF|g" \
            -e "s|@NODE_ADDRESS@|$NODE_ADDRESS|g; s|@POD_NET@|$POD_NET|g; s|@CLUSTER_NET@|$CLUSTER_NET|g" \
            -e "s|@GROUP@|$NODE_GROUP|g; s|@MARK@|$NODE_MARK|g" \
            "$LAB_HOME/config/$file" >"$CONF/$file.new"
        mv "$CONF/$file.new" "$CONF/$file"
    done
    mkdir -p "$CONF/cni"
    cp "$CONF/cni.conflist" "$CONF/cni/10-lab.conflist"
    # A pod that asks for the node's resolver gets the lab's.
    printf 'nameserver %s\noptions trust-ad edns0\n' "$DNS_RESOLVER" >"$CONF/resolv.conf"
}
