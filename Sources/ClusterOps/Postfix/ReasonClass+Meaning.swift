extension ReasonClass {
  /// What a class is called, what it says, whose fault it is and what mends it.
  struct Meaning: Sendable {
    let word: String
    let fault: ReasonFault
    let says: String
    let advice: String

    fileprivate init(_ word: String, _ fault: ReasonFault, _ says: String, _ advice: String) {
      self.word = word
      self.fault = fault
      self.says = says
      self.advice = advice
    }
  }

  /// Whose fault it is.
  public var fault: ReasonFault { meaning.fault }
  /// What happened, in a few words without a full stop.
  public var says: String { meaning.says }
  /// What to do, in a sentence.
  public var advice: String { meaning.advice }

  var meaning: Meaning {
    switch self {
    case .none:
      Meaning("none", .unknown, "not tried yet", "Wait for the first attempt.")
    case .connectionRefused:
      Meaning(
        "connection_refused",
        .receiver,
        "nothing listens there",
        "Wait; look at our own network if many domains are concerned."
      )
    case .timeout:
      Meaning(
        "timeout",
        .receiver,
        "the destination does not answer",
        "Wait; look at outbound port 25 if many domains are concerned."
      )
    case .droppedGreeting:
      Meaning(
        "dropped_greeting",
        .receiver,
        "the connection was dropped before the greeting",
        "Wait; look at our reputation there if it goes on."
      )
    case .noRoute:
      Meaning(
        "no_route",
        .unknown,
        "there is no way to the address",
        "Look at our routes and at IPv6 before the destination is blamed."
      )
    case .dns:
      Meaning(
        "dns",
        .receiver,
        "the destination's name does not resolve",
        "Look at our resolver if many domains are concerned; else the name is wrong or has moved."
      )
    case .tls:
      Meaning(
        "tls",
        .unknown,
        "the connection cannot be secured",
        "Compare our TLS policy, clock and CA file with the destination's certificate."
      )
    case .throttled:
      Meaning(
        "throttled",
        .nobody,
        "the receiver limits how much we send",
        "Wait and send slower; an early flush makes it worse."
      )
    case .addressRate:
      Meaning(
        "our_address_rate",
        .nobody,
        "the receiver limits what comes from our address",
        "Wait and send slower; look for a sender who sends too much."
      )
    case .domainRate:
      Meaning(
        "our_domain_rate",
        .nobody,
        "the receiver limits what comes from our domain",
        "Wait and send slower; look for what sends in our domain's name."
      )
    case .greylisted:
      Meaning(
        "greylisted",
        .nobody,
        "greylisted: the receiver asks to try again",
        "Wait: the next attempt passes."
      )
    case .putOff:
      Meaning(
        "put_off",
        .nobody,
        "the receiver has a temporary failure",
        "Wait; read the reason if it lasts longer than a day."
      )
    case .mailboxFull:
      Meaning(
        "mailbox_full",
        .recipient,
        "the recipient's mailbox is full",
        "Wait, or tell the recipient by other means."
      )
    case .recipientUnknown:
      Meaning(
        "recipient_unknown",
        .recipient,
        "the recipient does not exist",
        "Tell the sender to correct the address."
      )
    case .recipientDisabled:
      Meaning(
        "recipient_disabled",
        .recipient,
        "the recipient's mailbox is switched off",
        "Tell the sender; waiting seldom helps."
      )
    case .recipientBusy:
      Meaning(
        "recipient_busy",
        .recipient,
        "this one recipient gets too much mail at once",
        "Wait; look whether it is being flooded through us."
      )
    case .rejected:
      Meaning(
        "rejected",
        .receiver,
        "the receiver refuses the message",
        "Read the reason; waiting does not change it."
      )
    case .relayRefusesUs:
      Meaning(
        "relay_refuses_us",
        .us,
        "our relay refuses our login",
        "Mend the credentials, the account or the mechanism first, then flush once; delete nothing."
      )
    case .relayLimit:
      Meaning(
        "relay_limit",
        .provider,
        "our account at the relay has reached its limit",
        "Wait until the allowance begins anew, or raise it with the provider; then flush once."
      )
    case .reputation:
      Meaning(
        "reputation",
        .us,
        "our address or domain is on a list or not trusted",
        "Stop what sends spam, then ask for removal from the list; waiting alone does not help."
      )
    case .unauthenticated:
      Meaning(
        "unauthenticated",
        .us,
        "neither SPF nor DKIM vouches for our mail",
        "Mend the SPF record and the DKIM signature of the sender's domain; waiting does not help."
      )
    case .spf:
      Meaning(
        "spf_fails",
        .us,
        "SPF does not allow our address",
        "Add our address to the SPF record of the sender's domain; waiting does not help."
      )
    case .dkim:
      Meaning(
        "dkim_fails",
        .us,
        "the DKIM signature is missing or wrong",
        "Mend the signature or its published key; waiting does not help."
      )
    case .dmarc:
      Meaning(
        "dmarc_fails",
        .us,
        "the mail fails the DMARC policy of its domain",
        "Let SPF or DKIM pass for the domain in From; waiting does not help."
      )
    case .ourPTR:
      Meaning(
        "our_ptr",
        .us,
        "our address has no name in the DNS (PTR)",
        "Set the PTR record at the provider, and the same name back to the address; "
          + "waiting does not help."
      )
    case .ourHelo:
      Meaning(
        "our_helo",
        .us,
        "the name we greet with (HELO) is refused",
        "Set myhostname or smtp_helo_name to a full name that resolves; waiting does not help."
      )
    case .senderDomain:
      Meaning(
        "sender_domain",
        .us,
        "the sender's domain does not resolve",
        "Correct the sender's address, or the MX or A record of its domain; waiting does not help."
      )
    case .local:
      Meaning(
        "local",
        .us,
        "one of our own services fails",
        "Look at that service: milter, LMTP, policy, quota or the configuration; then flush once."
      )
    case .other:
      Meaning("other", .unknown, "a reason of no known form", "Read it.")
    }
  }
}
