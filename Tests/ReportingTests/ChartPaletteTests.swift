import Foundation
import Testing

@testable import Reporting

@Suite struct ChartPaletteTests {
  /// Relative luminance of a colour `#RRGGBB` (WCAG 2.2).
  private func luminance(_ color: String) throws -> Double {
    let value = try #require(Int(color.dropFirst(), radix: 16))
    let linearPart = 0.04045
    let linear = [16, 8, 0].map { shift -> Double in
      let part = Double(value >> shift & 0xFF) / 255
      return part <= linearPart ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  private func contrast(_ first: String, _ second: String) throws -> Double {
    let luminances = [try luminance(first), try luminance(second)].sorted()
    return (luminances[1] + 0.05) / (luminances[0] + 0.05)
  }

  @Test func contrastIsThatOfTheStandard() throws {
    // Three products, two sums and a quotient, each rounded once.
    #expect(abs(try contrast("#000000", "#FFFFFF") - 21) <= 6 * 21.0.ulp)
    #expect(try contrast("#777777", "#FFFFFF") < 4.5)
    #expect(try contrast("#767676", "#FFFFFF") >= 4.5)
  }

  @Test func everyColorMayColorText() throws {
    for color in ChartPalette.light {
      #expect(try contrast(color, ChartPalette.lightPaper) >= 4.5, "\(color)")
    }
    for color in ChartPalette.dark {
      #expect(try contrast(color, ChartPalette.darkPaper) >= 4.5, "\(color)")
    }
    #expect(ChartPalette.light.count == ChartPalette.dark.count)
    #expect(Set(ChartPalette.light).count == ChartPalette.count)
  }
}
