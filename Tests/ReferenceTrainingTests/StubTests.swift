import Testing
@testable import ReferenceTraining

@Test func stub() {}
