import Testing
@testable import Studies

@Test func stub() {}
