import Testing
@testable import TrainingCore

@Test func stub() {}
