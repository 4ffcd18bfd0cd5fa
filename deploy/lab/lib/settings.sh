# Names, numbers and places of the lab. Nothing else decides about them.
# shellcheck shell=bash disable=SC2034

LAB_RUN=/run/mailconsole-lab                # sockets, pids, certificates, kubeconfig: gone after "down"
LAB_VAR=/var/lib/mailconsole-lab            # etcd, containers, volumes, logs: gone after "down"
LAB_BIN=$LAB_RUN/bin
LAB_LOCK=/run/lock/mailconsole-lab.lock
CACHE=${MAILCONSOLE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mailconsole}
SITE_ENV=$DEPLOY/overlays/lab/site/site.env

NODE=mail-node                              # its name in Kubernetes
NODE_NS=mc-node                             # its network namespace
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
POD_NET=10.42.0.0/24
SERVICE_NET=10.43.0.0/16
SERVICE_FIRST=10.43.0.1

KUBERNETES=1.20.2                           # what Debian 12's source package "kubernetes" holds
KUBERNETES_PROGRAMS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)
KUBECTL_OLDEST=27                           # 1.27: the first with the Kustomize these manifests need

MAIL_DOMAIN=gaudy.test
MAIL_HOST=mail.gaudy.test
