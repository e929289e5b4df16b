import Testing
@testable import Measurement

@Test func stub() {}
