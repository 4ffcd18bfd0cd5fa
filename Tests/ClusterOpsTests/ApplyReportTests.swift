import Runbooks
import Testing

@testable import ClusterOps

/// A server-side apply that did some objects and not the others.
@Suite struct ApplyReportTests {
  private let fake = FakeKubectl()

  private static let advice = """
    Please review the fields above--they currently have other managers. Here
    are the ways you can resolve this warning:
    * If you intend to manage all of these fields, please re-run the apply
      command with the `--force-conflicts` flag.
    * If you do not intend to manage all of the fields, please edit your
      manifest to remove references to the fields that should keep their
      current managers.
    * You may co-own fields by updating your manifest to match the existing
      value; in this case, you'll become the manager if the other manager(s)
      stop managing the field (remove it from their configuration).
    See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts

    """

  private static let stderr =
    "Warning: resource configmaps/postfix-main is missing the annotation which is required.\n"
    + "Apply failed with 2 conflicts: conflicts with \"kubectl-edit\" using v1:\n"
    + "- .data.main.cf\n- .data.master.cf\n" + advice
    + "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: "
    + ".data..dockerconfigjson\n" + advice
    + "Apply failed with 1 conflict: conflict with \"kube-controller-manager\" with subresource "
    + "\"scale\" using apps/v1: .spec.template.spec.containers[name=\"proxy\"].env[name=\"IP\"]\n"
    + advice
    + "error: Operation cannot be fulfilled on configmaps \"dovecot-conf\": the object has been "
    + "modified; please apply your changes to the latest version and try again\n"

  private static let stdout =
    "namespace/mail serverside-applied\nconfigmap/rspamd-local serverside-applied\n"
    + "secret/registry serverside-applied\n"

  private func failure() async -> OperationFailure? {
    do throws(OperationFailure) {
      _ = try await fake.catalogue.operationOrRefuse("k8s.apply").perform([:])
      return nil
    } catch {
      return error
    }
  }

  @Test("3 of 7: what was applied, what was refused, and which manager owns which field")
  func partial() async throws {
    fake.answer(
      "get.1",
      "Namespace mail 7\nConfigMap mail/rspamd-local 8\nConfigMap mail/postfix-main 3\n"
    )
    fake.answer(
      "get.2",
      "Namespace mail 7\nConfigMap mail/rspamd-local 9\nConfigMap mail/postfix-main 3\n"
    )
    fake.answer("apply", Self.stdout, stderr: Self.stderr, exit: 1)
    let failure = try #require(await failure())
    #expect(failure.effect == .partial)
    #expect(failure.reason == .refused)
    for part in [
      "3 objects applied (namespace/mail, configmap/rspamd-local, secret/registry), 4 refused",
      "\"kubectl-edit\" (v1) owns .data.main.cf, .data.master.cf",
      "\"kubectl-client-side-apply\" (v1) owns .data..dockerconfigjson",
      "\"kube-controller-manager\" by scale (apps/v1) owns "
        + ".spec.template.spec.containers[name=\"proxy\"].env[name=\"IP\"]",
      "configmaps \"dovecot-conf\": the object has been modified",
      "not applied: ConfigMap mail/postfix-main",
      "does not say which object",
    ] {
      #expect(failure.message.contains(part), "\(part)")
    }
    #expect(!failure.message.contains("--force-conflicts"))
    #expect(!failure.message.contains("Please review"))
    #expect(!failure.message.contains("annotation"))
  }

  @Test("an object that changed at the same moment is to be applied again, unlike a conflict")
  func modified() async throws {
    fake.answer("get", "Namespace mail 7\n")
    fake.answer(
      "apply",
      stderr: "error: Operation cannot be fulfilled on configmaps \"a\": the object has been "
        + "modified; please apply your changes to the latest version and try again\n",
      exit: 1
    )
    let failure = try #require(await failure())
    #expect(failure.reason == .failed)
    #expect(failure.advice.hasPrefix("Apply again"))
  }

  @Test("what could not be looked at after a failed apply is unknown, not none")
  func blind() async throws {
    fake.answer("get.1", "Namespace mail 7\n")
    fake.answer("get.2", stderr: "error: unexpected EOF\n", exit: 1)
    fake.answer("apply", stderr: "error: unexpected EOF\n", exit: 1)
    let failure = try #require(await failure())
    #expect(failure.effect == .unknown)
  }
}
