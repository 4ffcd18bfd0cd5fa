import Foundation
import Runbooks

@testable import ClusterOps

/// Executables called `kdig` and `ldns-read-zone` that play ``DNSRecorded``; a question that was not
/// recorded is not answered. They keep every call in `calls`.
struct FakeKdig {
  let directory = TemporaryDirectory()

  init(zone: String = DNSRecorded.zone) throws {
    directory.write("kdig", Self.script, executable: true)
    directory.write(
      "ldns-read-zone",
      "#!/bin/sh\necho \"ldns-read-zone $*\" >> \"$FAKE/calls\"\ncat \"$FAKE/zone\"\n",
      executable: true
    )
    directory.write("zone", zone)
    let table = DNSRecorded.answers.mapValues { [$0.stdout, $0.stderr, String($0.exit)] }
    directory.write("answers", Array(try JSONEncoder().encode(table)))
  }

  /// Has kdig print that whatever it is asked.
  func garble(_ output: String, stderr: String = "", exit: Int = 0) {
    directory.write("garbled", output)
    directory.write("garbled.err", stderr)
    directory.write("garbled.exit", String(exit))
  }

  var catalogue: OperationCatalogue {
    var environment = CommandEnvironment.current()
    environment.variables["PATH"] =
      directory.path + ":" + (environment.variables["PATH"] ?? "/usr/bin:/bin")
    environment.variables["FAKE"] = directory.path
    return .standard(runner: CommandRunner(environment: environment, grace: .milliseconds(100)))
  }

  var calls: [String] { directory.read("calls").split(separator: "\n").map(String.init) }

  private static let script = #"""
    #!/usr/bin/python3
    import json, os, sys
    fake = os.environ["FAKE"]
    args = sys.argv[1:]
    with open(fake + "/calls", "a") as calls:
        calls.write(" ".join(["kdig"] + args) + "\n")
    if os.path.exists(fake + "/garbled"):
        sys.stdout.write(open(fake + "/garbled").read())
        sys.stderr.write(open(fake + "/garbled.err").read())
        sys.exit(int(open(fake + "/garbled.exit").read()))
    answers = json.load(open(fake + "/answers"))
    server = next((a[1:] for a in args if a.startswith("@")), "system")
    mark = "+" if "+norecurse" in args else ""
    status = 0
    for place, arg in enumerate(args):
        if arg != "-q":
            continue
        name, kind = args[place + 1], args[place + 3]
        said = answers.get(mark + "%s %s %s" % (server, name, kind))
        if said is None:
            said = ["{\n}", ";; WARNING: response timeout for %s@53(UDP)\n;; ERROR: failed to "
                    "query server %s@53(UDP)\n" % (server, server), "1"]
        sys.stdout.write(said[0] + "\n")
        sys.stderr.write(said[1])
        status = int(said[2]) or status
    sys.exit(status)
    """#
}

extension Site {
  /// The site of the recordings.
  static func dns(values: [String: String] = [:]) -> Site {
    test(addresses: ["198.51.100.25", "2001:db8::25"], values: values)
  }
}
