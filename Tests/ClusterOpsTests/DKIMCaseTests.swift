import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// Key records from the field (F03) and of other kinds, as dkim.compare judges them with the real openssl.
@Suite("DKIM key records from the field") struct DKIMCaseTests {
  @Test("what is good is good, and what is not is named", arguments: DKIMCase.field)
  func field(item: DKIMCase) async throws { try await judge(item) }

  @Test("records of other kinds too", arguments: DKIMCase.others)
  func others(item: DKIMCase) async throws { try await judge(item) }

  private func judge(_ item: DKIMCase) async throws {
    let result = try await item.compare(.field)
    #expect(result.values["usable"] == .boolean(item.isUsable), "\(result.summary)")
    let problems = result.texts("problems")
    #expect(problems.count == item.problems.count, "\(problems)")
    for words in item.problems { #expect(problems.contains { $0.contains(words) }, "\(problems)") }
    #expect(result.texts("revoked").isEmpty == !item.name.hasPrefix("k: "))
    // Nobody compares keys by eye: size and digest are told instead.
    let told =
      ([result.summary] + problems
      + result.evidence.map { String(decoding: $0.bytes, as: UTF8.self) })
      .joined(separator: "\n")
    for key in DKIMKeySet.field.info.values where key.count > 64 {
      for start in stride(from: 0, to: key.count - 64, by: 32) {
        #expect(!told.contains(key.dropFirst(start).prefix(64)), "a key is shown")
      }
    }
  }

  @Test("the bits and the digest of a key are told, and what its tags allow")
  func explained() async throws {
    let result = try await DKIMCase.field[0].compare(.field)
    #expect(result.values["bits"] == .integer(2_048))
    let lines = String(decoding: result.evidence[0].bytes, as: UTF8.self)
    let info = try #require(Data(base64Encoded: DKIMKeySet.field[.rsa]))
    #expect(
      lines.contains("RSA of 2048 bits, SHA-256 of the public key \(Digest(of: Array(info)).hex)")
    )
    #expect(lines.contains("t=s: signatures name the domain itself"))
    #expect(lines.contains("s=email: the key is for mail alone"))
    #expect(lines.contains("p=MIIBIjANBgkqhk…(394)"))
  }

  @Test("j: a key at the name that a CNAME leads to is read as at its own")
  func alias() async throws {
    let item = try #require(DKIMCase.field.first { $0.name.hasPrefix("j: ") })
    let provider = "s1.keys.provider.test"
    let result = try await item.compare(
      .field,
      aliases: ["s1._domainkey.gaudy.test": provider],
      at: provider
    )
    #expect(result.values["usable"] == .boolean(true), "\(result.summary)")
    #expect(result.texts("problems").isEmpty)
  }

  @Test("s: without a record the place where the zone's name stands twice is looked at")
  func doubled() async throws {
    let doubled = "s1._domainkey.gaudy.test.gaudy.test"
    let result = try await DKIMCase.field[0].compare(.field, at: doubled)
    #expect(result.values["usable"] == .boolean(false))
    #expect(
      result.texts("problems") == [
        "s1: its record is at \(doubled): the zone's name is in it twice"
      ]
    )
  }
}
