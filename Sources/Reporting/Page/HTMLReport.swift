import Measurement

/// A report as one self-contained HTML file: text, tables, charts, notes and raw data.
///
/// The page has no script and loads nothing, and says so in its content security policy. Every
/// text is escaped, so names of models and data sets can't change the page.
package struct HTMLReport: Sendable {
  /// A part of the report under a heading with an anchor.
  package struct Section: Sendable {
    package var heading: String
    /// What stands below it, from top to bottom.
    package var blocks: [Block]

    package init(_ heading: String, blocks: [Block]) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// A piece of a section.
  package indirect enum Block: Sendable {
    case paragraph(String)
    /// A list of short points.
    case list([String])
    /// A few figures to see first, each with its unit.
    case keyFigures([(figure: String, meaning: String)])
    /// A table; wide ones scroll on their own.
    case table(TextTable)
    /// Charts in a grid; a single one takes the whole width.
    case charts([Chart])
    /// Heat maps in a grid, as charts.
    case heatMaps([HeatMap])
    /// A remark that must not be missed, such as "modelled, not measured", with its label.
    case note(label: String, text: String)
    /// Text in a fixed-width font, line by line.
    case preformatted(String)
    /// Blocks that open on demand, under a one-line summary.
    case details(summary: String, blocks: [Block])
  }

  /// A property of the machine or the run, for the page's foot.
  package struct Fact: Sendable, Equatable {
    package var name: String
    /// Its value; `nil` where it could not be found out.
    package var value: String?

    package init(_ name: String, _ value: String?) {
      self.name = name
      self.value = value
    }

    /// What a page's foot says of the machine.
    package static func facts(of machine: MachineDescription) -> [Fact] {
      [
        Fact("Processor", machine.processor),
        Fact("Logical processors", String(machine.processorCount)),
        Fact("Memory", "\(machine.memoryBytes >> 30) GiB"),
        Fact("Operating system", machine.operatingSystem),
        Fact("Built for", machine.instructionsBuiltFor),
        Fact("Compiler", "Swift \(machine.swiftCompiler), \(machine.buildConfiguration)"),
      ]
    }
  }

  package var title: String
  /// What the report found, in a few sentences.
  package var lead: String
  package var sections: [Section]
  /// The machine and the run that the figures come from.
  package var facts: [Fact]

  package init(title: String, lead: String, sections: [Section], facts: [Fact] = []) {
    self.title = title
    self.lead = lead
    self.sections = sections
    self.facts = facts
  }
}
