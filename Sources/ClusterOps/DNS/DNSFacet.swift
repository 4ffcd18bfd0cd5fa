internal import Runbooks

/// kdig(1), knsupdate(1) and ldns-read-zone(1) in a simulated world, and Cloudflare's API.
struct DNSFacet: Facet {
  let programs: Set = ["kdig", "knsupdate", "ldns-read-zone", "curl"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = command.program
    guard let start = program.firstIndex(of: "kdig"), program[0] == "xargs" || start == 0 else {
      switch program.first {
      case "ldns-read-zone": return scene.dns.zoneFile(program.last ?? "", in: scene.site.directory)
      case "knsupdate": return SimulatedUpdate.answer(command, in: &scene)
      case "curl": return SimulatedCloudflare.answer(command, in: &scene)
      default: return nil
      }
    }
    let fed = String(decoding: command.input, as: UTF8.self).split(separator: "\n").map(String.init)
    // xargs -r starts nothing for an empty input.
    guard start == 0 || !fed.isEmpty else { return Answer() }
    var said = scene.dns.answer(Array(program[start...]) + fed)
    // xargs(1): the program ended with a status of 1 to 125.
    if start > 0, said.exit != 0 { said.exit = 123 }
    return said
  }
}

extension SimulatedDNS {
  /// What kdig prints for its arguments.
  fileprivate func answer(_ argv: [String]) -> Answer {
    let text = argv.first { $0.hasPrefix("@") }.map { String($0.dropFirst()) } ?? "system"
    let server = DNSServer(text: text, isAuthority: argv.contains("+norecurse"))
    var answer = Answer()
    var type = DNSType.a
    var names: [(String, DNSType)] = []
    for (option, argument) in zip(argv, argv.dropFirst()) {
      if option == "-q" { names.append((DNSName.canonical(argument), .a)) }
      if option == "-t", !names.isEmpty {
        type = DNSType(rawValue: argument) ?? type
        names[names.count - 1].1 = type
      }
    }
    for (name, type) in names {
      if let message = message(DNSQuestion(name: name, type: type), by: server) {
        answer.stdout += JSONBytes.text(message) + [0x0A]
      } else {
        let host = text == "system" ? "127.0.0.1" : text.split(separator: "#").first ?? "server"
        answer.exit = 1
        answer.stdout += Array("{\n}\n".utf8)
        answer.stderr +=
          ";; WARNING: response timeout for \(host)@53(UDP)\n"
          + ";; ERROR: failed to query server \(host)@53(UDP)\n"
      }
    }
    return answer
  }

  /// What ldns-read-zone prints of a file of the site.
  fileprivate func zoneFile(_ path: String, in directory: String) -> Answer {
    let name = path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
    guard let lines = files[name] else { return Answer(published) }
    guard !lines.isEmpty else {
      return Answer(exit: 1, stderr: "Unable to open \(path): No such file or directory\n")
    }
    return Answer(lines.map { $0 + "\n" }.joined())
  }
}
