# Two network namespaces and two cables: node to internet, and node to this machine for administration.
# No default route anywhere: what is not named here cannot be reached.
# shellcheck shell=bash

network_up() {
    admin_net_free
    ns_ensure "$NODE_NS"
    ns_ensure "$NET_NS"
    cable_ensure "$NODE_NS" wan0 "$NET_NS" node0
    cable_ensure "" mc-admin0 "$NODE_NS" admin0

    address "$NODE_NS" wan0 "$NODE_ADDRESS/24"
    address "$NET_NS" node0 "$NODE_GATEWAY/24"
    address "" mc-admin0 "$ADMIN_HERE/30"
    address "$NODE_NS" admin0 "$ADMIN_NODE/30"
    address "$NET_NS" lo "$DNS_AUTHORITY/32" "$DNS_RESOLVER/32" "$VANTAGE/32"

    ip -n "$NODE_NS" route replace "$INTERNET" via "$NODE_GATEWAY" src "$NODE_ADDRESS"
    # Never leaves: kube-proxy turns it round. It only has to be routable.
    ip -n "$NODE_NS" route replace "$SERVICE_NET" dev wan0 src "$NODE_ADDRESS"

    sysctl_in "$NODE_NS" net.ipv4.ip_forward=1
    sysctl_in "$NODE_NS" net.bridge.bridge-nf-call-iptables=1
    firewall_up
}

# The machine itself may live in any network; the cable must not take one over.
admin_net_free() {
    local route
    route=$(ip -4 route show to match "$ADMIN_NODE" | grep -v -e '^default' -e 'dev mc-admin0' || true)
    [[ -z $route ]] || die "this machine already has a route to $ADMIN_NODE: $route" "change ADMIN_HERE and ADMIN_NODE in deploy/lab/lib/settings.sh"
}

# ns_there NAME : a killed "ip netns add" leaves an empty file, which is no namespace.
ns_there() { nsenter --net="/run/netns/$1" true 2>/dev/null; }

ns_ensure() {
    if ! ns_there "$1"; then
        ip netns delete "$1" 2>/dev/null || rm -f "/run/netns/$1"
        ip netns add "$1"
    fi
    sysctl_in "$1" net.ipv6.conf.all.disable_ipv6=1
    ip -n "$1" link set lo up
}

in_ns() { local name=$1; shift; nsenter --net="/run/netns/$name" -- "$@"; }
sysctl_in() { in_ns "$1" sysctl -q -w "$2"; }

# ip_in NAMESPACE ARGUMENT... : an empty name is this machine's own.
ip_in() { local name=$1; shift; if [[ -n $name ]]; then ip -n "$name" "$@"; else ip "$@"; fi; }

# cable_ensure NS1 LINK1 NS2 LINK2 : both ends are made where they belong, so half a cable cannot be left.
cable_ensure() {
    if ! { ip_in "$1" link show "$2" && ip_in "$3" link show "$4"; } >/dev/null 2>&1; then
        ip_in "$1" link delete "$2" 2>/dev/null || true
        ip_in "$3" link delete "$4" 2>/dev/null || true
        ip_in "$1" link add "$2" type veth peer name "$4" netns "$3"
    fi
    ip_in "$1" link set "$2" up
    ip_in "$3" link set "$4" up
}

address() {
    local name=$1 link=$2 one
    shift 2
    for one in "$@"; do ip_in "$name" address replace "$one" dev "$link"; done
}

# What production does with nftables on the node: from the net, mail and web ports alone.
firewall_up() {
    local chain=mailconsole-lab
    in_ns "$NODE_NS" iptables -w -N $chain 2>/dev/null || in_ns "$NODE_NS" iptables -w -F $chain
    in_ns "$NODE_NS" iptables -w -A $chain -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
    in_ns "$NODE_NS" iptables -w -A $chain -p icmp -j RETURN
    in_ns "$NODE_NS" iptables -w -A $chain -p tcp -m multiport --dports 25,443,465,587,993 -j RETURN
    in_ns "$NODE_NS" iptables -w -A $chain -j DROP
    in_ns "$NODE_NS" iptables -w -C INPUT -i wan0 -j $chain 2>/dev/null || in_ns "$NODE_NS" iptables -w -I INPUT -i wan0 -j $chain
}

network_shell() {
    local name
    case ${1-} in
        node) name=$NODE_NS ;;
        internet) name=$NET_NS ;;
        *) die_usage "lab shell: node or internet?" ;;
    esac
    shift
    ns_there "$name" || die "there is no namespace $name" "deploy/lab/lab up"
    if [[ $# -eq 0 ]]; then set -- "${SHELL:-/bin/bash}"; fi
    exec nsenter --net="/run/netns/$name" -- "$@"
}

# network_down : links go with their namespace; bridge, rules and pod cables too.
network_down() {
    local name
    ip link delete mc-admin0 2>/dev/null || true
    for name in "$NODE_NS" "$NET_NS"; do
        [[ -e /run/netns/$name ]] || continue
        ip netns delete "$name" 2>/dev/null || { umount --lazy "/run/netns/$name" 2>/dev/null || true; rm -f "/run/netns/$name"; }
    done
    # "ip netns add" mounts this directory over itself; the last one out takes it down.
    [[ -n $(find /run/netns -mindepth 1 2>/dev/null | head -n1) ]] || umount /run/netns 2>/dev/null || true
}
