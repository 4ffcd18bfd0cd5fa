internal import Foundation

/// The hands of two operators in a node drain, the same in the simulated world and in the lab.
public enum NodeDrain {
  /// Copies the bundled site with a changed world, and returns where it is.
  public static func site(
    in folder: TemporaryFolder,
    world change: (String) -> String
  ) throws -> String {
    let bundled = ConsoleBinary(state: "").root + "/sites/tabletop/"
    for name in ["site.yaml", "operators.yaml", "world.yaml"] {
      let text = try String(contentsOfFile: bundled + name, encoding: .utf8)
      try folder.write(name == "world.yaml" ? change(text) : text, to: "site/" + name)
    }
    return folder.path + "/site"
  }

  /// From the start of the run to the go for the drain, which is not given yet.
  public static func walkToDrain(_ console: ConsoleSession, approvedBy name: String) throws {
    try console.act(on: "announce", "Is it done?")
    try console.fill("kernel update, EX-2", "05:00 UTC", "told everybody")
    try console.choose(1)
    try console.signOff("approve", as: name, "The window is agreed.")
    try console.go("stop-intake")
    try console.go("flush")
    try console.act(on: "backup", "Is it done?")
    try console.fill("9f2c1e07", "complete")
    try console.choose(1)
    try console.go("cordon")
    try console.go("unlabel")
  }

  /// Gives the go for the drain and waits until the record says that it is under way.
  public static func startDrain(_ console: ConsoleSession) throws {
    try console.go("drain")
    try console.tmux.wait("the drain under way") { screen in
      screen.contains { $0.contains("running") && $0.contains("Evict the other pods") }
    }
    let types = try console.timeline().types(of: "drain")
    // On a real cluster the commands of the step are on record as well.
    guard types.filter({ $0 != "step.spawned" }) == ["step.released", "step.started"] else {
      throw Unexpected("the drain is not under way: \(types)")
    }
  }

  /// Waits for the end of a drain whose operator is lost, and fails unless the record tells it so:
  /// lost in the middle, ended all the same, nothing begun since.
  public static func expectDrainEndsAndNextWaits(
    _ console: ConsoleSession,
    within seconds: Double = 60
  ) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try !hasEnded(console) {
      guard Date() < deadline else { throw Unexpected("the drain did not end in \(seconds) s") }
      usleep(100_000)
    }
    let lines = try console.timeline().lines
    guard let lost = lines.lastIndex(where: { $0.type == "driver.detached" }),
      let end = lines.lastIndex(where: { $0.step == "drain" && $0.type == "step.ended" })
    else { throw Unexpected("neither the loss nor the end is recorded") }
    guard lost < end, lines[end].text.contains("passed"), end == lines.count - 1 else {
      throw Unexpected("lost at \(lost), ended at \(end) of \(lines.count): \(lines[end].text)")
    }
    try console.verify()
  }

  private static func hasEnded(_ console: ConsoleSession) throws -> Bool {
    let runs = try console.console.run("runs").output
    return try !runs.contains("driven by")
      && console.timeline().types(of: "drain").last == "step.ended"
  }

  /// Attached over a second session: looks first, takes over, brings the node back, signs off.
  public static func takeOverAndFinish(
    _ console: ConsoleSession,
    from lost: String,
    signedBy name: String
  ) throws {
    let tmux = console.tmux
    let run = try console.run()
    let offer = ["Take \(run) over?", "\(lost) drove it last: the ", "Since then", "drain: passed"]
    try tmux.wait("the offer to take over: \(offer)") { screen in
      offer.allSatisfy { text in screen.contains { $0.contains(text) } }
    }
    // Only look: the record tells the loss and the end, and nothing has moved.
    let before = try console.timeline().lines.count
    try tmux.press("Enter")
    try tmux.wait(for: "no runner")
    try tmux.press("J", "G")
    // The lines appear as the record is read, and G may come before the last of them.
    try tmux.wait("the loss and the end as the journal's last lines") { screen in
      ConsoleSession.journalLines(screen).suffix(2).map(\.type) == [
        "driver.detached", "step.ended",
      ]
    }
    guard try console.timeline().lines.count == before else {
      throw Unexpected("looking has changed the record")
    }
    try tmux.press("Escape")
    // Both keys at once would be alt-t: an escape and a letter look the same on the way.
    try tmux.wait("the run") { ConsoleSession.crumbs($0) == "status ▸ Node drain" }
    try tmux.press("t")
    try tmux.wait(for: "Take \(run) over?")
    try tmux.press("Tab", "Enter")

    try bringBack(console, signedBy: name)
    let timeline = try console.timeline()
    guard timeline.types(of: "drain").count(where: { $0 == "step.started" }) == 1,
      timeline.unsaidRepetitions.isEmpty, timeline.lines.last?.type == "run.ended"
    else { throw Unexpected("the record: \(timeline.lines.map(\.type))") }
    try console.verify()
    guard try console.leave() == 0 else { throw Unexpected("the console did not end well") }
  }

  /// From the maintenance to the end of the run.
  public static func bringBack(_ console: ConsoleSession, signedBy name: String) throws {
    try console.act(on: "maintenance", "Is it done?")
    try console.fill("kernel updated, rebooted", "once")
    try console.choose(1)
    try console.go("uncordon")
    try console.go("relabel")
    try console.act(on: "canary", "Is it done?")
    try console.fill("4TbX1k2zQ9, 250", "03:50 UTC", "both arrived")
    try console.choose(1)
    try console.signOff("sign-off", as: name, "Seen.")
    try console.tmux.wait(for: "The run is over: completed")
  }
}
