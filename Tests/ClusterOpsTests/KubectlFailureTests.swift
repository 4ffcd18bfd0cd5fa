import Runbooks
import Testing

@testable import ClusterOps

@Suite struct KubectlFailureTests {
  private func outcome(_ stderr: String, exit: Int = 1, stdout: String = "") -> CommandOutcome {
    CommandOutcome(
      ending: .exited(exit),
      stdout: Array(stdout.utf8),
      isTruncated: false,
      stderr: Array(stderr.utf8)
    )
  }

  @Test(
    "recorded messages are recognised",
    arguments: [
      (
        "The connection to the server 198.18.255.2:6443 was refused - did you specify the right "
          + "host or port?", OperationFailure.Reason.unreachable, "refuses connections"
      ),
      (
        "Unable to connect to the server: dial tcp 203.0.113.10:6443: connect: connection refused",
        .unreachable, "refuses connections"
      ),
      (
        "E1122 memcache.go:265] \"Unhandled Error\" err=\"couldn't get current server API group "
          + "list\"\nUnable to connect to the server: dial tcp: lookup mail.example.test on "
          + "127.0.0.53:53: no such host", .unreachable, "does not resolve"
      ),
      (
        "Unable to connect to the server: dial tcp 203.0.113.10:6443: i/o timeout", .unreachable,
        "does not answer"
      ),
      (
        "Unable to connect to the server: net/http: TLS handshake timeout", .unreachable,
        "does not answer"
      ),
      (
        "Unable to connect to the server: x509: certificate signed by unknown authority",
        .unreachable, "not accepted"
      ),
      (
        "error: You must be logged in to the server (Unauthorized)", .unreachable,
        "does not know who we are"
      ),
      (
        "Error from server (Forbidden): daemonsets.apps is forbidden: User "
          + "\"system:serviceaccount:mail:mailconsole\" cannot list resource \"daemonsets\" in API "
          + "group \"apps\" at the cluster scope", .refused, "does not allow it"
      ),
      (
        "error: context \"nowhere\" does not exist", .unreachable, "kubeconfig"
      ),
      (
        "error: stat /nowhere/kubeconfig: no such file or directory", .unreachable, "kubeconfig"
      ),
      (
        "Error from server (NotFound): daemonsets.apps \"mail\" not found", .refused,
        "does not have it"
      ),
      (
        "error: unable to upgrade connection: container not found (\"postfix\")", .unreachable,
        "not running"
      ),
      (
        "error: timed out waiting for the condition", .timedOut, "in time"
      ),
      (
        "error: Apply failed with 1 conflict: conflict with \"kubectl\" using v1: .data.main.cf",
        .refused, "another manager"
      ),
      (
        "error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or "
          + "'Kustomization' in directory '/srv/manifests'", .refused, "not valid"
      ),
    ]
  )
  func recognised(text: String, reason: OperationFailure.Reason, part: String) throws {
    let failure = try #require(
      KubectlFailure.classify(outcome(text + "\n"), of: Command(here: ["kubectl", "get", "pods"]))
    )
    #expect(failure.reason == reason)
    #expect(failure.message.contains(part))
    #expect(!failure.advice.isEmpty)
    #expect(failure.effect == .none)
  }

  @Test("a program's own failure in the container is not kubectl's")
  func container() {
    let text = "fatal: connection refused\ncommand terminated with exit code 1\n"
    #expect(KubectlFailure.classify(outcome(text), of: Command(here: ["kubectl"])) == nil)
  }

  @Test("what was under way when the connection broke has an unknown effect")
  func effects() throws {
    let change = Command(here: ["kubectl", "apply"], changes: true)
    let refused =
      "The connection to the server x was refused - did you specify the right host or port?"
    #expect(KubectlFailure.failure(outcome(refused), of: change).effect == .none)
    #expect(
      KubectlFailure.failure(outcome(refused, stdout: "ConfigMap a 1\n"), of: change).effect
        == .unknown
    )
    #expect(KubectlFailure.failure(outcome("i/o timeout"), of: change).effect == .unknown)
    #expect(KubectlFailure.failure(outcome("what?"), of: change).effect == .unknown)
  }

  @Test("text from outside is short in messages")
  func bounded() {
    let failure = KubectlFailure.failure(
      outcome(String(repeating: "x", count: 100_000)),
      of: Command(here: ["kubectl", "get"])
    )
    #expect(failure.message.count < 300)
  }
}
