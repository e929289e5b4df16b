// Wrong sides of kinks, and wrong slopes.

extension ReLU {
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    var inputGradient = x.combined(with: outputGradient) { x, gradient in
      if variant("ReLU lets the gradient through at 0") { return x < .zero ? .zero : gradient }
      if variant("ReLU lets the gradient through where it is off") {
        return x >= .zero ? .zero : gradient
      }
      if variant("ReLU lets every gradient through") { return gradient }
      if variant("ReLU looks at the gradient's sign") {
        return gradient <= .zero ? .zero : gradient
      }
      if variant("ReLU leaks a tenth where it is off") {
        return x <= .zero ? gradient * S(0.1) : gradient
      }
      if variant("ReLU leaks 2⁻¹⁷ where it is off") {
        return x <= .zero ? gradient * S(0x1p-17) : gradient
      }
      return x <= .zero ? .zero : gradient
    }
    if variant("ReLU leaves out the last unit"), let last = x.elements.indices.last {
      inputGradient.elements[last] = outputGradient.elements[last]
    }
    return inputGradient
  }
}

extension ReLU6 {
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let six = S(variant("ReLU6's gradient ends at 5") ? 5.0 : 6.0)
    return x.combined(with: outputGradient) { x, gradient in
      var isOff = x <= .zero || six <= x
      if variant("ReLU6 lets the gradient through at 0") { isOff = x < .zero || six <= x }
      if variant("ReLU6 lets the gradient through at 6") { isOff = x <= .zero || six < x }
      if variant("ReLU6 lets the gradient through above 6") { isOff = x <= .zero || six == x }
      if variant("ReLU6 lets the gradient through below 0") { isOff = x == .zero || six <= x }
      return isOff ? .zero : gradient
    }
  }
}

extension Tanh {
  static func backward<S>(y: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let one = S(1.0)
    var inputGradient = y.combined(with: outputGradient) { y, gradient in
      let y = variant("tanh's output is taken for its input") ? S.tanh(y) : y
      var slope = one.addingProduct(.zero - y, y)
      if variant("tanh's slope is 1 − y") { slope = one - y }
      if variant("tanh's slope is 1 + y²") { slope = one.addingProduct(y, y) }
      if variant("tanh's slope is y²") { slope = y * y }
      if variant("tanh's slope is kept from 0 by 2⁻¹⁴") { slope = slope + S(0x1p-14) }
      if variant("tanh's slope is squared") { slope = slope * slope }
      if variant("tanh's slope is forgotten") { slope = one }
      if variant("tanh's slope replaces the gradient") { return slope }
      return gradient * slope
    }
    if variant("tanh leaves out the last unit"), let last = y.elements.indices.last {
      inputGradient.elements[last] = outputGradient.elements[last]
    }
    return inputGradient
  }
}

extension GELU {
  static func backward<S>(x: Matrix<S>, outputGradient: Matrix<S>) -> Matrix<S> {
    let (one, linear, cubic) = (S(1.0), S(Self.linear), S(Self.cubic))
    let tripled = variant("GELU's inner slope forgets the 3") ? cubic : S(3.0) * cubic
    return x.combined(with: outputGradient) { x, gradient in
      let square = x * x
      var s = one / (one + S.exp(.zero - x * linear.addingProduct(cubic, square)))
      if variant("GELU's slope is that of SiLU") { s = one / (one + S.exp(.zero - x)) }
      var inner = x * linear.addingProduct(tripled, square)
      if variant("GELU's inner slope forgets x") { inner = linear.addingProduct(tripled, square) }
      if variant("GELU's inner slope is off by 2⁻¹⁷") { inner = inner + inner * S(0x1p-17) }
      if variant("GELU's inner slope is constant") { inner = x * linear }
      let curve = variant("GELU's sigmoid has the slope s") ? s : s.addingProduct(.zero - s, s)
      let slope = s.addingProduct(inner, curve)
      if variant("GELU's slope is the sigmoid alone") { return gradient * s }
      return variant("GELU's slope replaces the gradient") ? slope : gradient * slope
    }
  }
}
