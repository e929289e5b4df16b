// Wrong chains of layers: what each is given, what a call leaves, and where paths part and meet.

extension ReferenceTrainer {
  mutating func forward(_ inputs: Matrix<S>, samples: [Int], epoch: Int) -> Trace<S> {
    var trace = Trace(activations: [inputs])
    for (index, layer) in model.layers.enumerated() {
      let x = trace.outputs
      switch layer {
      case .dropout(let rate):
        trace.masks[index] = Dropout.mask(
          rate: rate, seed: seed, layer: index, epoch: epoch, samples: samples,
          features: x.columns)
      case .batchNorm(let spec) where spec.statistics == .batch:
        let place = statisticsPlaces[index]
        trace.normalized[index] = BatchNorm.normalizeByBatch(
          x.reshaped(columns: spec.features), spec, positions: shapes[index].positions,
          moving: &statistics[place], latest: &latest[place])
      default: break
      }
      trace.activations.append(output(ofLayer: index, trace))
      // What is changed from here on is for the way back alone.
      if case .dropout(let rate) = layer, var mask = trace.masks[index] {
        var (seed, place, epoch, samples) = (seed, index, epoch, samples)
        if variant("dropout's mask is a stale one, of epoch 0") { epoch = 0 }
        if variant("dropout's mask belongs to the place in the batch, not to the sample") {
          samples = Array(samples.indices)
        }
        if variant("dropout's mask is the first sample's for all") {
          samples = samples.map { _ in samples[0] }
        }
        if variant("dropout's mask is the next layer's") { place = index + 1 }
        if variant("dropout's mask is of another seed") { seed += 1 }
        mask = Dropout.mask(
          rate: rate, seed: seed, layer: place, epoch: epoch, samples: samples, features: x.columns)
        if variant("dropout's mask lacks the last row's") {
          for unit in 0..<mask.columns { mask[mask.rows - 1, unit] = .zero }
        }
        trace.masks[index] = mask
      }
      if case .batchNorm(let spec) = layer, var normalized = trace.normalized[index] {
        if variant("batch normalisation keeps the moving mean") {
          let moving = statistics[statisticsPlaces[index]].mean
          normalized.x = x.reshaped(columns: spec.features)
          for (group, inverse) in zip(normalized.groups, normalized.inverseDeviation) {
            for n in group {
              for c in 0..<spec.features {
                normalized.x[n, c] = (normalized.x[n, c] - moving[0, c]) * inverse[c]
              }
            }
          }
        }
        if variant("batch normalisation keeps its output for x̂") {
          normalized.x = trace.outputs.reshaped(columns: spec.features)
        }
        if variant("batch normalisation keeps its input for x̂") {
          normalized.x = x.reshaped(columns: spec.features)
        }
        trace.normalized[index] = normalized
      }
    }
    if !trace.normalized.isEmpty { batchesTracked += 1 }
    return trace
  }

  mutating func propagate(
    _ lossGradient: Matrix<S>, back trace: Trace<S>,
    layerDone: (Int, Matrix<S>, inout Matrix<S>) -> Void
  ) {
    if variant("each call starts from zero") {
      for index in gradients.indices { gradients[index].clear() }
    }
    var gradient = lossGradient
    var shortcuts: [Int: Matrix<S>] = [:]
    var first = model.frozenLayers
    if variant("the layer after the frozen ones learns nothing"), first > 0 {
      first = min(first + 1, model.layers.count)
    }
    if variant("a frozen layer learns"), first > 0 { first -= 1 }
    for index in (first..<model.layers.count).reversed() {
      accumulateGradients(ofLayer: index, trace, outputGradient: gradient)
      guard index > first else { break }
      if case .residual(let span) = model.layers[index] {
        let source = index - span
        if variant("of two shortcuts from one place the later is forgotten") {
          shortcuts[source] = gradient
        } else if variant("of two shortcuts from one place the earlier is forgotten") {
          shortcuts[source] = shortcuts[source] ?? gradient
        } else {
          shortcuts[source] = shortcuts[source].map { Residual.add($0, gradient) } ?? gradient
        }
      }
      var inputGradient = inputGradient(ofLayer: index, trace, outputGradient: gradient)
      layerDone(index, gradient, &inputGradient)
      gradient = inputGradient
      if let shortcut = shortcuts[index] {
        gradient = Residual.add(inputGradient, shortcut)
        if variant("a residual sum's shortcut is forgotten") { gradient = inputGradient }
        if variant("a residual sum's shortcut counts twice") {
          gradient = Residual.add(gradient, shortcut)
        }
        if variant("a residual sum's shortcut replaces the layers' path") { gradient = shortcut }
      }
    }
  }

