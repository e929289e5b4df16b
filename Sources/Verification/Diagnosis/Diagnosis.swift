/// A fault of a loop that doesn't split its batches rightly.
public enum Diagnosis: String, Codable, CaseIterable, Sendable {
  /// Each part's mean counts by something else than the part's share of the batch.
  case meanOfMeans = "mean-of-means"
  /// The parts' gradients are added up, and nothing divides by the number of parts.
  case notDivided = "not-divided"
  /// The gradient is divided once too often.
  case dividedTwice = "divided-twice"
  /// Only the last part's gradient arrives.
  case lastPartOnly = "last-part-only"
  /// A part's gradient doesn't arrive.
  case partDropped = "part-dropped"
  /// Gradients of an earlier part or update are still there at a step.
  case notCleared = "not-cleared"
  /// The optimizer steps after each part.
  case stepPerPart = "step-per-part"
  /// Gradients are clipped before all parts are in.
  case clippedPerPart = "clipped-per-part"
  /// A sample's gradient depends on what else is in the pass.
  case coupledSamples = "coupled-samples"
  /// Random numbers are drawn anew in each pass.
  case randomPerPass = "random-per-pass"
  /// Weights decay, or are regularised, once for each part.
  case decayPerPart = "decay-per-part"
  /// Moments, step counts, buffers or averaged weights advance with each part.
  case statePerPart = "state-per-part"
  /// The learning rate changes with each part.
  case ratePerPart = "rate-per-part"
  /// The gradient isn't that of the loss.
  case wrongGradient = "wrong-gradient"
  /// The same update from the same state doesn't give the same weights.
  case nondeterministic

  /// The meaning of the fault, and what to change.
  var advice: String {
    switch self {
    case .meanOfMeans:
      "Weight each micro-batch's mean loss by its share of what the loss averages over (samples, or "
        + "tokens that count), or sum the losses and divide once by the batch's total."
    case .notDivided:
      "The micro-batches' gradients are added up undivided, so that the step grows with their "
        + "number. Multiply each mean loss by the micro-batch's share of the batch."
    case .dividedTwice:
      "The gradient is divided once too often. Divide either in the loss or before the step, not in "
        + "both places."
    case .lastPartOnly:
      "Only the last micro-batch reaches the step. Clear the gradients once for each step, before "
        + "the first micro-batch, and call backward for each of them."
    case .partDropped:
      "A micro-batch never reaches the step. Look for a condition that skips it, or for gradients "
        + "that are cleared in between."
    case .notCleared:
      "Gradients of an earlier step are still there at the next one. Clear them after each step "
        + "(zero_grad)."
    case .stepPerPart:
      "The weights move after each micro-batch, so that later ones see other weights. Step once, "
        + "after the last micro-batch."
    case .clippedPerPart:
      "Gradients are clipped before all micro-batches are in. Clip once, between the last backward "
        + "pass and the step."
    case .coupledSamples:
      "A sample's gradient depends on the others in its pass, as with batch normalisation or a "
        + "contrastive loss. No accumulation makes the parts equal the whole: normalise over groups "
        + "of fixed size or per sample, or gather the whole batch for that loss."
    case .randomPerPass:
      "Random numbers (dropout, augmentation, noise) are drawn anew in each pass, so that parts and "
        + "whole agree on average only. That is usual for dropout; --accept random-per-pass makes it "
        + "no failure."
    case .decayPerPart:
      "A regulariser or decay acts once for each micro-batch. Add it once for each step, or divide "
        + "it by the number of micro-batches."
    case .statePerPart:
      "State beside the weights (moments, step counts, buffers, averaged weights) advances with each "
        + "micro-batch. Update it once for each step."
    case .ratePerPart:
      "The learning rate changes with each micro-batch. Step the schedule once for each step."
    case .wrongGradient:
      "The step isn't along the slope of what is backpropagated. That is meant where a part of the "
        + "loss is detached, or the step adds to the gradient (SAM, centralised gradients): "
        + "--accept wrong-gradient then. Otherwise check hand-written backward passes."
    case .nondeterministic:
      "The same update from the same weights and seed gives other weights each time. Seed every "
        + "source of random numbers, and keep no counters between updates."
    }
  }
}
