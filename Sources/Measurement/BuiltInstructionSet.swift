import CProcessor

/// The mask of the instructions that this module, and every other numeric one, was built for.
///
/// It is the raw value of an `InstructionSet`. Returning a constant is all that the function does,
/// so that no instruction which a processor may lack can run before the check. It is not inlined
/// because in another module the same expression has another value.
///
/// - Returns: one bit a feature; 0 where there is no choice of instructions.
@inline(never)
public func builtInstructionSet() -> UInt64 {
  processor_built_features()
}
