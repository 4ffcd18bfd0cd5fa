import Foundation
import TestSupport
import Testing

/// What becomes of a command whose output, descriptors or limits are not as usual.
@Suite("Output that cannot be written") struct OutputEndTests {
  /// Runs the console by a shell's words; `$M` is the binary.
  private func shell(_ words: String, _ places: Places) throws -> Program.Result {
    try Program.run(
      "bash",
      ["-c", words],
      environment: [
        "M": places.console.path, "MAILCONSOLE_STATE": places.state, "PATH": "/usr/bin:/bin",
        "HOME": places.folder.path, "LANG": "C.UTF-8", "TERM": "dumb",
      ]
    )
  }

  @Test("a full output is said, with 74, by every command that prints")
  func full() throws {
    let places = try Places()
    _ = try places.console.run("run", "ms-3", "--as", "tomas", "--plain")
    for command in [
      "runs", "runs --json", "verify --all", "verify --all --json", "lint --json", "operations",
      "doctor", "graph queue-triage --format text", "--help", "queue",
    ] {
      let result = try shell("\"$M\" \(command) >/dev/full", places)
      #expect(result.status == 74, "\(command): \(result.status)")
      if command != "--help" {
        #expect(result.errors.contains("No space left on device"), "\(command): \(result.errors)")
      }
    }
  }

  @Test("a reader that goes away ends the output and not the run")
  func reader() throws {
    let places = try Places()
    let answers = places.console.root + "/sites/tabletop/answers/queue-triage.yaml"
    let result = try shell(
      "\"$M\" run queue-triage --answers '\(answers)' | head -n 1; echo \"${PIPESTATUS[0]}\"",
      places
    )
    #expect(result.output.split(separator: "\n").last == "74", "\(result.output)")
    #expect(result.errors == "")
    let runs = try places.console.run("runs").output
    #expect(runs.contains("completed"), "\(runs)")
  }

  @Test("closed descriptors are never taken for files of the record")
  func closed() throws {
    let places = try Places()
    let answers = places.console.root + "/sites/tabletop/answers/queue-triage.yaml"
    let result = try shell(
      "\"$M\" run queue-triage --answers '\(answers)' <&- >&- 2>&-",
      places
    )
    #expect(result.status == 74)
    #expect(try places.console.run("verify", "--all").status == 0)
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: places.console.runs).first
    )
    let folder = places.console.runs + "/" + run
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      guard let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8) else {
        continue
      }
      #expect(!text.contains("step.started  "), "\(name) holds printed lines")
    }
  }

  @Test(
    "limits of the process are a sentence and 74, never a signal or a wait",
    .timeLimit(.minutes(1)),
    arguments: ["ulimit -n 16", "ulimit -v 900000"]
  )
  func limits(limit: String) throws {
    let places = try Places()
    let result = try shell("\(limit); \"$M\" run queue-triage --plain; echo \"$?\"", places)
    #expect(result.output == "74\n")
    #expect(result.errors.contains(#/^mailconsole: This process may .* needs .*ulimit/#))
  }

  @Test("a limit on the size of files fails the write and does not end the process")
  func fileSize() throws {
    let places = try Places()
    let answers = places.console.root + "/sites/tabletop/answers/queue-triage.yaml"
    let result = try shell(
      "ulimit -f 64; \"$M\" run queue-triage --answers '\(answers)'; echo \"$?\"",
      places
    )
    let status = result.output.split(separator: "\n").last
    #expect(status == "74" || status == "2", "\(result.output) \(result.errors)")
  }

  @Test("text from outside is escaped in JSON, whichever command prints it")
  func json() throws {
    let places = try Places()
    let hostile = "a\u{9B}31m\u{202E}b\u{2028}\u{7F}\u{200B}"
    let line =
      #"{"queue_name":"deferred","queue_id":"4F2A11B3C9D","arrival_time":1700000000,"message_size":1,"#
      + #""forced_expire":false,"sender":"\#(hostile)@x.test","recipients":"#
      + #"[{"address":"a@b.test","delay_reason":"\#(hostile)"}]}"#
    let file = try places.folder.write(line + "\n", to: "queue.jsonl")
    let queue = try places.console.run("queue", file, "--json").output
    let broken = try places.folder.write("id: \"\(hostile)\"\n", to: "\(hostile).yaml")
    let lint = try places.console.run("lint", "--json", broken).output
    for (name, text) in [("queue", queue), ("lint", lint)] {
      #expect(text.contains("\\u202E"), "\(name): \(text)")
      #expect(
        text.unicodeScalars.allSatisfy {
          $0 == "\n"
            || ![.control, .format, .lineSeparator, .paragraphSeparator]
              .contains($0.properties.generalCategory)
        },
        "\(name)"
      )
    }
  }
}
