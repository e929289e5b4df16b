@testable import Datasets

extension LabelledImages {
  /// The number of images of each class, up to the largest label.
  var countsByClass: [Int] {
    let classes = labels.map(Int.init).max().map { 0...$0 }
    return classes.map { $0.map { label in labels.count { Int($0) == label } } } ?? []
  }
}
