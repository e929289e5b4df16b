import Testing

@testable import Reporting

@Suite struct TextTableTests {
  private let table = TextTable(
    caption: "Fixed batch sizes",
    columns: [
      .init("model", alignment: .left), .init("batch", alignment: .right),
      .init("time", unit: "s"), .init("accuracy", unit: "%"),
    ],
    rows: [
      [
        .text("mlp-1"), .number(1, .decimals(0)), .number(228.3, .decimals(1)),
        .number(93, .decimals(1)),
      ],
      [
        .text("手書き"), .number(128, .decimals(0)), .number(6.96, .decimals(2)),
        .number(nil, .decimals(1)),
      ],
      [.text("mlp-2"), .number(1024, .decimals(0)), .number(7, .decimals(0))],
    ])

  @Test func alignsForTheTerminal() {
    #expect(
      table.terminalText() == """
        Fixed batch sizes
        model   batch    time  accuracy
                            s         %
        ──────  ─────  ──────  ────────
        mlp-1       1  228.3       93.0
        手書き    128    6.96       –
        mlp-2   1,024    7          –

        """)
  }

  @Test func escapeSequencesDoNotReachTheTerminal() {
    let hostile = TextTable(
      caption: "\u{1B}[2J", columns: [.init("\u{1B}]0;x\u{7}", unit: "s\r")],
      rows: [[.text("a\nb\u{9B}1m")]])
    let controls = hostile.terminalText().unicodeScalars.filter {
      $0.properties.generalCategory == .control && $0 != "\n"
    }
    #expect(controls.isEmpty)
    #expect(hostile.terminalText().split(separator: "\n").count == 5)
  }

  @Test func linesUpDecimalPointsInHTML() {
    let html = table.html()
    #expect(html.contains("<td class=\"number\">228.3\u{2007}</td>"))
    #expect(html.contains("<td class=\"number\">6.96</td>"))
    #expect(html.contains("<td class=\"number\">7\u{2008}\u{2007}\u{2007}</td>"))
    #expect(html.contains("<td class=\"number\">–\u{2008}\u{2007}</td>"))
    #expect(html.contains("<th scope=\"col\">model</th>"))
    #expect(html.contains("<span class=\"unit\">s</span>"))
  }

  @Test func escapesHTML() {
    let hostile = TextTable(
      caption: "<b>", columns: [.init("<i>", unit: "<u>")], rows: [[.text("<script>&\"'")]])
    let html = hostile.html()
    for tag in ["<b>", "<i>", "<u>", "<script>"] { #expect(!html.contains(tag)) }
    #expect(html.contains("&lt;script&gt;&amp;&quot;&#39;"))
  }

  @Test func writesEveryDigitAsCSV() {
    #expect(
      table.csv() == "model,batch,time (s),accuracy (%)\r\nmlp-1,1,228.3,93\r\n"
        + "手書き,128,6.96,\r\nmlp-2,1024,7,\r\n")
    let exact = TextTable(
      columns: [.init("x")],
      rows: [0.1 + 0.2, 1e-7, 1e300, .nan, -.infinity, 0].map { [.number($0, .decimals(1))] })
    #expect(
      exact.csv() == "x\r\n0.30000000000000004\r\n1e-07\r\n1e+300\r\nNaN\r\n-Infinity\r\n0\r\n")
  }

  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
    ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), ("", ""),
  ])
  func quotesCSV(text: String, field: String) {
    let table = TextTable(columns: [.init("x")], rows: [[.text(text)]])
    #expect(table.csv() == "x\r\n\(field)\r\n")
  }

  @Test func takesRowsOfAnyLength() {
    let table = TextTable(columns: [.init("x")], rows: [[], [.text("a"), .text("b")]])
    #expect(table.csv() == "x,\r\n,\r\na,b\r\n")
    #expect(TextTable(columns: []).terminalText() == "\n\n")
    #expect(!TextTable(columns: []).html().isEmpty)
  }
}
