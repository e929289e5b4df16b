import GradientOracles
import PropertyTesting
import Testing

/// The field's arithmetic: the axioms, the exact images of numbers, and the opaque functions.
@Suite struct PrimeFieldTests {
  private static let p = PrimeField.modulus

  /// Numbers of the field, with those at the edges among them.
  private static func number(_ choices: inout Choices) -> PrimeField {
    let edges = [0, 1, 2, p / 2, p / 2 + 1, p - 2, p - 1].map { PrimeField(residue: $0) }
    return choices.oneIn(3) ? choices.pick(edges) : .random(&choices)
  }

  @Test(.tags(.property)) func itIsAField() {
    forAll("the axioms of a field", cases: 500) { choices in
      choices.array(3, of: Self.number)
    } failure: { numbers in
      let (a, b, c) = (numbers[0], numbers[1], numbers[2])
      let one = PrimeField(1.0)
      let laws = [
        "a + b = b + a": a + b == b + a,
        "a b = b a": a * b == b * a,
        "(a + b) + c": (a + b) + c == a + (b + c),
        "(a b) c": (a * b) * c == a * (b * c),
        "a (b + c)": a * (b + c) == a * b + a * c,
        "(a − b) + b": (a - b) + b == a,
        "a + 0": a + .zero == a,
        "1 a": one * a == a,
        "a/b b": b == .zero ? a / b == .zero : a / b * b == a,
        "c + a b": c.addingProduct(a, b) == c + a * b,
      ]
      return laws.first { !$0.value }?.key
    }
  }

  /// By the remainder of the full product, without the trick of the prime's form.
  @Test(.tags(.property)) func productsAreRemainders() {
    forAll("products are remainders", cases: 500) { choices in
      choices.array(2, of: Self.number)
    } failure: { numbers in
      let full = numbers[0].residue.multipliedFullWidth(by: numbers[1].residue)
      let expected = Self.p.dividingFullWidth(full).remainder
      let actual = (numbers[0] * numbers[1]).residue
      return actual == expected ? nil : "\(actual) instead of \(expected)"
    }
  }

  /// Sums and products that are exact in Double have the same image computed either way.
  @Test(.tags(.property)) func exactArithmeticHasTheSameImage() {
    forAll("the image of exact arithmetic", cases: 500) { choices in
      choices.array(2) { choices in
        let integer = Double(choices.integer(in: -1_000_000...1_000_000))
        return choices.oneIn(2) ? integer * 0x1p-20 : integer
      }
    } failure: { numbers in
      let (a, b) = (numbers[0], numbers[1])
      let (x, y) = (PrimeField(a), PrimeField(b))
      guard x + y == PrimeField(a + b) else { return "the sum" }
      guard x - y == PrimeField(a - b) else { return "the difference" }
      guard x * y == PrimeField(a * b) else { return "the product" }
      return PrimeField(Float(a)) == PrimeField(Double(Float(a))) ? nil : "the Float"
    }
  }

  @Test func powersOfTwoHaveTheirImages() {
    #expect(PrimeField(0x1p61).residue == 1)
    #expect(PrimeField(0x1p60).residue == 1 << 60)
    #expect(PrimeField(0.5) + PrimeField(0.5) == PrimeField(1.0))
    #expect(PrimeField(-0.0) == .zero)
    let least = Double.leastNonzeroMagnitude
    #expect(PrimeField(least) * PrimeField(0x1p1000) == PrimeField(least * 0x1p1000))
    #expect(PrimeField(Double.greatestFiniteMagnitude) != .zero)
    #expect(PrimeField(residue: Self.p) == .zero)
  }

  /// Small whole numbers are in their order, and random ones on all three sides of 0 and 6.
  @Test func sixIsAQuarterOfTheWayUp() {
    let small = (-11...11).map { PrimeField(Double($0)) }
    for (less, more) in zip(small, small.dropFirst()) { #expect(less < more) }
    var choices = Choices(seed: 8)
    var sides = [0, 0, 0]
    for _ in 0..<1000 {
      let number = PrimeField.random(&choices)
      sides[number < .zero ? 0 : number < PrimeField(6.0) ? 1 : 2] += 1
    }
    #expect(sides[0] > 400 && sides[1] > 200 && sides[2] > 200, "\(sides)")
  }

  /// −3 < 0 < 2; every number but 0 has the opposite sign of its negative.
  @Test func halfOfTheNumbersAreNegative() {
    #expect(PrimeField(-3.0) < .zero && .zero < PrimeField(2.0))
    #expect("\(PrimeField(-3.0))" == "-3")
    var choices = Choices(seed: 3)
    for _ in 0..<100 {
      let number = Self.number(&choices)
      #expect(number == .zero || (number < .zero) != (.zero - number < .zero))
    }
  }

  /// Different functions and different arguments have different values, the same ones the same.
  @Test func theOpaqueFunctionsAreFunctions() {
    var seen: Set<UInt64> = []
    for number in 0..<100 {
      let x = PrimeField(Double(number))
      for function in [{ $0.squareRoot() }, PrimeField.exp, PrimeField.log, PrimeField.tanh] {
        #expect(function(x) == function(PrimeField(Double(number))))
        seen.insert(function(x).residue)
      }
    }
    #expect(seen.count == 400 && !seen.contains(0))
  }
}
