import Testing

@testable import mailconsole
