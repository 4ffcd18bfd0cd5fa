import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// Where commands run from, and what is said when they cannot.
@Suite struct VantageTests {
  private let directory = TemporaryDirectory()

  private func site(_ vantages: [SiteVantage]) -> Site { .test(vantages: vantages) }

  /// A way that runs what follows it, as long as `isUp`.
  private func way(isUp: Bool = true) -> SiteVantage {
    directory.write(
      "way",
      isUp
        ? "#!/bin/sh\nexec \"$@\"\n"
        : "#!/bin/sh\necho 'ssh: connect to host probe port 22: No route to host' >&2\nexit 255\n",
      executable: true
    )
    return SiteVantage(name: "outside", via: [directory.path + "/way"])
  }

  private func perform(
    _ program: [String],
    from vantage: SiteVantage,
    changes: Bool = false
  ) async throws(OperationFailure) -> CommandOutcome {
    let site = site([vantage])
    let context = OperationContext(site: site, timeout: .seconds(20)) { _ in }
    return try await Cluster(CommandRunner(), context).outcome(
      of: Command(program, from: .named(vantage), on: site, changes: changes)
    )
  }

  @Test("what is announced is the whole way, and ssh alone gets words quoted for its shell")
  func argv() throws {
    let plain = SiteVantage(name: "node", via: ["nsenter", "--net=/run/netns/node", "--"])
    let site = site([plain, SiteVantage(name: "outside", via: ["/usr/bin/ssh", "-T", "probe@h"])])
    let program = ["kdig", "+json", "a b'c.test"]
    #expect(
      Command(program, from: try Vantage("node", of: site), on: site).planned.argv
        == ["nsenter", "--net=/run/netns/node", "--", "kdig", "+json", "a b'c.test"]
    )
    #expect(
      Command(program, from: try Vantage("outside", of: site), on: site).planned.argv
        == ["/usr/bin/ssh", "-T", "probe@h", #"kdig +json 'a b'\''c.test'"#]
    )
    #expect(Command(program, from: try Vantage("here", of: site), on: site).argv == program)
    let pod = Command(program, from: try Vantage("pod", of: site), on: site)
    #expect(pod.argv.contains("exec") && pod.argv.suffix(3) == program[...])
    #expect(pod.isMarked)
  }

  @Test("a vantage that the site does not name is undetermined, with what to write in site.yaml")
  func unnamed() throws {
    let failure = try #require(throws: OperationFailure.self) {
      try Vantage("outside", of: .test)
    }
    #expect(failure.reason == .undetermined)
    #expect(failure.advice.contains("vantages: {outside:"))
  }

  @Test("a vantage that cannot be reached is undetermined, never failed, and names the way to try")
  func unreachable() async throws {
    let down = way(isUp: false)
    let failure = try await #require(throws: OperationFailure.self) {
      try await perform(["kdig", "gaudy.test"], from: down)
    }
    #expect(failure.reason == .undetermined)
    #expect(failure.effect == .none)
    #expect(failure.message.contains("the vantage outside cannot be reached"))
    #expect(failure.message.contains("No route to host"))
    #expect(failure.advice.contains("vantages"))
    let change = try await #require(throws: OperationFailure.self) {
      try await perform(["touch", "x"], from: down, changes: true)
    }
    #expect(change.effect == .unknown)
  }

  @Test("a program that fails where the way leads is an outcome like any other")
  func failing() async throws {
    let outcome = try await perform(["sh", "-c", "echo no >&2; exit 255"], from: way())
    #expect(outcome.exit == 255)
    #expect(outcome.stderrText == "no\n")
  }

  @Test("of a program that timeout(1) bounds it is the program that is named")
  func bounded() async throws {
    let failure = try await #require(throws: OperationFailure.self) {
      try await perform(Probe.bounded(["spfquery.mail-spf-perl-none"]), from: way())
    }
    #expect(failure.reason == .undetermined)
    #expect(
      failure.message.contains(
        "the program spfquery.mail-spf-perl-none is not at the vantage outside"
      )
    )
  }

  @Test("a program that is not there is undetermined, with the package to install")
  func missing() async throws {
    // As dash says it for `exec kdig`; a real kdig here must not be found.
    directory.write(
      "way",
      """
      #!/bin/sh
      [ "$1" = true ] && exit 0
      echo "$0: 3: exec: $1: not found" >&2
      exit 127

      """,
      executable: true
    )
    let vantage = SiteVantage(name: "outside", via: [directory.path + "/way"])
    let failure = try await #require(throws: OperationFailure.self) {
      try await perform(["kdig", "gaudy.test"], from: vantage)
    }
    #expect(failure.reason == .undetermined)
    #expect(failure.message.contains("kdig is not at the vantage outside"))
    #expect(failure.advice.contains("apt install knot-dnsutils"))
  }

  @Test(
    "in a tabletop a vantage that is down fails in the same words, and output is told as it comes"
  )
  func tabletop() async throws {
    let vantage = SiteVantage(name: "outside", via: ["ssh", "-T", "probe@outside"])
    let site = site([vantage])
    let simulation = Simulation(
      SimulatedWorld(
        state: ["vantages": .record(["outside": .string("down")])],
        now: 0,
        seed: 1
      )
    )
    let collector = Collector()
    let context = OperationContext(site: site, timeout: .seconds(5), simulation: simulation) {
      collector.take($0)
    }
    let world = Tabletop(simulation, context)
    let failure = try await #require(throws: OperationFailure.self) {
      try await world.perform(Command(["kdig"], from: .named(vantage), on: site))
    }
    #expect(failure.reason == .undetermined)
    #expect(failure.message.contains("the vantage outside cannot be reached"))
    _ = try await world.perform(Command(["postconf", "-M"], from: .pod(), on: site))
    #expect(collector.text.contains(EndMark.line))
  }
}
