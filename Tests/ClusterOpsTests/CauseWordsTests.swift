import Testing

@testable import ClusterOps

/// Causes as an operator calls them.
@Suite struct CauseWordsTests {
  private func diagnosis(_ reasons: [String]) -> QueueDiagnosis {
    read(
      reasons.enumerated().map { number, reason in
        queueLine("A\(100_000 + number)", to: [("r@d\(number).test", reason)])
      }.joined()
    ).diagnosis()
  }

  @Test("a relay that refuses our login is one cause and ours, whatever domains wait")
  func relay() throws {
    let diagnosis = diagnosis(ReasonLine.refused.map(\.text).map { $0.replacing("\"", with: "") })
    let ours = diagnosis.causes(.ourSide)
    #expect(ours.map(\.messages) == [5])
    #expect(ours.first?.reasonClass == .relayRefusesUs)
    #expect(ours.first?.reasonClass?.fault == .us)
    #expect(ours.first?.subject == "smtp.relay.test, mx.x.test")
    #expect(ours.first?.domains.count == 5)
    let limited = try #require(diagnosis.causes(.wait).first)
    #expect(limited.reasonClass == .relayLimit && limited.messages == 2)
    #expect(limited.domains == ["d5.test", "d6.test"])
  }

  @Test("what we must mend is named with what is at fault, before what passes by itself")
  func culprits() {
    let diagnosis = diagnosis([
      "host a.test[192.0.2.9] said: 450 4.2.0 Greylisted",
      "host a.test[192.0.2.9] said: 450 4.7.25 Client host rejected: cannot find your hostname, "
        + "[192.0.2.25]",
      "host a.test[192.0.2.9] said: 450 4.7.1 Client host rejected: cannot find your reverse "
        + "hostname, [2001:db8::2]",
      "host a.test[192.0.2.9] said: 450 4.1.8 <root@pve.test>: Sender address rejected: Domain not "
        + "found",
      "host a.test[192.0.2.9] said: 450 4.5.2 <15b0717dc4c2>: Helo command rejected: need "
        + "fully-qualified hostname",
    ])
    #expect(diagnosis.causes.map(\.kind) == [.ourSide, .ourSide, .ourSide, .wait])
    #expect(
      diagnosis.causes(.ourSide).map { "\($0.messages) \($0.subject)" }.sorted()
        == ["1 15b0717dc4c2", "1 root@pve.test", "2 192.0.2.25, 2001:db8::2"]
    )
    #expect(diagnosis.causes(.ourSide).compactMap(\.reasonClass).allSatisfy { $0.fault == .us })
  }

  @Test("a storm tells its refusals apart")
  func storm() throws {
    let diagnosis = diagnosis(
      (0..<60).map { number in
        let reply =
          number % 3 == 0 ? "unusual rate of mail from your IP address" : "too many messages"
        return "host mx.big.test[192.0.2.9] said: 421 4.7.28 \(reply)"
      }
    )
    let storm = try #require(diagnosis.causes(.deferStorm).first)
    #expect(storm.classes.map(\.reasonClass) == [.throttled, .addressRate])
    #expect(storm.classes.map(\.messages) == [40, 20])
  }

  @Test("forwarded senders count under the original, unless they bear our own domain")
  func forwarded() {
    let senders = [
      "SRS0=AbCd=XY=far.test=bob@gaudy.test", "srs0+QQQQ=ZZ=far.test=bob@gaudy.test",
      "SRS1=HHHH=first.test==AbCd=XY=far.test=bob@gaudy.test", "bob@far.test",
      "SRS0=AbCd=XY=gaudy.test=alice@evil.test", "SRS0=short@gaudy.test",
    ]
    let text = senders.enumerated().map { queueLine("A\(100_000 + $0.offset)", sender: $0.element) }
      .joined()
    let groups = read(text).groups(by: .sender).groups
    #expect(groups.first?.key == "bob@far.test" && groups.first?.messages == 4)
    #expect(!groups.contains { $0.key == "alice@gaudy.test" })
    func ids(_ selection: QueueSelection) -> [String] {
      read(text, selection: selection).selected.map(\.id)
    }
    #expect(ids(QueueSelection(senders: ["bob@far.test"])).count == 4)
    #expect(ids(QueueSelection(senders: [senders[0]])) == ["A100000"])
    #expect(ids(QueueSelection(exceptSenders: ["bob@far.test"])) == ["A100004", "A100005"])
  }

  @Test("the Unicode and the ASCII form of a domain are one, in groups and in selections")
  func unicode() {
    let names = [
      "пример.test", "xn--e1afmkfd.test", "ПРИМЕР.Test", "bücher.test", "latin\u{1}1.test",
    ]
    let text = names.enumerated().map { number, name in
      queueLine("A\(100_000 + number)", to: [("a@\(name)".replacing("\u{1}", with: ""), "x")])
    }.joined()
    let groups = read(text).groups(by: .domain).groups
    #expect(
      groups.map(\.key) == ["xn--e1afmkfd.test", "latin1.test", "xn--bcher-kva.test"]
    )
    #expect(groups.first?.messages == 3)
    for name in ["пример.test", "xn--e1afmkfd.test"] {
      let selected = read(text, selection: QueueSelection(domains: [name])).selected
      #expect(selected.map(\.id) == ["A100000", "A100001", "A100002"])
    }
  }
}
