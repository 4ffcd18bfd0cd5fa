import Runbooks
import Testing

@testable import ClusterOps

/// Whose fault it is, for texts that share their words.
@Suite struct KubectlRuleTests {
  private func failure(
    _ stderr: String,
    of command: Command = Command(["postqueue", "-j"], from: .pod(), on: .test)
  ) -> OperationFailure {
    KubectlFailure.failure(
      CommandOutcome(
        ending: .exited(1),
        stdout: [],
        isTruncated: false,
        stderr: Array((stderr + "\n").utf8)
      ),
      of: command
    )
  }

  /// Hop and text, a line each.
  private static let texts = #"""
    kubelet: Error from server: error dialing backend: dial tcp 10.0.0.5:10250: connect: connection refused
    kubelet: Error from server: error dialing backend: dial tcp 10.0.0.5:10250: i/o timeout
    kubelet: Error from server: error dialing backend: x509: certificate has expired
    kubelet: Error from server: error dialing backend: dial tcp: lookup node-2: no such host
    kubelet: Error from server: Get "https://10.0.0.5:10250/containerLogs/mail/mail-x/postfix": dial tcp 10.0.0.5:10250: connect: no route to host
    kubelet: error: unable to upgrade connection: proxy error from 127.0.0.1:6443 while dialing 10.0.0.5:10250, code 502: 502 Bad Gateway
    kubelet: error: unable to upgrade connection: Unauthorized
    container: error: unable to upgrade connection: container not found ("postfix")
    container: OCI runtime exec failed: exec failed: exec: "x": executable file not found in $PATH: unknown
    container: Error from server (BadRequest): container "postfix" in pod "mail-x" is waiting to start: ContainerCreating
    webhook: Error from server (InternalError): Internal error occurred: failed calling webhook "v.example.test": Post "https://hook.kube-system.svc:443/": dial tcp 10.43.0.9:443: connect: connection refused
    webhook: Error from server: admission webhook "policy.example.test" denied the request: no
    apiServer: Unable to connect to the server: dial tcp 203.0.113.10:6443: connect: connection refused
    apiServer: The connection to the server mail:6443 was refused - did you specify the right host or port?
    apiServer: Unable to connect to the server: dial tcp: lookup mail on 127.0.0.53:53: no such host
    apiServer: Unable to connect to the server: x509: certificate signed by unknown authority
    apiServer: Unable to connect to the server: net/http: TLS handshake timeout
    apiServer: Error from server: etcdserver: request timed out
    apiServer: Error from server (ServiceUnavailable): the server is currently unable to handle the request
    apiServer: error: You must be logged in to the server (Unauthorized)
    apiServer: error: http2: client connection lost
    client: The connection to the server localhost:8080 was refused - did you specify the right host or port?
    client: error: context "nowhere" does not exist
    client: Unable to connect to the server: getting credentials: exec: executable login not found
    client: Unable to connect to the server: proxyconnect tcp: dial tcp 10.1.1.1:3128: connect: connection refused
    client: error: unknown flag: --subresource
    """#

  private static let recorded: [(String, KubectlRule.Hop)] = texts.split(separator: "\n").compactMap
  {
    let parts = $0.split(separator: ":", maxSplits: 1)
    let hops: [Substring: KubectlRule.Hop] = [
      "client": .client, "apiServer": .apiServer, "webhook": .webhook, "kubelet": .kubelet,
      "container": .container,
    ]
    return hops[parts[0]].map { (String(parts[1].trimmingSpaces), $0) }
  }

  @Test("every text above is tried")
  func all() {
    #expect(Self.recorded.count == Self.texts.split(separator: "\n").count)
    #expect(Set(Self.recorded.map(\.1)) == Set(KubectlRule.Hop.allCases))
  }

  @Test(
    "the hop and the verb are told before the remedy",
    arguments: recorded
  )
  func hops(text: String, hop: KubectlRule.Hop) {
    let failure = failure(text)
    #expect(
      failure.message.hasPrefix("kubectl exec (postqueue -j) failed at the \(hop.rawValue): "),
      "\(failure.message)"
    )
    #expect(failure.message.contains(text.prefix(40)))
  }

  @Test("neither a warning nor the last line is taken for the failure")
  func kinds() {
    let refused = failure(
      "Warning: v1 Endpoints is deprecated; no route to host\nW1122 03:10:00.1 x.go:1] i/o timeout\n"
        + "Error from server (NotFound): daemonsets.apps \"mail\" not found\n"
        + "error: some remark that nobody knows"
    )
    #expect(refused.reason == .refused)
    let unknown = failure("first\nmiddle\nlast")
    #expect(unknown.message.contains("first") && unknown.message.contains("last"))
  }

  @Test("a connection that broke is undetermined, and after a change its effect is unknown")
  func broken() {
    #expect(failure("error: unexpected EOF").reason == .undetermined)
  }
}
