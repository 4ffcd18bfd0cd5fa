# What a cluster administrator prepares before the console takes over.
# shellcheck shell=bash

cluster_up() {
    # Exactly one node has it (deploy/node/prepare), and mail may have moved.
    [[ -n $(admin get nodes --selector mailconsole/mail=true --output name) ]] || admin label --overwrite node "$NODE" mailconsole/mail=true >/dev/null
    admin apply --server-side --field-manager=platform -k "$DEPLOY/overlays/lab/platform" >"$LAB_VAR/log/platform.log" 2>&1 ||
        { log_tail "$LAB_VAR/log/platform.log"; die "deploy/overlays/lab/platform could not be applied"; }
    tls_secret mail-tls-rsa mail-rsa
    tls_secret mail-tls-ecdsa mail-ecdsa
    secrets_apply
    oauth2_apply
    account_token mailconsole
    account_token mailconsole-reader
    console_kubeconfig
    within 20 console auth can-i create pods --subresource=exec -n mail || die "the console's service account cannot use the cluster" "see: deploy/lab/lab kubectl -n mail describe role mailconsole"
}

# tls_secret NAME CERTIFICATE : what cert-manager keeps in production.
tls_secret() {
    admin create secret tls "$1" --namespace mail --cert="$PKI/$2.crt" --key="$PKI/$2.key" --dry-run=client --output=yaml |
        admin apply --server-side --force-conflicts --field-manager=lab -f - >/dev/null
}

# account_token ACCOUNT : a long-lived token, asked for by name; newer servers make none by themselves.
account_token() {
    admin apply --server-side --field-manager=lab -f - >/dev/null <<YAML
apiVersion: v1
kind: Secret
metadata:
  name: $1-token
  namespace: mail
  annotations: {kubernetes.io/service-account.name: $1}
type: kubernetes.io/service-account-token
YAML
    within 20 account_token_value "$1" || die "no token appears for the service account $1" "is controller-manager well? its log: $(daemon_log controller-manager)"
}

account_token_value() {
    local token
    token=$(admin get secret "$1-token" --namespace mail --output 'jsonpath={.data.token}' | base64 -d)
    [[ -n $token ]] && echo "$token"
}

# The console first: what it may not do must show in the lab, not in production.
console_kubeconfig() {
    (
        umask 077
        cat >"$LAB_RUN/kubeconfig.new" <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: lab
    cluster: {server: "$API", certificate-authority-data: $(base64 -w0 "$PKI/cluster-ca.crt")}
users:
  - name: mailconsole
    user: {token: $(account_token_value mailconsole)}
  - name: mailconsole-reader
    user: {token: $(account_token_value mailconsole-reader)}
  - name: admin
    user: {client-certificate-data: $(base64 -w0 "$PKI/admin.crt"), client-key-data: $(base64 -w0 "$PKI/admin.key")}
contexts:
  - name: mailconsole-lab
    context: {cluster: lab, user: mailconsole, namespace: mail}
  - name: mailconsole-lab-reader
    context: {cluster: lab, user: mailconsole-reader, namespace: mail}
  - name: mailconsole-lab-admin
    context: {cluster: lab, user: admin, namespace: mail}
current-context: mailconsole-lab
YAML
    )
    mv "$LAB_RUN/kubeconfig.new" "$LAB_RUN/kubeconfig"
}
