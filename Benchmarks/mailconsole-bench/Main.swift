internal import Foundation

/// Measures the budgets and prints them side by side; judges nothing, so it ends with 0 unless
/// something could not be measured.
@main
struct Main {
  static func main() async {
    let words = Set(CommandLine.arguments.dropFirst())
    let names = Set(Scenario.all.map(\.name))
    let chosen = words.subtracting(["--quick"])
    guard chosen.isSubset(of: names) else {
      print("usage: mailconsole-bench [--quick] [SCENARIO…]")
      print("scenarios: \(Scenario.all.map(\.name).joined(separator: " "))")
      exit(64)
    }
    do {
      let bench = try bench(isQuick: words.contains("--quick"))
      let rows = await measure(
        Scenario.all.filter { chosen.isEmpty || chosen.contains($0.name) },
        bench
      )
      bench.workspace.remove()
      exit(rows.contains { $0.verdict == .notMeasured } ? 1 : 0)
    } catch {
      progress("\(error)")
      exit(1)
    }
  }

  private static func measure(_ scenarios: [Scenario], _ bench: Bench) async -> [Row] {
    let start = ContinuousClock.now
    let load = ProcessFacts.load
    var rows: [Row] = []
    for scenario in scenarios {
      progress("measuring \(scenario.name)")
      do {
        rows += try await scenario.run(bench)
      } catch {
        progress("\(scenario.name): \(error)")
        rows.append(Row(notMeasured: scenario.name, why: "see above"))
      }
    }
    rows.table.forEach { print($0) }
    let seconds = Int((ContinuousClock.now - start) / .seconds(1))
    print("")
    print(
      "\(Date.now.formatted(.iso8601.year().month().day())), \(ProcessFacts.machine(storing: bench.workspace.path))"
    )
    print("load before \(load), after \(ProcessFacts.load); \(seconds) s in all")
    return rows
  }

  /// Finds the console beside this program, and what it ships above it.
  private static func bench(isQuick: Bool) throws -> Bench {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var folder = URL(fileURLWithPath: own).deletingLastPathComponent()
    let program = folder.appendingPathComponent("mailconsole").path
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw BenchFailure("There is no \(program). Run `make bench`, which builds it.")
    }
    while !FileManager.default.fileExists(atPath: folder.path + "/sites/tabletop") {
      guard folder.path != "/" else { throw BenchFailure("No sites/tabletop above \(own).") }
      folder.deleteLastPathComponent()
    }
    return Bench(program: program, share: folder.path, workspace: try Workspace(), isQuick: isQuick)
  }

  /// The table alone goes to standard output.
  private static func progress(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