  mutating func accumulateGradients(
    ofLayer index: Int, _ trace: Trace<S>, outputGradient: Matrix<S>
  ) {
    let x = trace.activations[index]
    let place = parameterPlaces[index]
    switch model.layers[index] {
    case .dense:
      if variant("the first layer learns nothing"), index == 0 { break }
      Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[place])
      if variant("a dense layer's gradient is added twice") {
        Dense.accumulateGradients(x: x, outputGradient: outputGradient, into: &gradients[place])
      }
    case .convolution(let spec):
      convolution(spec, at: index).accumulateGradients(
        x: x, outputGradient: outputGradient, into: &gradients[place])
    case .batchNorm(let spec):
      var normalized = normalized(x, spec, at: index, trace)
      if normalized.dependsOnStatistics {
        if variant("γ's gradient takes x as it is") {
          normalized.x = x.reshaped(columns: spec.features)
        }
      } else if variant("moving normalisation's γ takes x that isn't centred") {
        normalized.x = x.reshaped(columns: spec.features)
        for n in 0..<normalized.x.rows {
          for c in 0..<spec.features {
            normalized.x[n, c] = normalized.x[n, c] * normalized.inverseDeviation[0][c]
          }
        }
      }
      BatchNorm.accumulateGradients(
        normalized,
        outputGradient: outputGradient.reshaped(columns: spec.features), into: &gradients[place])
    case .groupNorm(let spec):
      var normalized = normalized(x, spec, at: index)
      if variant("group normalisation's γ takes x as it is") {
        normalized.x = x.reshaped(columns: spec.features)
      }
      BatchNorm.accumulateGradients(
        normalized,
        outputGradient: outputGradient.reshaped(columns: spec.features), into: &gradients[place])
    default: break
    }
  }

  func inputGradient(
    ofLayer index: Int, _ trace: Trace<S>, outputGradient: Matrix<S>
  ) -> Matrix<S> {
    let x = trace.activations[index]
    let place = parameterPlaces[index]
    switch model.layers[index] {
    case .dense:
      let weight = parameters[place].weight
      return Dense.inputGradient(
        weight: variant("no gradient goes back through a dense layer")
          ? weight.map { _ in .zero } : weight,
        outputGradient: outputGradient)
    case .convolution(let spec):
      return convolution(spec, at: index).inputGradient(
        weight: parameters[place].weight, outputGradient: outputGradient)
    case .averagePool(let spec):
      return AveragePool.backward(outputGradient: outputGradient, over: windows(spec, at: index))
    case .maxPool(let spec):
      return MaxPool.backward(x: x, outputGradient: outputGradient, over: windows(spec, at: index))
    case .globalAveragePool:
      return AveragePool.backward(
        outputGradient: outputGradient, over: PoolWindows.whole(of: shapes[index]))
    case .relu:
      if variant("ReLU is left out of the chain") { return outputGradient }
      return ReLU.backward(x: x, outputGradient: outputGradient)
    case .relu6:
      if variant("ReLU6 is left out of the chain") { return outputGradient }
      return ReLU6.backward(x: x, outputGradient: outputGradient)
    case .tanh:
      let y = variant("tanh keeps its input for its output") ? x : trace.activations[index + 1]
      let once = Tanh.backward(y: y, outputGradient: outputGradient)
      return variant("tanh is passed twice") ? Tanh.backward(y: y, outputGradient: once) : once
    case .gelu:
      let x = variant("GELU keeps its output for its input") ? trace.activations[index + 1] : x
      return GELU.backward(x: x, outputGradient: outputGradient)
    case .residual:
      return variant("a residual sum's layers have twice the gradient")
        ? Residual.add(outputGradient, outputGradient) : outputGradient
    case .dropout:
      guard let mask = trace.masks[index] else { return outputGradient }
      if variant("dropout's mask is not applied") { return outputGradient }
      let once = Dropout.apply(mask, to: outputGradient)
      if variant("dropout's mask is applied twice") { return Dropout.apply(mask, to: once) }
      if variant("dropout drops but doesn't scale") {
        return outputGradient.combined(with: mask) { $1 == .zero ? .zero : $0 }
      }
      if variant("dropout scales but doesn't drop") {
        let survivor = mask.elements.reduce(.zero) { $0 < $1 ? $1 : $0 }
        return outputGradient.map { $0 * survivor }
      }
      return once
    case .batchNorm(let spec):
      if variant("batch normalisation is left out of the chain") { return outputGradient }
      var normalized = normalized(x, spec, at: index, trace)
      if variant("batch normalisation couples by x that isn't centred") {
        normalized.x = x.reshaped(columns: spec.features)
        for (group, inverse) in zip(normalized.groups, normalized.inverseDeviation) {
          for n in group {
            for c in 0..<spec.features { normalized.x[n, c] = normalized.x[n, c] * inverse[c] }
          }
        }
      }
      return BatchNorm.inputGradient(
        normalized, scale: parameters[place].weight,
        outputGradient: outputGradient.reshaped(columns: spec.features)
      ).reshaped(columns: x.columns)
    case .groupNorm(let spec):
      if variant("group normalisation is left out of the chain") { return outputGradient }
      return GroupNorm.inputGradient(
        normalized(x, spec, at: index), spec, scale: parameters[place].weight,
        outputGradient: outputGradient.reshaped(columns: spec.features)
      ).reshaped(columns: x.columns)
    }
  }
}
