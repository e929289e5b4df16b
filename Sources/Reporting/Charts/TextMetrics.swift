/// Estimates of how wide text is drawn, for laying out a picture without a font at hand.
///
/// Widths are those of a wide sans serif, so that text drawn in the reader's own font rather takes
/// less room than was kept for it.
enum TextMetrics {
  /// The width in the unit of `size`, the font's size.
  static func width(_ text: String, size: Double, bold: Bool = false) -> Double {
    let ems = text.reduce(0.0) { $0 + em($1) }
    return ems * size * (bold ? 1.08 : 1)
  }

  /// The text broken at spaces into lines that fit; a word that is too long is broken inside.
  static func wrapped(
    _ text: String, width limit: Double, size: Double, bold: Bool = false
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if width(longer, size: size, bold: bold) <= limit {
        line = longer
        continue
      }
      if !line.isEmpty { lines.append(line) }
      line = ""
      for character in word {
        if !line.isEmpty, width(line + String(character), size: size, bold: bold) > limit {
          lines.append(line)
          line = ""
        }
        line.append(character)
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  private static func em(_ character: Character) -> Double {
    switch character {
    case "i", "j", "l", "I", "'", ".", ",", ":", ";", "|", "!": 0.33
    case " ", "t", "f", "r", "(", ")", "[", "]", "-", "/": 0.4
    case "m", "w", "M", "W", "%", "@", "—", "…": 0.96
    case "0"..."9", "a"..."z": 0.62
    case "A"..."Z": 0.71
    default: TerminalText.width(String(character)) == 2 ? 1.05 : 0.72
    }
  }
}
