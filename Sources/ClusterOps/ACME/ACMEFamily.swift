/// Certificates as cert-manager gets them from an authority by ACME (RFC 8555).
enum ACMEFamily {
  static let operations: [any CommandOperation] = [ACMEStatus()]
}
