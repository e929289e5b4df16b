import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The elements of a document that an XML parser accepts, counted by name and class.
public final class PageElements: NSObject, XMLParserDelegate {
  /// How many elements of each name there are.
  public private(set) var counts: [String: Int] = [:]
  /// How many elements of each name and class there are: `text.tick`.
  public private(set) var classes: [String: Int] = [:]

  /// A name that breaks whatever doesn't escape it.
  public static let hostileName = "</text><script>alert(1)</script>&\"'\u{0}\u{1B}"

  /// Counts a document's elements.
  ///
  /// - Parameter document: The document.
  /// - Returns: The counts, or nil where it is not well-formed.
  public static func parse(_ document: String) -> PageElements? {
    let counter = PageElements()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = counter
    return parser.parse() ? counter : nil
  }

  /// Counts the elements of a page, read as XML, which is stricter than HTML: void elements are
  /// closed, the type left out.
  ///
  /// - Parameter page: The page.
  /// - Returns: The counts, or nil where it is not well-formed.
  public static func parse(page: String) -> PageElements? {
    let closed = page.replacing(/<meta ([^>]*)>/) { "<meta \($0.1)/>" }
    return parse(closed.replacing("<!DOCTYPE html>", with: ""))
  }

  /// Counts an element.
  public func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    counts[name, default: 0] += 1
    for word in (attributes["class"] ?? "").split(separator: " ") {
      classes["\(name).\(word)", default: 0] += 1
    }
  }
}
