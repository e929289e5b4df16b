import Measurement
import Statistics

/// Half the width of a mean's 95 % interval.
func halfWidth(_ mean: TrialMean?) -> Double? {
  mean?.interval().map { ($0.upper - $0.lower) / 2 }
}
