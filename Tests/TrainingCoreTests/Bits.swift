import TrainingCore

/// The bit patterns of numbers, so that −0 differs from 0 and a NaN equals itself.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

/// A state's bits: what `==` on floating-point numbers would blur.
struct StateBits: Equatable {
  private let names: [[String]]
  private let shapes: [[[Int]]]
  private let values: [[[UInt32]]]
  private let counters: [Int]

  init(_ state: ModelState) {
    let groups = [state.parameters, state.statistics] + state.slots
    names = groups.map { $0.map(\.name) }
    shapes = groups.map { $0.map(\.shape) }
    values = groups.map { $0.map { bits($0.values) } }
    counters = [state.steps, state.batchesTracked]
  }
}
