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
    address "$NET_NS" lo "$DNS_AUTHORITY" "$DNS_RESOLVER" "$VANTAGE"

    # Any address of the crowd can be taken by whoever wants to be somebody new.
    ip -n "$NET_NS" route replace local "$CROWD" dev lo
    node_routes
    # Of the first node alone: the second has no IPv6.
    network6_up
    firewall_up
}

# node_routes : where a node's packets go, and that it passes on those of its pods.
node_routes() {
    ip -n "$NODE_NS" route replace "$INTERNET" via "$NODE_GATEWAY" src "$NODE_ADDRESS"
    ip -n "$NODE_NS" route replace "$CROWD" via "$NODE_GATEWAY" src "$NODE_ADDRESS"
    # Never leaves: kube-proxy turns it round. It only has to be routable.
    ip -n "$NODE_NS" route replace "$SERVICE_NET" dev wan0 src "$NODE_ADDRESS"

    sysctl_in "$NODE_NS" net.ipv4.ip_forward=1
    sysctl_in "$NODE_NS" net.bridge.bridge-nf-call-iptables=1
}

# The cable to the internet and loopback speak IPv6; administration and pods do not. The node forwards none.
network6_up() {
    link6_up "$NODE_NS" lo
    link6_up "$NODE_NS" wan0
    link6_up "$NET_NS" lo
    link6_up "$NET_NS" node0
    address "$NODE_NS" wan0 "$NODE_ADDRESS6/64"
    address "$NET_NS" node0 "$NODE_GATEWAY6/64"
    address "$NET_NS" lo "$DNS_AUTHORITY6" "$DNS_RESOLVER6" "$VANTAGE6"
    ip -n "$NODE_NS" route replace "$INTERNET6" via "$NODE_GATEWAY6" src "$NODE_ADDRESS6"
    ip -n "$NODE_NS" route replace "$CROWD6" via "$NODE_GATEWAY6" src "$NODE_ADDRESS6"
    ip -n "$NET_NS" route replace local "$CROWD6" dev lo
    # A route is enough to be spoken to; to speak from an address IPv6 wants to be told.
    sysctl_in "$NET_NS" net.ipv6.ip_nonlocal_bind=1
}

# link6_up NAMESPACE LINK : addresses as they are given, without looking for others who have them.
link6_up() {
    local setting
    for setting in accept_ra=0 accept_dad=0 disable_ipv6=0; do sysctl_in "$1" "net.ipv6.conf.$2.$setting"; done
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
    # Links that come speak IPv4 alone, unless link6_up says otherwise.
    sysctl_in "$1" net.ipv6.conf.default.disable_ipv6=1
    ip -n "$1" link set lo up
}

ns_remove() {
    [[ -e /run/netns/$1 ]] || return 0
    ip netns delete "$1" 2>/dev/null || { umount --lazy "/run/netns/$1" 2>/dev/null || true; rm -f "/run/netns/$1"; }
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

# What production does with nftables on the node (deploy/node/nftables.conf): from the net, mail and web ports alone, and
# of ICMP what a host needs, which in IPv6 are also its neighbours.
firewall_up() {
    firewall_chain iptables icmp echo-request destination-unreachable time-exceeded parameter-problem
    firewall_chain ip6tables icmpv6 echo-request destination-unreachable packet-too-big time-exceeded parameter-problem \
        router-advertisement neighbour-solicitation neighbour-advertisement
}

# firewall_chain PROGRAM PROTOCOL TYPE...
firewall_chain() {
    local chain=mailconsole-lab filter=(in_ns "$NODE_NS" "$1" -w) protocol=$2 kind
    shift 2
    "${filter[@]}" -N $chain 2>/dev/null || "${filter[@]}" -F $chain
    "${filter[@]}" -A $chain -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
    for kind; do "${filter[@]}" -A $chain -p "$protocol" "--$protocol-type" "$kind" -j RETURN; done
    "${filter[@]}" -A $chain -p tcp -m multiport --dports 25,443,465,587,993 -j RETURN
    "${filter[@]}" -A $chain -j DROP
    "${filter[@]}" -C INPUT -i wan0 -j $chain 2>/dev/null || "${filter[@]}" -I INPUT -i wan0 -j $chain
}

network_shell() {
    local name
    case ${1-} in
        node) name=$NODE_NS ;;
        node-2) name=$SECOND_NS ;;
        internet) name=$NET_NS ;;
        *) die_usage "lab shell: node, node-2 or internet?" ;;
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
    for name in "$NODE_NS" "$SECOND_NS" "$NET_NS"; do ns_remove "$name"; done
    # "ip netns add" mounts this directory over itself; the last one out takes it down.
    [[ -n $(find /run/netns -mindepth 1 2>/dev/null | head -n1) ]] || umount /run/netns 2>/dev/null || true
}
