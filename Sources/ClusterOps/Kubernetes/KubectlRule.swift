internal import Runbooks

/// A rule by which a complaint of kubectl is recognised: who says it, why, and what helps.
///
/// The hop comes first: one and the same `connection refused` is of the API server, of a node's
/// kubelet or of a webhook, and the remedies differ.
struct KubectlRule: Sendable {
  /// Where on the way to the container it went wrong.
  enum Hop: String, Sendable, CaseIterable {
    case client
    case apiServer = "API server"
    case webhook
    case kubelet
    case container
  }

  let hop: Hop
  /// Texts that a line must all have; of a list in it, one.
  let signs: [[String]]
  let reason: OperationFailure.Reason
  /// What is wrong, on what.
  let message: String
  /// What to do next.
  let advice: String
  /// Whether nothing can have been done yet when it is said.
  var isBeforeAnything = true

  func matches(_ line: String) -> Bool {
    signs.allSatisfy { $0.contains { line.contains($0) } }
  }
}

extension KubectlRule {
  private static let dialling = [
    "connection refused", "i/o timeout", "no route to host", "network is unreachable",
    "connection reset", "no such host", "EOF", "502", "503", "deadline exceeded", "handshake",
    "x509", "No agent available", "tls:",
  ]

  /// The rules, in order: the first that fits wins, those that name a hop further on before those
  /// that any hop may cause. The texts are those of kubectl 1.20–1.34, client-go and k3s.
  static let all: [KubectlRule] = client + webhook + kubelet + container + apiServer + verbs

  /// Found wrong before anything left this machine.
  private static let client: [KubectlRule] = [
    KubectlRule(
      hop: .client,
      signs: [
        [
          "error: context \"", "error: stat ", "invalid configuration",
          "no configuration has been provided", "error loading config file",
          "connection to the server localhost:8080 was refused",
        ]
      ],
      reason: .unreachable,
      message: "the kubeconfig is missing or does not have the context",
      advice: "Check `kubernetes.kubeconfig` and `kubernetes.context` of the site."
    ),
    KubectlRule(
      hop: .client,
      signs: [["getting credentials: "]],
      reason: .unreachable,
      message:
        "the program that gives the credential failed, so the cluster does not know who we are",
      advice:
        "Run the `exec` command of the kubeconfig's user by hand; log in anew if it asks for it."
    ),
    KubectlRule(
      hop: .client,
      signs: [["proxyconnect tcp: "]],
      reason: .unreachable,
      message: "this machine's HTTP proxy does not answer",
      advice: "Check HTTPS_PROXY and NO_PROXY: the API server is to be reached without a proxy."
    ),
    KubectlRule(
      hop: .client,
      signs: [["unknown flag: ", "unknown command ", "unknown shorthand flag"]],
      reason: .refused,
      message: "this kubectl does not know the command line",
      advice: "Install kubectl 1.27 or later."
    ),
    KubectlRule(
      hop: .client,
      signs: [
        [
          "unable to find one of 'kustomization.yaml'", "accumulating resources",
          "error parsing ", "error converting YAML",
        ]
      ],
      reason: .refused,
      message: "the manifests are not valid",
      advice: "Render them by hand with `kubectl kustomize DIR` and correct them.",
      isBeforeAnything: false
    ),
  ]

  /// A webhook that the API server asks.
  private static let webhook: [KubectlRule] = [
    KubectlRule(
      hop: .webhook,
      signs: [["failed calling webhook"]],
      reason: .unreachable,
      message: "an admission webhook that the API server asks does not answer",
      advice:
        "Look at the pods of the service that the message names; the API server itself is well.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .webhook,
      signs: [["admission webhook "], [" denied the request"]],
      reason: .refused,
      message: "an admission webhook refuses it",
      advice: "Read its reason and correct the object, or ask whoever owns the policy.",
      isBeforeAnything: false
    ),
  ]

  /// The kubelet of a node, which the API server calls for exec, logs and attach (port 10250).
  private static let kubelet: [KubectlRule] = [
    KubectlRule(
      hop: .kubelet,
      signs: [["error dialing backend", "while dialing", "proxy error from"]],
      reason: .unreachable,
      message: "the API server answers and cannot reach the node's kubelet",
      advice: "See that the node is up (k8s.node) and k3s or the kubelet runs on it; check the way "
        + "from the API server to port 10250 of the node, and the kubelet's certificate."
    ),
    KubectlRule(
      hop: .kubelet,
      signs: [[":10250"], dialling],
      reason: .unreachable,
      message: "the API server answers and cannot reach the node's kubelet",
      advice: "See that the node is up (k8s.node) and k3s or the kubelet runs on it; check the way "
        + "from the API server to port 10250 of the node, and the kubelet's certificate."
    ),
    KubectlRule(
      hop: .kubelet,
      signs: [
        ["unable to upgrade connection: Unauthorized", "unable to upgrade connection: Forbidden"]
      ],
      reason: .refused,
      message: "the node's kubelet does not accept the API server's credential",
      advice: "Renew the certificates of the cluster; our own credential is well."
    ),
  ]

