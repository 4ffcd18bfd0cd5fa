/// Which Debian package a program comes in, for the sentence that says it is missing.
enum ProgramPackage {
  private static let packages = [
    "curl": "curl", "dig": "bind9-dnsutils", "kdig": "knot-dnsutils", "knsupdate": "knot-dnsutils",
    "ldns-read-zone": "ldnsutils", "nft": "nftables", "nmap": "nmap",
    "openssl": "openssl",
    "restic": "restic", "ss": "iproute2", "ssh": "openssh-client", "ssh-add": "openssh-client",
    "spfquery.mail-spf-perl": "spf-tools-perl", "ssh-keygen": "openssh-client", "swaks": "swaks",
    "timeout": "coreutils", "xargs": "findutils",
  ]

  /// ` (apt install PACKAGE)`; empty where none is known.
  static func hint(of program: String) -> String {
    packages[program].map { " (apt install \($0))" } ?? ""
  }
}
