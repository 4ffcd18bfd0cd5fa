public import Runbooks

/// The journal of a run whose sign-offs and confirmations are signed, by keys that are gone.
///
/// What was signed is worked out anew from the events, so a later version that words a document
/// in another way is found out. Never changed: a later form gets a journal of its own.
public enum GoldenSignedJournal {
  /// Loses its line in each of its steps, and is rolled back after a refusal.
  public static let text = """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: signed
    title: Signed
    version: 1.0.0
    owner: E4
    summary: A sign-off, a refusal and two confirmations, all signed.
    steps:
      - id: lose
        title: Lose the line
        do: line.lose
        risk: change
        rollback: {do: line.lose}
      - id: go
        title: Go on
        needs: [lose]
        approve: {of: [E4], statement: Go on.}
      - id: no
        title: Go further
        needs: [go]
        approve: {of: [E4], statement: Go further., on_reject: {rewind: go}}

    """

  /// The one operation of the runbook.
  public static let lose = OperationDeclaration(
    name: OperationName("line.lose"),
    summary: "Loses its line.",
    parameters: [],
    results: [],
    risk: .change,
    isRepeatable: false
  )

  public static func runbook() throws -> Runbook {
    try RunbookLoader(operations: [lose]).read(text: text, path: "signed.yaml").get()
  }

  /// The people's public keys, as they were pinned to the run.
  public static let allowedSigners = """
    ana ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFVW75BLBmS5MraI+uJo3JWQtOGfgJ1RiPG9uvWe2p/v ana
    bo ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFV8x8mHD5qBE6eBv/8Ooc39dvb5IfWl8akb1kK4qN+9 bo
    cy ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOx5l5FvTaUcee7SU4mV4tmoNTTXmG3Ev+Z0EPaq7L2o cy

    """

  /// The end of the chain.
  public static let head = "cc9ae73fcbf4e7378a0d0c6d80a1a9c938037eb7aaa74e9b9888dbc490e1d5b6"

