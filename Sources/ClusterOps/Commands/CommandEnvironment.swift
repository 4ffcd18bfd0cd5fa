internal import Glibc

/// The environment that commands are given: named variables, nothing inherited by accident.
public struct CommandEnvironment: Sendable, Hashable {
  /// Names and values.
  public var variables: [String: String]

  public init(_ variables: [String: String]) { self.variables = variables }

  /// What kubectl and its credential plugins need of ours, and a language in
  /// which messages can be recognised.
  ///
  /// `KUBECONFIG` is passed on: it is where kubectl looks when the site names none.
  public static func current() -> CommandEnvironment {
    var variables = ["LC_ALL": "C.UTF-8", "KUBECTL_EXTERNAL_DIFF": "diff -u -N"]
    for name in passedOn {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    if variables["PATH"] == nil { variables["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
    return CommandEnvironment(variables)
  }

  private static let passedOn = [
    "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "KUBECONFIG", "SSH_AUTH_SOCK", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "HTTPS_PROXY", "NO_PROXY", "https_proxy", "no_proxy", "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
  ]
}
