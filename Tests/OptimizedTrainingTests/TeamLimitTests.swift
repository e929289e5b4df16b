import Testing

@testable import OptimizedTraining

/// A team shrinks while sharing doesn't pay, and comes back.
@Suite struct TeamLimitTests {
  /// Four members whose steps, of 100 ns each, are all spent waiting.
  private func lose(_ limit: inout TeamLimit, at now: UInt64) {
    let members = limit.count
    limit.take(members: members, time: 100, waited: 100 * UInt64(members - 1), now: now)
  }

  @Test func `half as many share the work after a step that was spent waiting`() {
    var limit = TeamLimit(size: 4)
    lose(&limit, at: 1000)
    #expect(limit.count == 2)
    lose(&limit, at: 1100)
    #expect(limit.count == 1)
  }

  @Test func `more try again after as long as was lost, and then twice as long`() {
    var limit = TeamLimit(size: 2)
    lose(&limit, at: 1000)
    limit.renew(at: 1099)
    #expect(limit.count == 1)
    limit.renew(at: 1100)
    #expect(limit.count == 2)
    lose(&limit, at: 1200)
    limit.renew(at: 1399)
    #expect(limit.count == 1)
    limit.renew(at: 1400)
    #expect(limit.count == 2)
  }

  @Test func `at most a sixty-fourth of the time is lost`() {
    var limit = TeamLimit(size: 2)
    var now: UInt64 = 0
    var steps = 0
    while now < 1_000_000 {
      limit.renew(at: now)
      now += 100
      if limit.count == 2 {
        lose(&limit, at: now)
        steps += 1
      }
    }
    #expect(100 * steps < 1_000_000 / 64 + 7 * 100)
  }

  @Test func `what was lost long ago is forgotten`() {
    var limit = TeamLimit(size: 2)
    lose(&limit, at: 1000)
    limit.renew(at: 1100)
    lose(&limit, at: 1200)
    limit.renew(at: 1400)
    lose(&limit, at: 1401 + 64 * 100)
    limit.renew(at: 1501 + 64 * 100)
    #expect(limit.count == 2)
  }

  @Test(arguments: [(1, 100), (2, 74), (4, 224)] as [(Int, UInt64)])
  func `a step that paid changes nothing`(_ members: Int, _ waited: UInt64) {
    var limit = TeamLimit(size: 4)
    limit.take(members: members, time: 100, waited: waited, now: 1000)
    #expect(limit.count == 4)
  }
}
