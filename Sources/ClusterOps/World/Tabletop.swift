internal import Runbooks

/// The simulated world: commands are answered by facets.
struct Tabletop: CommandWorld {
  /// Who answers, by family; the first that has the program does.
  static let facets: [any Facet] = [
    KubernetesFacet(),
    PostfixFacet(),
    DNSFacet(),
    MailPolicyFacet(),
    TLSFacet(),
    SMTPFacet(),
    CanaryFacet(),
    IMAPFacet(),
    // Before the web at large, of which their addresses are a part.
    PrometheusFacet(),
    LokiFacet(),
    HTTPFacet(),
    ListenersFacet(),
    FirewallFacet(),
    RedisFacet(),
    ClamAVFacet(),
    RspamdFacet(),
    DovecotFacet(),
    ReportsFacet(),
    ResticFacet(),
    ExerciseFacet(),
  ]

  private let simulation: Simulation
  private let context: OperationContext

  init(_ simulation: Simulation, _ context: OperationContext) {
    self.simulation = simulation
    self.context = context
  }

  var now: Int { simulation.world.now }

  func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome {
    let site = context.site
    let said = simulation.act { world in
      var scene = Scene(world, of: site)
      let said = scene.advance().map { .failure($0) } ?? scene.answer(command)
      world = scene.kept
      return said
    }
    let answer = try said.get()
    command.sink?(answer.stdout)
    if command.streams, !answer.stdout.isEmpty { await context.output(answer.stdout) }
    if !answer.stderr.isEmpty { await context.output(Array(answer.stderr.utf8)) }
    var head = HeadBytes(limit: command.keep)
    head.append(answer.stdout)
    return CommandOutcome(
      ending: .exited(answer.exit),
      stdout: head.bytes,
      isTruncated: head.isTruncated,
      stderr: Array(answer.stderr.utf8)
    )
  }

  func say(_ text: String) async { await context.output(Array(text.utf8)) }
}

/// A simulated world while a command is answered.
struct Scene {
  var world: SimulatedWorld
  /// The site that the world stands for.
  let site: Site
  var kubernetes: Value
  var postfix: Value
  /// What chance is drawn from for what happens by itself; nil: the world's own source.
  var source: SplitMix64?

  init(_ world: SimulatedWorld, of site: Site) {
    self.world = world
    self.site = site
    kubernetes = world.state["kubernetes"] ?? .record([:])
    postfix = world.state["postfix"] ?? .record([:])
  }

  /// The world with what the facets changed.
  var kept: SimulatedWorld {
    var world = world
    world.state["kubernetes"] = kubernetes
    world.state["postfix"] = postfix
    return world
  }

  /// What a command prints, or why it cannot be run.
  mutating func answer(_ command: Command) -> Result<Answer, OperationFailure> {
    switch command.vantage {
    case .pod(_, let container):
      return .success(answer(command, in: container ?? site.kubernetes.container))
    case .here: break
    case .named(let vantage):
      guard world.state["vantages"]?[vantage.name]?.text != "down" else {
        let outcome = CommandOutcome(
          ending: .exited(255),
          stdout: [],
          isTruncated: false,
          stderr: Array("ssh: connect to host \(vantage.name) port 22: No route to host".utf8)
        )
        return .failure(VantageFailure.unreachable(vantage, outcome))
      }
    }
    guard let answer = played(command) else {
      return .failure(
        OperationFailure(
          .refused,
          "a tabletop has no \(capped(command.program.first ?? "command", 60))",
          advice: "Only operations of the catalogue work in a simulated world.",
          effect: .none
        )
      )
    }
    return .success(answer)
  }

  /// What a program in a container of the pod says through kubectl.
  private mutating func answer(_ command: Command, in container: String) -> Answer {
    if let refusal = refusal(of: container) { return refusal }
    var answer = played(command) ?? known(command.program)
    if command.isMarked { answer.stdout += EndMark.bytes }
    if answer.exit != 0, !answer.stderr.contains("OCI runtime exec failed") {
      answer.stderr += "command terminated with exit code \(answer.exit)\n"
    }
    return answer
  }

  private mutating func played(_ command: Command) -> Answer? {
    let tool = command.tool
    for facet in Tabletop.facets where facet.programs.contains(tool) {
      if let answer = facet.answer(command, in: &self) { return answer }
    }
    return nil
  }

  /// The next number of the source of chance (SplitMix64).
  mutating func chance() -> UInt64 {
    if var own = source {
      defer { source = own }
      return own.next()
    }
    var generator = SplitMix64(state: world.seed)
    defer { world.seed = generator.state }
    return generator.next()
  }
}

/// A small generator of chance whose state is one number (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