  public static let lines = #"""
    {"actor":"ana","at":1795316400000,"boot":"boot-0","event":{"allowedSigners":"89213954a5a0f348e080eb458b8839882962f5ae9cfeb27ef241e5df93a5fedc","at":1795316400000,"by":"ana","console":"test","duties":{"confirmations":"ssh-signatures","settling":"two"},"inputs":{},"mode":"live","operators":[{"name":"ana","roles":["E4"]},{"name":"bo","roles":["E4"]},{"name":"cy","roles":["E4"]}],"pace":"automatic","run":"run-1","runbook":"signed","signOffs":"ssh-signatures","site":"lab","siteRecord":"b9d9fd71bae3c1a4f807ab5b42191e89c0bad866c70f31be036f5957300b686c","text":"118440423f9905857f39a2f61b8da6e73608a588a8e06e84517b8217c88095e0","title":"Signed","type":"run.created","version":"1.0.0"},"mono":0,"run":"run-1","seq":1,"v":1}
    {"actor":"ana","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"boot":"boot-0","by":"ana","epoch":1,"pid":1,"type":"driver.attached"},"mono":0,"run":"run-1","seq":2,"v":1}
    {"actor":"ana","at":1795316400000,"boot":"boot-0","event":{"actions":[{"argv":["lose"]}],"arguments":{},"at":1795316400000,"attempt":1,"by":"ana","isRepeatable":false,"risk":"change","step":"lose","type":"step.started"},"mono":0,"run":"run-1","seq":3,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"attempt":1,"durationMilliseconds":0,"evidence":[],"failure":{"advice":"Look.","effect":"unknown","message":"the line was cut","reason":"unreachable"},"outcome":"failed","outputs":{},"step":"lose","summary":"the line was cut","type":"step.ended"},"mono":0,"run":"run-1","seq":4,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"attempt":1,"settlement":"leftToPeople","step":"lose","summary":"the line was cut; it has no probe that tells, and it may not be repeated blindly","type":"step.reconciled"},"mono":0,"run":"run-1","seq":5,"v":1}
    {"actor":"ana","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"by":"ana","decision":"markDone","reason":"it is in the list","step":"lose","type":"settlement.proposed"},"mono":0,"run":"run-1","seq":6,"v":1}
    {"actor":"bo","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"by":"bo","decision":"markDone","proposer":"ana","reason":"so it is","seen":"15dd1d85505e26915b343f5203ef956e7b0e2fd36aff1888ab329ad46fe5b7d5","signature":{"armored":"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgVXzHyYcPmoETp4G//w6hzf129v\nkh9aXxqRvWQrio370AAAALbWFpbGNvbnNvbGUAAAAAAAAABnNoYTUxMgAAAFMAAAALc3No\nLWVkMjU1MTkAAABAcPBrwgmBr+k1z5EX1BtmuDk/on0KznNHUVrqWF8KM3O0aaEnRMQpEo\nKMqDkbLhiFGd+VoD1q3AsNtRLfQadpCA==\n-----END SSH SIGNATURE-----\n","fingerprint":"SHA256:c8rlDt+3bNZHjslFr7XOV0/ZGczb+8YW0davReJRwt0"},"step":"lose","type":"decision.made"},"mono":0,"run":"run-1","seq":7,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"count":1,"evidence":[],"excluded":[],"roles":["E4"],"statement":"Go on.","step":"go","type":"approval.requested"},"mono":0,"run":"run-1","seq":8,"v":1}
    {"actor":"bo","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"by":"bo","comment":"seen","evidence":[],"roles":["E4"],"seen":"d75b3a8cb8319ac218051d6fa71754c6d8ebd2772acdf0571a0bd642fde729c6","signature":{"armored":"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgVXzHyYcPmoETp4G//w6hzf129v\nkh9aXxqRvWQrio370AAAALbWFpbGNvbnNvbGUAAAAAAAAABnNoYTUxMgAAAFMAAAALc3No\nLWVkMjU1MTkAAABAg2prx5u5uAxuC+W6tCz5NZQ7R5WoEA9Em0K5hPcn3qFxga75cejZFn\nluO2XgAqnn+FZ6wDEJ52T9V+xfCyEDAw==\n-----END SSH SIGNATURE-----\n","fingerprint":"SHA256:c8rlDt+3bNZHjslFr7XOV0/ZGczb+8YW0davReJRwt0"},"statement":"Go on.","step":"go","type":"approval.given"},"mono":0,"run":"run-1","seq":9,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"count":1,"evidence":[],"excluded":[],"roles":["E4"],"statement":"Go further.","step":"no","type":"approval.requested"},"mono":0,"run":"run-1","seq":10,"v":1}
    {"actor":"cy","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"by":"cy","reason":"not tonight","seen":"9048375a2f3f7d1a58152c30044a8f911db6926c2b4458f33345d31a4baed8c9","signature":{"armored":"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg7HmXkW9NpRx57tJTiZXi2ag1NN\neYbcS/5nQQ9qrsvagAAAALbWFpbGNvbnNvbGUAAAAAAAAABnNoYTUxMgAAAFMAAAALc3No\nLWVkMjU1MTkAAABAJzbnHJ75zkqsCsT4For/EKCzYGmtiix4jlMhS6BjWJEREUVpRAAebY\niip/280em1LKMTBlqhsNiYPAqS0rCRBA==\n-----END SSH SIGNATURE-----\n","fingerprint":"SHA256:yTDZKewej8ovxeIuoWlpxjwpXw5OVO0ha8tVVa3vn+Q"},"step":"no","type":"approval.rejected"},"mono":0,"run":"run-1","seq":11,"v":1}
    {"actor":"cy","at":1795316400000,"boot":"boot-0","event":{"by":"cy","reason":"not tonight","step":"go","steps":["go","no"],"type":"run.rewound"},"mono":0,"run":"run-1","seq":12,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"count":1,"evidence":[],"excluded":[],"roles":["E4"],"statement":"Go on.","step":"go","type":"approval.requested"},"mono":0,"run":"run-1","seq":13,"v":1}
    {"actor":"ana","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"by":"ana","reason":"not tonight","type":"rollback.requested"},"mono":0,"run":"run-1","seq":14,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"order":["lose"],"standing":[],"type":"rollback.begun"},"mono":0,"run":"run-1","seq":15,"v":1}
    {"actor":"ana","at":1795316400000,"boot":"boot-0","event":{"actions":[{"argv":["lose"]}],"arguments":{},"at":1795316400000,"attempt":2,"by":"ana","isRepeatable":false,"risk":"change","step":"lose","type":"compensation.started"},"mono":0,"run":"run-1","seq":16,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"attempt":2,"durationMilliseconds":0,"evidence":[],"failure":{"advice":"Look.","effect":"unknown","message":"the line was cut","reason":"unreachable"},"outcome":"failed","outputs":{},"step":"lose","summary":"the line was cut","type":"compensation.ended"},"mono":0,"run":"run-1","seq":17,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"attempt":2,"settlement":"leftToPeople","step":"lose","summary":"the line was cut; whether it was undone is not known, and it may not be repeated blindly","type":"compensation.reconciled"},"mono":0,"run":"run-1","seq":18,"v":1}
    {"actor":"ana","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"by":"ana","decision":"markDone","reason":"it is in the list","step":"lose","type":"compensation.proposed"},"mono":0,"run":"run-1","seq":19,"v":1}
    {"actor":"bo","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"by":"bo","decision":"markDone","proposer":"ana","reason":"so it is","seen":"401492f13bbf46763558a8e882cd4c7db955d0d25d6573b9571291d87c92acf8","signature":{"armored":"-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgVXzHyYcPmoETp4G//w6hzf129v\nkh9aXxqRvWQrio370AAAALbWFpbGNvbnNvbGUAAAAAAAAABnNoYTUxMgAAAFMAAAALc3No\nLWVkMjU1MTkAAABAi4qPnotqBfQeJIYBlRQOI/sQBFd425SXLf6erQzNa+DYyKwthiMnrX\nHyk0RVeFwg0xtc/8J6u0g0c0Yk3FAuAg==\n-----END SSH SIGNATURE-----\n","fingerprint":"SHA256:c8rlDt+3bNZHjslFr7XOV0/ZGczb+8YW0davReJRwt0"},"step":"lose","type":"compensation.decided"},"mono":0,"run":"run-1","seq":20,"v":1}
    {"actor":"mailconsole","at":1795316400000,"boot":"boot-0","event":{"at":1795316400000,"outcome":"aborted","summary":"rolled back by ana: not tonight; 1 of 1 undone","type":"run.ended"},"mono":0,"run":"run-1","seq":21,"v":1}
    """#
}
