import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// spf.evaluate with the real spfquery, which asks a real server on loopback.
@Suite struct SPFAgreementTests {
  private static let isThere =
    KnotServer.isThere && access("/usr/bin/" + SPFEvaluate.program, X_OK) == 0

  @Test(
    "what RFC 7208 says of a policy is what is told of it, but for what is named",
    .enabled(if: isThere, "knotd and spfquery are needed (apt install knot spf-tools-perl)")
  )
  func vectors() async throws {
    let server = try KnotServer(zone: "test", SPFVector.zone)
    var environment = CommandEnvironment.current()
    // Net::DNS::Resolver(3pm), ENVIRONMENT.
    environment.variables["RES_NAMESERVERS"] = "127.0.0.1"
    environment.variables["RES_OPTIONS"] = "port:\(server.port) retry:1"
    let work = try OperationCatalogue.standard(
      runner: CommandRunner(environment: environment, grace: .milliseconds(100))
    ).operation("spf.evaluate")
    for vector in SPFVector.all {
      let title = Comment(rawValue: "\(vector.name) (RFC 7208 §\(vector.spec))")
      let values: [String: Value] = [
        "domain": .string(vector.mailfrom), "helo": .string(vector.helo),
        "addresses": .list([.string(vector.host)]),
      ]
      if vector.result == "temperror" {
        // Of a server that does not answer nothing is known.
        let failure = await #expect(throws: OperationFailure.self, title) {
          try await work.perform(values)
        }
        #expect(failure?.reason == .undetermined, title)
        #expect(failure?.message.contains("elsewhere.invalid") == true, title)
        continue
      }
      let result = try await work.perform(values)
      let expected = vector.difference?.result ?? vector.result
      #expect(result.texts("results") == ["\(vector.host) \(expected)"], title)
      #expect(result.values["passes"] == .boolean(expected == "pass"), title)
      #expect(result.texts("problems").isEmpty == (expected == "pass"), title)
    }
    withExtendedLifetime(server) {}
  }

  @Test("every result that RFC 7208 has is among the vectors, and each name of them is served")
  func whole() {
    #expect(Set(SPFVector.all.map(\.result)) == Set(SPFEvaluate.verdicts))
    for vector in SPFVector.all where vector.mailfrom != "nothing.test" {
      #expect(SPFVector.zonedata[vector.mailfrom] != nil, "\(vector.mailfrom)")
    }
  }
}
