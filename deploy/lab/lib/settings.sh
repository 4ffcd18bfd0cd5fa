# Names, numbers and places of the lab. Nothing else decides about them.
# shellcheck shell=bash disable=SC2034

LAB_RUN=/run/mailconsole-lab                # sockets, pids, certificates, kubeconfig: gone after "down"
LAB_VAR=/var/lib/mailconsole-lab            # etcd, containers, volumes, logs: gone after "down"
LAB_BIN=$LAB_RUN/bin
LAB_LOCK=/run/lock/mailconsole-lab.lock
CACHE=${MAILCONSOLE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mailconsole}
SITE_ENV=$DEPLOY/overlays/lab/site/site.env

# The node. These are the values of the first one; "on_second" (second.sh) has others for all that it calls.
NODE=mail-node                              # its name in Kubernetes
NODE_NS=mc-node                             # its network namespace
NODE_RUN=$LAB_RUN                           # what it has below /run and /var/lib
NODE_VAR=$LAB_VAR
NODE_GROUP=mailconsole-lab                  # the control group above its pods
NODE_MARK=                                  # behind the names of its daemons
NET_NS=mc-internet                          # everything that is not the node

# Addresses: RFC 5737 for the pretended public networks, RFC 2544 (benchmarking) for administration,
# as a machine's own network may well use a documentation prefix.
NODE_ADDRESS=203.0.113.10
NODE_GATEWAY=203.0.113.1
ADMIN_HERE=198.18.255.1                     # root namespace
ADMIN_NODE=198.18.255.2                     # apiserver
INTERNET=198.51.100.0/24
DNS_AUTHORITY=198.51.100.53
DNS_RESOLVER=198.51.100.54
VANTAGE=198.51.100.200                      # where probes from off the net come from
ACME_ADDRESS=198.51.100.70                  # acme.test
S3_ADDRESS=198.51.100.71                    # s3.test
SSO_ADDRESS=198.51.100.72                   # sso.test
POLICY_ADDRESS=198.51.100.86                # serves the MTA-STS policies of the receivers
CROWD=198.19.0.0/17                         # everybody else: machines with addresses nobody has seen (RFC 2544)
# The same in IPv6 (RFC 3849). Administration, pods and services have IPv4 alone.
NODE_ADDRESS6=2001:db8:113::10
NODE_GATEWAY6=2001:db8:113::1
INTERNET6=2001:db8:100::/48
DNS_AUTHORITY6=2001:db8:100::53
DNS_RESOLVER6=2001:db8:100::54
VANTAGE6=2001:db8:100::200
CROWD6=2001:db8:8000::/33                   # each machine in a /48 of its own, as limits count networks
POD_NET=10.42.0.0/24
CLUSTER_NET=10.42.0.0/16                    # the pods of every node
SERVICE_NET=10.43.0.0/16
SERVICE_FIRST=10.43.0.1

# The second node, of "lab node add", and the cable between the two. Beside the second the first is called FIRST_.
FIRST_NS=$NODE_NS
FIRST_ADDRESS=$NODE_ADDRESS
FIRST_POD_NET=$POD_NET
SECOND_NODE=mail-node-2
SECOND_NS=mc-node-2
SECOND_ADDRESS=203.0.113.11
SECOND_POD_NET=10.42.1.0/24
LAN_FIRST=198.18.255.5
LAN_SECOND=198.18.255.6

KUBERNETES=1.20.2                           # what Debian 12's source package "kubernetes" holds
KUBERNETES_PROGRAMS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)
KUBECTL_OLDEST=27                           # 1.27: the first with the Kustomize these manifests need

MAIL_DOMAIN=gaudy.test
MAIL_HOST=mail.gaudy.test
