# Two certificate authorities, made here and gone with the lab: one for the cluster, one that plays the
# public authority for mail.
# shellcheck shell=bash

PKI=$LAB_RUN/pki

certificates_ensure() {
    mkdir -p "$PKI"
    chmod 700 "$PKI"
    authority cluster "mailconsole lab cluster"
    authority mail "mailconsole lab public authority"
    local names="DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost"
    certificate cluster apiserver EC "/CN=kube-apiserver" "$names,IP:$ADMIN_NODE,IP:127.0.0.1,IP:$SERVICE_FIRST"
    certificate cluster apiserver-client EC "/O=system:masters/CN=kube-apiserver-kubelet-client"
    node_certificate
    certificate cluster controller-manager EC "/CN=system:kube-controller-manager"
    certificate cluster scheduler EC "/CN=system:kube-scheduler"
    certificate cluster proxy EC "/CN=system:kube-proxy"
    certificate cluster admin EC "/O=system:masters/CN=lab-admin"
    certificate mail mail-rsa RSA "/CN=$MAIL_HOST" "DNS:$MAIL_HOST"
    certificate mail mail-ecdsa EC "/CN=$MAIL_HOST" "DNS:$MAIL_HOST"
    # Signs service-account tokens.
    [[ -s $PKI/accounts.pub ]] || { key EC "$PKI/accounts.key" && openssl pkey -in "$PKI/accounts.key" -pubout -out "$PKI/accounts.pub"; }
}

# node_certificate : a kubelet's, with the name by which the API knows what it may touch.
node_certificate() {
    certificate cluster "kubelet$NODE_MARK" EC "/O=system:nodes/CN=system:node:$NODE" "DNS:$NODE,IP:$NODE_ADDRESS"
}

# key TYPE FILE
key() {
    (
        umask 077
        case $1 in
            EC) openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$2.new" ;;
            RSA) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out "$2.new" ;;
        esac
        # Kubernetes 1.20 reads the older form of an EC key.
        if [[ $1 == EC ]]; then openssl ec -in "$2.new" -out "$2.new" 2>/dev/null; fi
        mv "$2.new" "$2"
    )
}

good_for_a_week() { openssl x509 -in "$1" -noout -checkend 604800 >/dev/null 2>&1; }

authority() {
    local name=$PKI/$1-ca
    [[ -s $name.key ]] && good_for_a_week "$name.crt" && return
    key EC "$name.key"
    openssl req -x509 -new -key "$name.key" -sha256 -days 3650 -subj "/CN=$2" \
        -addext keyUsage=critical,keyCertSign,cRLSign -out "$name.crt.new"
    mv "$name.crt.new" "$name.crt"
}

# certificate AUTHORITY NAME TYPE SUBJECT [ALTERNATIVE NAMES]
certificate() {
    local ca=$PKI/$1-ca name=$PKI/$2
    [[ -s $name.key ]] && good_for_a_week "$name.crt" &&
        openssl verify -CAfile "$ca.crt" "$name.crt" >/dev/null 2>&1 && return
    key "$3" "$name.key"
    {
        echo "keyUsage = critical, digitalSignature, keyEncipherment"
        echo "extendedKeyUsage = serverAuth, clientAuth"
        [[ -z ${5-} ]] || echo "subjectAltName = $5"
    } >"$name.ext"
    openssl req -new -key "$name.key" -subj "$4" -out "$name.csr"
    openssl x509 -req -in "$name.csr" -CA "$ca.crt" -CAkey "$ca.key" -set_serial "0x$(openssl rand -hex 16)" \
        -days 90 -sha256 -extfile "$name.ext" -out "$name.crt.new" 2>/dev/null
    mv "$name.crt.new" "$name.crt"
    rm -f "$name.csr" "$name.ext"
}

# kubeconfig FILE SERVER CONTEXT CERTIFICATE : credentials of a component, everything inside the file.
kubeconfig() {
    (
        umask 077
        cat >"$1.new" <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: lab
    cluster: {server: "$2", certificate-authority-data: $(base64 -w0 "$PKI/cluster-ca.crt")}
users:
  - name: $3
    user: {client-certificate-data: $(base64 -w0 "$PKI/$4.crt"), client-key-data: $(base64 -w0 "$PKI/$4.key")}
contexts:
  - name: $3
    context: {cluster: lab, user: $3}
current-context: $3
YAML
    )
    mv "$1.new" "$1"
}
