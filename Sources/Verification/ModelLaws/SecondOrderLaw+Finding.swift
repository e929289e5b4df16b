import Foundation
import TrainingCore

extension SecondOrderLaw {
  /// Checks the law on someone's model, data and batch.
  ///
  /// - Parameter subject: Model, data and batch, of which the first three samples are used
  ///   where nothing couples them.
  /// - Returns: One finding.
  /// - Throws: Nothing that a model or batch is to blame for: those make it not applicable.
  public static func findings(_ subject: Subject) throws -> [Finding] {
    func finding(_ measured: String, _ verdict: Finding.Verdict) -> [Finding] {
      [
        Finding(
          law: "second-order law", about: .model,
          promise: "k steps at η/k on k parts − one at η = (η/k)² Σⱼ Hⱼ Σᵢ<ⱼ gᵢ + O(η³): "
            + "orders 2 and 3",
          measured: measured, verdict: verdict,
          explanation: "Hessian products: Pearlmutter 1994; "
            + "Tests/VerificationTests/SecondOrderLawTests.swift")
      ]
    }
    func digits(_ order: Double) -> String { String(format: "%.4f", order) }
    let choice = subject.equalParts(count: 3, size: 1)
    if let reason = choice.reason { return finding(reason, .notApplicable) }
    do throws(ModelError) {
      let surface = try LossSurface(subject)
      let coefficient = try coefficient(surface, parts: choice.parts)
      guard let ladder = try ladder(surface, parts: choice.parts, coefficient: coefficient) else {
        return finding("a kink of a rectifier lies in each step above rounding", .notApplicable)
      }
      let result = measure(
        surface, parts: choice.parts, steps: ladder.steps, coefficient: coefficient)
      guard result.isAboveRounding else {
        return finding("what is left is lost in rounding", .notApplicable)
      }
      let holds = result.order.isAbout(2) && result.remainderOrder.isAbout(3)
      guard holds || result.isSettled else {
        return finding(
          "the orders, \(digits(result.order.order)) and \(digits(result.remainderOrder.order)), "
            + "don't settle above rounding", .notApplicable)
      }
      return finding(
        "orders \(digits(result.order.order)) and \(digits(result.remainderOrder.order)), on "
          + "\(choice.parts.count) parts of \(choice.parts[0].count)", holds ? .holds : .fails)
    } catch {
      return finding(error.description, .notApplicable)
    }
  }
}
