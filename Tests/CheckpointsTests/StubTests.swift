import Testing
@testable import Checkpoints

@Test func stub() {}
