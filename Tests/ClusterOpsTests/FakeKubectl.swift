import Runbooks

@testable import ClusterOps

/// An executable called `kubectl` that plays a cluster from files.
///
/// It keeps every call in `calls`, one JSON array a line with the input last;
/// answers verbs from `VERB.out`, `VERB.err` and `VERB.exit`, programs in the
/// container from `PROGRAM.out`…; and applies postsuper to `queue`, one message
/// a line as `postqueue -j` prints it. Where `VERB.N.out` exists, it is the Nth
/// answer of a verb. `cut` holds the numbers of the listings of the queue that lose
/// their end, and how many bytes of them arrive.
struct FakeKubectl {
  let directory = TemporaryDirectory()

  init() {
    directory.write("kubectl", Self.script, executable: true)
  }

  /// A runner that finds this kubectl first.
  var runner: CommandRunner {
    var environment = CommandEnvironment.current()
    environment.variables["PATH"] =
      directory.path + ":" + (environment.variables["PATH"] ?? "/usr/bin:/bin")
    environment.variables["FAKE"] = directory.path
    return CommandRunner(environment: environment, grace: .milliseconds(100))
  }

  /// The catalogue whose operations call this kubectl.
  var catalogue: OperationCatalogue { .standard(runner: runner) }

  /// What a verb or program answers.
  func answer(_ name: String, _ stdout: String = "", stderr: String = "", exit: Int = 0) {
    directory.write(name + ".out", stdout)
    directory.write(name + ".err", stderr)
    directory.write(name + ".exit", String(exit))
  }

  /// The argument vectors received, in order.
  var calls: [[String]] {
    directory.read("calls").split(separator: "\n").map { line in
      line.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private static let script = #"""
    #!/usr/bin/python3
    import json, os, sys
    fake = os.environ["FAKE"]
    args = sys.argv[1:]
    with open(fake + "/calls", "a") as calls:
        calls.write("\x1f".join(["kubectl"] + args).replace("\n", "\\n") + "\n")
    while args and args[0].startswith("--"):
        args = args[2:]

    def play(name):
        turn = fake + "/" + name + ".turn"
        number = int(open(turn).read()) + 1 if os.path.exists(turn) else 1
        open(turn, "w").write(str(number))
        if os.path.exists("%s/%s.%d.out" % (fake, name, number)):
            name = "%s.%d" % (name, number)
        for stream, ending in ((sys.stdout, ".out"), (sys.stderr, ".err")):
            try:
                with open(fake + "/" + name + ending) as file:
                    stream.write(file.read())
            except FileNotFoundError:
                pass
        try:
            return int(open(fake + "/" + name + ".exit").read())
        except FileNotFoundError:
            return 0

    def queue():
        with open(fake + "/queue", encoding="utf-8", errors="surrogateescape") as file:
            return [json.loads(line) for line in file]

    def save(messages):
        with open(fake + "/queue", "w", encoding="utf-8", errors="surrogateescape") as file:
            for message in messages:
                file.write(json.dumps(message, ensure_ascii=False) + "\n")

    def end(status):
        if marked:
            sys.stdout.write("\n[end of output]\n")
        if status:
            sys.stderr.write("command terminated with exit code %d\n" % status)
        sys.exit(status)

    if args[0] != "exec":
        sys.exit(play(args[0]))
    if os.path.exists(fake + "/exec.exit"):
        sys.exit(play("exec"))
    program = args[args.index("--") + 1:]
    marked = program[:2] == ["sh", "-c"]
    if marked:
        program = program[3:]
    name = program[0]
    if program == ["postqueue", "-j"]:
        turn = fake + "/queue.turn"
        number = int(open(turn).read()) + 1 if os.path.exists(turn) else 1
        open(turn, "w").write(str(number))
        with open(fake + "/queue", "rb") as file:
            listing = file.read()
        if os.path.exists(fake + "/cut"):
            cuts = dict(map(int, line.split()) for line in open(fake + "/cut"))
            if number in cuts:
                sys.stdout.buffer.write(listing[:cuts[number]])
                sys.exit(0)
        sys.stdout.buffer.write(listing)
        sys.stdout.flush()
        end(0)
    if name == "postsuper":
        where = {"-h": ["active", "deferred", "incoming"], "-H": ["hold"]}.get(
            program[1], ["hold", "active", "deferred", "incoming"])
        says = {"-h": "Placed on hold", "-H": "Released from hold", "-r": "Requeued", "-d": "Deleted"}
        to = {"-h": "hold", "-H": "deferred", "-r": "incoming"}
        ids = set(sys.stdin.read().split())
        stuck = set(open(fake + "/stuck").read().split()) if os.path.exists(fake + "/stuck") else set()
        gone = set(open(fake + "/gone").read().split()) if os.path.exists(fake + "/gone") else set()
        left, count = [], 0
        for message in queue():
            id = message["queue_id"]
            if id in gone:
                continue
            if id in ids and id not in stuck and message["queue_name"] in where:
                count += 1
                if program[1] == "-d":
                    continue
                message["queue_name"] = to[program[1]]
                if program[1] == "-r":
                    for recipient in message["recipients"]:
                        recipient.pop("delay_reason", None)
            left.append(message)
        save(left)
        if count:
            sys.stderr.write("postsuper: %s: %d message%s\n" % (says[program[1]], count, "s"[:count != 1]))
        end(0)
    if program[:5] == ["xargs", "-r", "-n", "100", "postcat"]:
        known = {message["queue_id"]: message for message in queue()}
        status = 0
        for id in sys.stdin.read().split():
            if id not in known:
                sys.stderr.write("postcat: fatal: open queue file %s: No such file or directory\n" % id)
                status = 123
                continue
            path = "%s/%s/%s" % (known[id]["queue_name"], id[0], id)
            sys.stdout.write("*** ENVELOPE RECORDS %s ***\nsender: x\n*** MESSAGE CONTENTS %s ***\n"
                             "Subject: y\n\nbody\n*** MESSAGE FILE END %s ***\n" % (path, path, path))
        end(status)
    if name == "xargs":
        open(fake + "/flushed", "w").write(sys.stdin.read())
        end(0)
    end(play(name))
    """#
}
