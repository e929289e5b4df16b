import Testing
import TrainingCore

@Suite struct BatchPlanTests {
  private func batches(_ count: Int, _ size: Int, dropsLast: Bool) -> [[Int]] {
    let plan = BatchPlan(
      order: Array((0..<count).reversed()), batchSize: size, dropsLast: dropsLast)
    return (0..<plan.count).map { Array(plan[$0]) }
  }

  @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 17], [1, 7, 8, 9, 100, Int.max])
  func batchesAreTheOrderCutInPieces(_ count: Int, _ size: Int) {
    let order = Array((0..<count).reversed())
    let all = batches(count, size, dropsLast: false)
    #expect(all.flatMap { $0 } == order)
    #expect(all.dropLast().allSatisfy { $0.count == size })
    #expect(all.allSatisfy { !$0.isEmpty && $0.count <= size })

    let full = batches(count, size, dropsLast: true)
    #expect(full.allSatisfy { $0.count == size })
    #expect(full.flatMap { $0 } == Array(order.prefix(count / size * size)))
  }

  @Test func `a shorter last batch is kept or left out, and no samples make no batch`() {
    #expect(batches(0, 8, dropsLast: false) == [])
    #expect(batches(1, 8, dropsLast: true) == [])
    #expect(batches(7, 8, dropsLast: false).map(\.count) == [7])
    #expect(batches(8, 8, dropsLast: false).map(\.count) == [8])
    #expect(batches(9, 8, dropsLast: false).map(\.count) == [8, 1])
    #expect(batches(9, 8, dropsLast: true).map(\.count) == [8])
    #expect(batches(3, 1, dropsLast: true) == [[2], [1], [0]])
  }
}
