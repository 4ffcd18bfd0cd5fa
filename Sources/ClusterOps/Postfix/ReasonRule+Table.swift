extension ReasonRule {
  /// Names of block lists that count as words although they stand inside a URL or a host's name.
  static let marks: [StaticString] = [
    "spamhaus", "spamcop", "barracuda", "sorbs", "uceprotect", "dnsbl",
  ]

  /// What replies and events mean: the first row that fits counts.
  ///
  /// Whoever adds a row adds the line that needs it to `ReasonRuleTests`. Sources: the texts of
  /// Postfix's own sources for events; RFC 3463, RFC 4954 and RFC 7372 for the codes; replies as
  /// receivers give them for words.
  static let table: [Self] =
    login + services + waiting + relays + standing + identity + recipients
    + limits + events + rest

  private static let fullWords: [StaticString] = [
    " mailbox full ", " mailbox is full ", " over quota ", " quota exceeded ", " exceeded quota ",
    " overquota ", " over the quota ", " exceeds quota ", " quota full ", " inbox is full ",
    " inbox full ", " out of storage ", " exceeded storage ", " mailbox has exceeded ",
    " exceeded its quota ", " exceeded his quota ", " exceeds the quota ", " storage limit ",
    " mailbox size limit ", " exceeded the quota ", " mailbox for user is full ",
    " mailbox quota ", " recipient's mailbox is full ",
  ]

  private static let unknownWords: [StaticString] = [
    " user unknown ", " unknown user ", " no such user ", " no such recipient ",
    " no such mailbox ", " no such address ", " user doesn't exist ", " user does not exist ",
    " recipient not found ", " user not found ", " invalid recipient ", " unknown recipient ",
    " recipient unknown ", " address unknown ", " unknown mailbox ", " mailbox not found ",
    " account that you tried to reach does not exist ", " mailbox does not exist ",
    " account does not exist ", " address does not exist ", " recipient does not exist ",
    " no mailbox here by that name ", " undeliverable address ",
  ]

  private static let login: [Self] = [
    Self(reasonClass: .relayRefusesUs, hops: .login),
    Self(reasonClass: .relayRefusesUs, hops: .receiver, replies: ["530", "534", "535", "538"]),
  ]

  private static let services: [Self] = [
    Self(reasonClass: .mailboxFull, hops: .service, statuses: [".2.2"]),
    Self(reasonClass: .mailboxFull, hops: .service, replies: ["4", "5"], words: fullWords),
    Self(reasonClass: .recipientUnknown, hops: .service, statuses: ["5.1.1"]),
    Self(reasonClass: .recipientUnknown, hops: .service, replies: ["4", "5"], words: unknownWords),
    Self(reasonClass: .local, hops: .service),
  ]

  private static let waiting: [Self] = [
    Self(
      reasonClass: .greylisted,
      hops: .receiver,
      replies: ["4"],
      words: [
        " greylisted ", " graylisted ", " greylisting ", " graylisting ", " greylist ",
        " graylist ", " grey-listed ", " gray-listed ", " grey listed ", " gray listed ",
        " grey listing ", " gray listing ", " grey-listing ", " gray-listing ", " postgrey ",
      ]
    )
  ]

  private static let relays: [Self] = [
    Self(
      reasonClass: .relayLimit,
      words: [
        " daily message quota exceeded ", " maximum sending rate exceeded ", " throttling failure ",
        " credits exceeded ", " daily user sending limit exceeded ", " daily user sending quota ",
        " sending quota ", " sending limit ", " submission quota ", " outgoing message limit ",
      ]
    )
  ]

  private static let standing: [Self] = [
    Self(
      reasonClass: .domainRate,
      replies: ["4"],
      words: rateWords,
      also: [
        " your spf domain ", " your dkim domain ", " from your domain ", " your from domain ",
      ]
    ),
    Self(
      reasonClass: .reputation,
      words: [
        " reputation ", " blacklisted ", " blocklisted ", " blacklist ", " blocklist ",
        " block list ", " black list ", " blacklists ", " blocklists ", " denylist ",
        " blocked using ", " listed at ", " listed by ", " user complaints ", " banned sending ip ",
        " banned ip ", " ip address has been blocked ", " your ip is blocked ",
        " your ip has been blocked ", " spamhaus ", " spamcop ", " barracuda ", " sorbs ",
        " uceprotect ", " dnsbl ", " rbl ", " bad sender ",
      ]
    ),
    Self(
      reasonClass: .addressRate,
      replies: ["4"],
      words: rateWords,
      also: [" from your ip ", " your ip address ", " your ip "]
    ),
    Self(reasonClass: .dmarc, words: [" dmarc "]),
    Self(reasonClass: .ourPTR, statuses: [".7.25"]),
    Self(
      reasonClass: .unauthenticated,
      words: [
        " does not pass authentication checks ", " sender is unauthenticated ",
        " requires all senders to authenticate ", " email is unauthenticated ",
        " unauthenticated email ", " spf and dkim ", " dkim and spf ", " spf or dkim ",
        " message is not authenticated ",
      ]
    ),
    Self(reasonClass: .unauthenticated, statuses: [".7.26"]),
    Self(reasonClass: .spf, statuses: [".7.23", ".7.24", ".7.27"]),
    Self(reasonClass: .dkim, statuses: [".7.20", ".7.21", ".7.22", ".7.30"]),
    Self(
      reasonClass: .spf,
      words: [
        " spf check failed ", " spf failed ", " spf fail ", " spf validation ", " spf check ",
        " spf record ", " violates spf ", " not permitted by spf ", " spf softfail ",
        " spf policy ",
        " fails spf ", " failed spf ", " rejected by spf ", " sender policy framework ",
      ]
    ),
    Self(
      reasonClass: .dkim,
      words: [
        " dkim failed ", " dkim fail ", " dkim check failed ", " dkim validation ",
        " dkim signature ", " no valid dkim ", " failed dkim ", " fails dkim ",
      ]
    ),
  ]

  private static let rateWords: [StaticString] = [
    " unusual rate ", " rate limited ", " rate limit ", " rate-limited ", " rate limiting ",
    " unusual amount ", " ratelimited ", " ratelimit ", " sending rate ",
  ]

  private static let identity: [Self] = [
    Self(
      reasonClass: .ourHelo,
      words: [
        " helo command rejected ", " ehlo command rejected ", " invalid helo ", " invalid ehlo ",
        " helo name ", " ehlo name ", " bad helo ", " bad ehlo ", " your helo ", " your ehlo ",
        " helo hostname ", " helo domain ", " helo argument ", " helo ehlo ", " ehlo helo ",
      ]
    ),
    Self(
      reasonClass: .ourPTR,
      words: [
        " cannot find your hostname ", " cannot find your reverse hostname ", " reverse dns ",
        " ptr record ", " ptr records ", " no ptr ", " missing ptr ", " rdns ", " reverse lookup ",
        " reverse hostname ", " reverse mapping ", " no reverse ",
      ]
    ),
    Self(reasonClass: .senderDomain, statuses: [".1.8"]),
    Self(
      reasonClass: .senderDomain,
      words: [
        " sender address rejected domain not found ", " domain of sender address ",
        " sender domain does not exist ", " sender domain must exist ", " sender domain not found ",
        " sender domain could not be resolved ", " could not resolve sender domain ",
      ]
    ),
  ]

  private static let recipients: [Self] = [
    Self(
      reasonClass: .recipientBusy,
      replies: ["4", "5"],
      words: [
        " receiving mail at a rate ", " receiving mail too quickly ", " receiving mail too fast ",
        " recipient is receiving too ",
      ]
    ),
    Self(reasonClass: .recipientBusy, statuses: [".2.1"], words: rateWords),
    Self(reasonClass: .mailboxFull, statuses: [".2.2"]),
    Self(reasonClass: .mailboxFull, hops: .receiver, replies: ["4", "5"], words: fullWords),
    Self(reasonClass: .recipientUnknown, hops: .receiver, statuses: ["5.1.1", "5.1.6", "5.1.10"]),
    Self(
      reasonClass: .recipientUnknown,
      hops: .receiver,
      replies: ["4", "5"],
      words: unknownWords
    ),
    Self(reasonClass: .recipientDisabled, hops: .receiver, statuses: ["5.2.1"]),
    Self(
      reasonClass: .recipientDisabled,
      hops: .receiver,
      replies: ["4", "5"],
      words: [
        " mailbox disabled ", " mailbox is disabled ", " account disabled ",
        " account is disabled ", " user disabled ", " user is disabled ", " inactive user ",
        " mailbox is inactive ", " account is inactive ", " account inactive ",
        " mailbox has been disabled ", " account has been disabled ", " mailbox inactive ",
        " tried to reach is disabled ", " tried to reach is inactive ", " disabled recipient ",
      ]
    ),
  ]

  private static let limits: [Self] = [
    Self(reasonClass: .throttled, replies: ["4"], words: rateWords),
    Self(
      reasonClass: .throttled,
      replies: ["4"],
      words: [
        " rate ", " too many ", " throttled ", " throttling ", " throttle ", " too fast ",
        " slow down ", " limit exceeded ", " limit reached ", " connection limit ",
        " too much mail ", " concurrency limit ", " exceeded the maximum number ",
      ]
    ),
    Self(reasonClass: .throttled, replies: ["421"], statuses: ["4.7.0", "4.7.28"]),
    Self(
      reasonClass: .greylisted,
      hops: .receiver,
      replies: ["450", "451"],
      statuses: ["4.7.1", "4.2.0"],
      words: [" try again later ", " please try again ", " please retry later "]
    ),
    // A host that takes no mail at all (RFC 7504) says nothing of us; who else refuses to talk
    // refuses our address.
    Self(reasonClass: .rejected, hops: .greeting, replies: ["521"]),
    Self(reasonClass: .reputation, hops: .greeting, replies: ["5"]),
  ]

  private static let events: [Self] = [
    Self(reasonClass: .connectionRefused, hops: .event, words: [" connection refused "]),
    Self(
      reasonClass: .droppedGreeting,
      hops: .event,
      words: [" lost connection with "],
      also: [" while receiving the initial server greeting "]
    ),
    Self(reasonClass: .timeout, hops: .event, words: [" timed out "]),
    Self(reasonClass: .dns, hops: .event, words: [" name service error "]),
    Self(
      reasonClass: .noRoute,
      hops: .event,
      words: [" no route to host ", " network is unreachable ", " network unreachable "]
    ),
    Self(reasonClass: .dns, hops: .event, words: [" host or domain name not found "]),
    Self(
      reasonClass: .timeout,
      hops: .event,
      words: [" lost connection with ", " connection reset "]
    ),
    Self(
      reasonClass: .tls,
      hops: .event,
      words: [" tls ", " starttls ", " certificate ", " sts ", " mta-sts ", " dane ", " tlsa "]
    ),
    Self(
      reasonClass: .local,
      hops: .event,
      words: [
        " milter ", " filter ", " transport ", " queue file write error ", " configuration ",
        " command died ", " insufficient system ", " loops back to myself ",
      ]
    ),
    Self(reasonClass: .mailboxFull, hops: .event, words: [" quota "]),
    Self(reasonClass: .dns, hops: .event, words: [" host not found "]),
    Self(reasonClass: .timeout, hops: .event, words: [" timeout "]),
  ]

  private static let rest: [Self] = [
    Self(reasonClass: .rejected, replies: ["5"]), Self(reasonClass: .putOff, replies: ["4"]),
  ]
}
