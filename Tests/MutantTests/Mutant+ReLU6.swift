extension Mutant {
  /// Of the rectifier with two kinks.
  static let relu6 = [
    Mutant(
      file: "ReLU6.swift",
      description: "ReLU6 lets the gradient through at 0",
      original: "where x.elements[index] <= .zero || six <= x.elements[index] {",
      replacement: "where x.elements[index] < .zero || six <= x.elements[index] {"),
    Mutant(
      file: "ReLU6.swift",
      description: "ReLU6 lets the gradient through at 6",
      original: "where x.elements[index] <= .zero || six <= x.elements[index] {",
      replacement: "where x.elements[index] <= .zero || six < x.elements[index] {"),
    Mutant(
      file: "ReLU6.swift",
      description: "ReLU6 lets the gradient through above 6",
      original: "where x.elements[index] <= .zero || six <= x.elements[index] {",
      replacement: "where x.elements[index] <= .zero || x.elements[index] == six {"),
    Mutant(
      file: "ReLU6.swift",
      description: "ReLU6 lets the gradient through below 0",
      original: "where x.elements[index] <= .zero || six <= x.elements[index] {",
      replacement: "where x.elements[index] == .zero || six <= x.elements[index] {"),
    Mutant(
      file: "ReLU6.swift",
      description: "ReLU6's gradient ends at 5",
      original: """
        let six = S(6.0)
            var inputGradient
        """,
      replacement: """
        let six = S(5.0)
            var inputGradient
        """),
  ]
}
