internal import Runbooks

/// Where a command runs from.
enum Vantage: Sendable, Hashable {
  /// This machine, as whoever runs mailconsole.
  case here
  /// A container of a workload in the site's cluster, by `kubectl exec`; nil: the site's own.
  case pod(workload: String? = nil, container: String? = nil)
  /// A place that the site names.
  case named(SiteVantage)

  /// The vantage of that name on a site.
  ///
  /// - Throws: where the site names none such: nothing can be found out from there.
  init(_ name: String, of site: Site) throws(OperationFailure) {
    switch name {
    case "here": self = .here
    case "pod": self = .pod()
    default:
      guard let vantage = site.vantages.first(where: { $0.name == name }) else {
        let known = ["here", "pod"] + site.vantages.map(\.name)
        throw OperationFailure(
          undetermined: "the site \(site.name) names no vantage ‘\(capped(name, 60))’",
          Doubt(
            .end,
            "it has \(known.joined(separator: ", "))",
            advice: "Name in site.yaml how commands are run there, e.g. "
              + "`vantages: {\(capped(name, 60)): {via: [ssh, -T, probe@HOST]}}`."
          )
        )
      }
      self = .named(vantage)
    }
  }

  /// The whole argument vector that runs a program from here.
  ///
  /// - Parameter withInput: whether it reads standard input.
  func argv(_ program: [String], on site: Site, withInput: Bool) -> [String] {
    switch self {
    case .here: program
    case .pod(let workload, let container):
      Kubectl(site).exec(
        program,
        workload: workload,
        container: container,
        withInput: withInput
      )
    case .named(let vantage): vantage.argv(program)
    }
  }

  /// Its name, as a runbook writes it.
  var words: String {
    switch self {
    case .here: "here"
    case .pod: "pod"
    case .named(let vantage): vantage.name
    }
  }
}
