internal import ClusterOps
internal import Foundation
internal import Runbooks

/// What `doctor` looks at of a site: what its files say, and the places they lead to.
enum SiteInspection {
  static let place = "site"

  /// Whether the site leads anywhere; one that is simulated only starts no process.
  static func hasCluster(_ site: Site) -> Bool {
    site.scenario == nil || site.kubernetes.context != nil
  }

  // MARK: Near

  /// - Parameters:
  ///   - actor: the operator who would act; nil: nobody whom the site knows.
  ///   - plan: the roles of the plan.
  static func near(_ site: Site, actor: String?, plan: [PlanRole]) -> [Inspection] {
    var findings: [Inspection] = [
      .has("site \(site.name), \(site.operators.count) operators", at: place)
    ]
    findings += roles(plan, of: site)
    if let kubeconfig = site.kubernetes.kubeconfig {
      findings.append(
        FileManager.default.isReadableFile(atPath: kubeconfig)
          ? .has("kubeconfig \(kubeconfig)", at: place)
          : .lacks(
            "kubeconfig \(kubeconfig) cannot be read",
            "The site's cluster cannot be reached without it.",
            at: place
          )
      )
    }
    if hasCluster(site) { findings.append(manifests(of: site)) }
    return findings + signing(on: site, actor: actor)
  }

  private static func roles(_ plan: [PlanRole], of site: Site) -> [Inspection] {
    let unheld = SiteInterview.unheld(plan, by: site.operators)
    guard !unheld.isEmpty else {
      return plan.isEmpty ? [] : [.has("every role of the plan has a holder", at: place)]
    }
    let lines = unheld.map { "\($0.role.name): \($0.title)" }
    return [
      .lacks(
        (["roles of the plan that nobody holds"] + lines).joined(separator: "\n"),
        "Name their holders in operators.yaml: what waits for such a role waits for ever.",
        at: place
      )
    ]
  }

  private static func manifests(of site: Site) -> Inspection {
    guard let manifests = site.manifests else {
      return .lacks(
        "site.yaml names no manifests, so nothing can be compared or applied",
        "Give the Kustomize directory under `manifests`.",
        at: place
      )
    }
    // The names that kubectl-kustomize(1) looks for.
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]
    let isThere = names.contains {
      FileManager.default.isReadableFile(atPath: "\(manifests)/\($0)")
    }
    return isThere
      ? .has("manifests in \(manifests)", at: place)
      : .lacks(
        "the manifests directory \(manifests) has no kustomization.yaml",
        "Check the platform out there, or correct `manifests` in site.yaml.",
        at: place
      )
  }

  /// Who can sign, where sign-offs are signatures.
  private static func signing(on site: Site, actor: String?) -> [Inspection] {
    guard let signers = site.signers.allowed else {
      return [.has("sign-offs are typed names: the site has no allowed_signers", at: place)]
    }
    var findings: [Inspection] = []
    if !signers.skipped.isEmpty {
      let lines = signers.skipped.map { "line \($0.line), column \($0.column): \($0.message)" }
      findings.append(
        .lacks(
          (["allowed_signers has lines that OpenSSH leaves out"] + lines).joined(separator: "\n"),
          "Correct or remove them: who is on them cannot sign.",
          at: place
        )
      )
    }
    let now = SystemRunClock().read().wall
    let people = site.operators.map(\.name)
    let keyless = people.filter { site.signers.keys(of: $0, at: now).isEmpty }
    findings.append(
      keyless.isEmpty
        ? .has("every operator has a key in allowed_signers", at: place)
        : .lacks(
          "no key in allowed_signers signs today for \(keyless.joined(separator: ", "))",
          "Add a line for each: NAME namespaces=\"\(SignOffDocument.namespace)\" ssh-ed25519 …",
          at: place
        )
    )
    return findings + [agent(on: site, people, actor: actor, at: now)]
  }

  /// Whether the ssh-agent has the key of whoever acts here.
  private static func agent(
    on site: Site,
    _ people: [String],
    actor: String?,
    at now: Moment
  ) -> Inspection {
    let signer = SSHSigner()
    let keys: SigningKeys
    do {
      keys = try blocking {
        await SigningKeys.find(for: people) { name async throws(SigningFailure) in
          try await signer.key(of: name, in: site.signers, at: now)
        }
      }
    } catch {
      return .lacks("the ssh-agent: \(error)", "", at: place)
    }
    let holders = keys.holders.map(\.name)
    let elsewhere = "ssh-add, or sign elsewhere with `mailconsole challenge` and `sign`."
    guard !holders.isEmpty else {
      return .lacks(
        keys.problem ?? "no key in the ssh-agent signs for an operator of this site",
        "Sign-offs need one: \(elsewhere)",
        at: place
      )
    }
    let names = holders.joined(separator: ", ")
    if let actor, !holders.contains(actor) {
      return .lacks(
        "no key in the ssh-agent signs for \(actor), who acts here; one does for \(names)",
        "Add their key: \(elsewhere)",
        at: place
      )
    }
    return .has("a key in the ssh-agent signs for \(names)", at: place)
  }

  // MARK: Far

  /// Looks at the programs of this machine, at each vantage and at the cluster, side by side.
  ///
  /// - Parameter tell: is given the findings of each as they come.
  static func far(
    _ site: Site,
    _ checks: [CheckDefinition],
    tell: @escaping @Sendable ([Inspection]) -> Void
  ) throws(CommandFailure) -> [Inspection] {
    let needed = NeededPrograms(of: checks, on: site).places
    let named = Set(site.vantages.map(\.name))
    var findings: [Inspection] = needed.keys.sorted().filter { $0 != "here" && !named.contains($0) }
      .map { name in
        .lacks(
          "site.yaml names no vantage \(name), from which \(needed[name]?.checks ?? 0) checks look",
          "Give the way there: `vantages: {\(name): {via: [ssh, -T, probe@HOST]}}`.",
          at: place
        )
      }
    if let here = needed["here"] {
      let known = Set(DoctorCommand.machinePrograms.map(\.name))
      findings += ProgramInspection.here(here, but: known)
    }
    tell(findings)
    do {
      return findings
        + (try blocking {
          await withTaskGroup(of: [Inspection].self) { group in
            for vantage in site.vantages {
              let place = needed[vantage.name] ?? NeededPrograms.Place()
              group.addTask { await ProgramInspection.look(at: vantage, for: place) }
            }
            group.addTask { await ClusterInspection.look(at: site) }
            var all: [Inspection] = []
            for await found in group {
              tell(found)
              all += found
            }
            return all
          }
        })
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }
}
