/// Fields and words of form 1 that no golden journal happens to have, each in a line of its own.
///
/// Lines are added and never changed.
enum GoldenWords {
  static let lines = #"""
    {"actor":"ana","at":1795316401000,"boot":"boot-0","event":{"at":1795316500000,"by":"ana","console":"1.0.0","duties":{"drivers":["E4"],"settling":"one"},"inputs":{},"mode":"plan","operators":[{"name":"ana","roles":["E4"]}],"pace":"automatic","run":"run-1","runbook":"trial","signOffs":"typed-names","site":"lab","siteRecord":"fbae041b02c41ed0fd8a4efb039bc780dd6af4a1f0c420f42561ae705dda43fe","text":"8f2ccc429e0e121fb112b0b9a89cf17c8e1b92a77475827bed5d7d5f7028d892","title":"Trial","type":"run.created","version":"1.0.0"},"mono":1000000000,"run":"run-1","seq":1,"v":1}
    {"actor":"ana","at":1795316402000,"boot":"boot-0","event":{"at":1795316500000,"by":"ana","step":"look","text":"slow today","type":"note.added"},"mono":2000000000,"run":"run-1","seq":2,"v":1}
    {"actor":"mailconsole","at":1795316403000,"boot":"boot-0","event":{"at":1795316500000,"holder":{"by":"bo","run":"run-0","since":1795316300000},"lock":{"name":"mail-queue","scope":"node","site":"lab","target":"n1"},"type":"lock.refused"},"mono":3000000000,"run":"run-1","seq":3,"v":1}
    {"actor":"mailconsole","at":1795316404000,"boot":"boot-0","event":{"at":1795316500000,"locks":[{"name":"mail-queue","scope":"domain","site":"lab","target":"example.org"}],"type":"locks.taken"},"mono":4000000000,"run":"run-1","seq":4,"v":1}
    {"actor":"ana","at":1795316405000,"boot":"boot-0","event":{"arguments":{"n":1},"at":1795316500000,"step":"call","task":"runbook","text":"run `queue-triage`","type":"person.asked"},"mono":5000000000,"run":"run-1","seq":5,"v":1}
    {"actor":"ana","at":1795316406000,"boot":"boot-0","event":{"actions":[{"argv":["kubectl","get","pods"],"standardInput":"the queue IDs, one a line"}],"at":1795316500000,"attempt":1,"step":"wait","type":"wait.started","until":1795316560000},"mono":6000000000,"run":"run-1","seq":6,"v":1}
    {"actor":"ana","at":1795316407000,"boot":"boot-0","event":{"actions":[],"arguments":{},"at":1795316500000,"attempt":1,"by":"ana","isRepeatable":false,"risk":"destructive","step":"hold","type":"step.started"},"mono":7000000000,"run":"run-1","seq":7,"v":1}
    {"actor":"mailconsole","at":1795316408000,"boot":"boot-0","event":{"at":1795316500000,"attempt":1,"durationMilliseconds":0,"evidence":[],"outcome":"planned","outputs":{},"step":"hold","summary":"would hold 3 messages","type":"step.ended"},"mono":8000000000,"run":"run-1","seq":8,"v":1}
    {"actor":"mailconsole","at":1795316409000,"boot":"boot-0","event":{"at":1795316500000,"attempt":1,"settlement":"safeToRepeat","step":"look","summary":"another attempt is made: it only reads","type":"step.reconciled"},"mono":9000000000,"run":"run-1","seq":9,"v":1}
    {"actor":"bo","at":1795316410000,"boot":"boot-0","event":{"at":1795316500000,"by":"bo","decision":"skip","reason":"not needed","step":"hold","type":"decision.made"},"mono":10000000000,"run":"run-1","seq":10,"v":1}
    {"actor":"mailconsole","at":1795316411000,"boot":"boot-0","event":{"reason":{"ended":"failed","needCannotBeMet":"hold"},"step":"wait","type":"step.skipped"},"mono":11000000000,"run":"run-1","seq":11,"v":1}
    {"actor":"mailconsole","at":1795316412000,"boot":"boot-0","event":{"reason":{"needsPlannedResult":"hold.count is not known in a plan"},"step":"why","type":"step.skipped"},"mono":12000000000,"run":"run-1","seq":12,"v":1}
    {"actor":"mailconsole","at":1795316413000,"boot":"boot-0","event":{"reason":{"decidedBy":"bo","reason":"not needed"},"step":"hold","type":"step.skipped"},"mono":13000000000,"run":"run-1","seq":13,"v":1}
    {"actor":"mailconsole","at":1795316414000,"boot":"boot-0","event":{"at":1795316500000,"outcome":"completed","summary":"9 of 9 steps done","type":"run.ended"},"mono":14000000000,"run":"run-1","seq":14,"v":1}
    {"actor":"mailconsole","at":1795316415000,"boot":"boot-0","event":{"at":1795316500000,"outcome":"failed","summary":"hold failed","type":"run.ended"},"mono":15000000000,"run":"run-1","seq":15,"v":1}
    {"actor":"ana","at":1795316416000,"boot":"boot-0","event":{"at":1795316500000,"by":"ana","commands":"fbae041b02c41ed0fd8a4efb039bc780dd6af4a1f0c420f42561ae705dda43fe","step":"hold","type":"step.released"},"mono":16000000000,"run":"run-1","seq":16,"v":1}
    """#
}