  /// The container and what starts programs in it.
  private static let container: [KubectlRule] = [
    KubectlRule(
      hop: .container,
      signs: [
        [
          "executable file not found", "OCI runtime exec failed",
          "no such file or directory: unknown",
        ]
      ],
      reason: .failed,
      message: "the container does not have the program",
      advice: "Check the container's name and image."
    ),
    KubectlRule(
      hop: .container,
      signs: [
        [
          "unable to upgrade connection", "container not found", "cannot exec into a container",
          "does not have a host assigned", "pod is not running", "is not available",
          "is waiting to start", "cannot exec in a", "container is not created or running",
          "is not valid for pod", "previous terminated container",
        ]
      ],
      reason: .unreachable,
      message: "the container is not running",
      advice: "Look at the pod with k8s.pods and at its last log with k8s.logs previous: true."
    ),
  ]

  /// The API server and the way to it.
  private static let apiServer: [KubectlRule] = [
    KubectlRule(
      hop: .apiServer,
      signs: [
        [
          "unable to decode an event from the watch stream", "http2: client connection lost",
          "watch closed before", "unexpected EOF", "connection reset by peer",
          "stream error: stream ID", "use of closed network connection", "broken pipe",
          "error reading from error stream", "lost connection to pod",
        ]
      ],
      reason: .undetermined,
      message: "undetermined: the connection broke while the cluster was answering",
      advice: "Ask again; what was asked for may have gone on meanwhile.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["etcdserver: ", "leader changed"]],
      reason: .unreachable,
      message: "the API server cannot use its store (etcd)",
      advice: "Look at the load and the disk of the control plane; try again in a minute.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [
        [
          "(ServiceUnavailable)", "currently unable to handle the request", "(TooManyRequests)",
          "(InternalError)", "(Timeout)", "(ServerTimeout)", "apiserver not ready",
          "Too many requests",
        ]
      ],
      reason: .unreachable,
      message: "the API server is overloaded or not ready",
      advice: "Wait a minute and ask again; look at the load of the control plane.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["connection refused", "did you specify the right host or port"]],
      reason: .unreachable,
      message: "the cluster's API server refuses connections",
      advice: "See that the node is up and k3s or kube-apiserver runs on it; check the server "
        + "address in the kubeconfig."
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["no such host", "server misbehaving", "Temporary failure in name resolution"]],
      reason: .unreachable,
      message: "the name of the cluster's API server does not resolve",
      advice: "Check the server address in the kubeconfig and this machine's resolver."
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [
        [
          "x509:", "certificate signed by unknown authority", "tls: ",
          "server gave HTTP response to HTTPS client",
        ]
      ],
      reason: .unreachable,
      message: "the API server's or our certificate is not accepted",
      advice: "Renew the kubeconfig from the cluster; see that the clock of this machine is right."
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [
        [
          "i/o timeout", "Client.Timeout exceeded", "context deadline exceeded",
          "TLS handshake timeout", "net/http: request canceled", "no route to host",
          "network is unreachable", "(Client.Timeout",
        ]
      ],
      reason: .unreachable,
      message: "the API server does not answer",
      advice: "Check the way to the node: VPN, firewall, port 6443, load of the node.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["Unauthorized", "You must be logged in to the server", "provide credentials"]],
      reason: .unreachable,
      message: "the cluster does not know who we are",
      advice: "The credential in the kubeconfig is missing, wrong or expired: renew it."
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["(Forbidden)", "is forbidden: ", "error: You are not allowed"]],
      reason: .refused,
      message: "the cluster does not allow it",
      advice: "Use a kubeconfig with the console's role (deploy: rbac), or ask the platform owner."
    ),
  ]

  /// What a verb came to, the cluster being well.
  private static let verbs: [KubectlRule] = [
    KubectlRule(
      hop: .apiServer,
      signs: [["Apply failed with "]],
      reason: .refused,
      message: "another manager owns fields that would change",
      advice: "Read the conflicts; settle who owns the field before applying again.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["(Conflict)", "the object has been modified"]],
      reason: .failed,
      message: "the object was changed by somebody else at the same moment",
      advice: "Try again: this is no conflict about who owns a field.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [
        [
          "(NotFound)", "not found", "the server doesn't have a resource type",
          "no matches for kind",
        ]
      ],
      reason: .refused,
      message: "the cluster does not have it",
      advice: "Check the name and namespace; apply the manifests first if the platform is new."
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["global timeout reached"]],
      reason: .timedOut,
      message: "not every pod has left the node in time",
      advice: "See with k8s.evictable what is left: a pod may need long to end, or a "
        + "PodDisruptionBudget forbids it to go. The node stays cordoned; drain again.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .client,
      signs: [["cannot delete Pods"]],
      reason: .refused,
      message: "the node has pods that nothing would bring back",
      advice: "Move or delete them by hand, then drain again. The node stays cordoned.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .client,
      signs: [["timed out waiting for the condition"]],
      reason: .timedOut,
      message: "the cluster did not get there in time",
      advice: "Look at the pods and their events.",
      isBeforeAnything: false
    ),
    KubectlRule(
      hop: .apiServer,
      signs: [["is invalid"]],
      reason: .refused,
      message: "the manifests are not valid",
      advice: "Render them by hand with `kubectl kustomize DIR` and correct them.",
      isBeforeAnything: false
    ),
  ]
}
