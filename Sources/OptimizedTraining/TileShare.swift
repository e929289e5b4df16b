/// A member's tiles of a weight gradient: panels of x by groups of panels of ∂L/∂y.
struct TileShare {
  private let outputs: Int
  private let group: Int
  private let groups: Int
  private let tasks: Range<Int>

  /// Divides tiles so that there are some for each member, if there can be.
  init(inputs: Int, outputs: Int, member: Member) {
    self.outputs = outputs
    var group = WeightGradient.outputGroup
    let smallest = Microkernel.columns / Lanes.scalarCount
    while group > smallest, (outputs + group - 1) / group * inputs < 4 * member.count {
      group /= 2
    }
    self.group = group
    groups = (outputs + group - 1) / group
    tasks = member.share(of: inputs * groups)
  }

  /// The panels of x that are needed.
  var inputs: Range<Int> {
    tasks.isEmpty
      ? 0..<0 : tasks.lowerBound / groups..<(tasks.upperBound - 1) / groups + 1
  }

  @inline(__always)
  func forEach(_ body: (_ input: Int, _ outputs: Range<Int>) -> Void) {
    for task in tasks {
      let (input, index) = task.quotientAndRemainder(dividingBy: groups)
      body(input, index * group..<min((index + 1) * group, outputs))
    }
  }
}
