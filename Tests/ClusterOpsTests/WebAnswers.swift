@testable import ClusterOps

extension Answer {
  /// What curl 7.88 gives of a transfer: the body, and its facts on standard error.
  static func fetched(_ body: String, status: Int = 200, exit: Int = 0) -> Answer {
    said(
      body,
      stderr: #"{"content_type":"application/json","errormsg":null,"exitcode":\#(exit),"#
        + #""redirect_url":null,"remote_ip":"127.0.0.1","response_code":\#(status),"#
        + #""time_total":0.005695}"# + "\n",
      exit: exit
    )
  }

  /// What curl says where nobody accepts the connection.
  static let unconnected = said(
    "",
    stderr: "curl: (7) Failed to connect to 127.0.0.1 port 9090\n",
    exit: 7
  )
}
