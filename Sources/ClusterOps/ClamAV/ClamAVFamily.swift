/// The virus scanner.
enum ClamAVFamily {
  static let service = PodService("ClamAV", container: "clamd")

  static let operations: [any CommandOperation] = [ClamAVPing()]
}
