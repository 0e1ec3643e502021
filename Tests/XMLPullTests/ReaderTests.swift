import Testing
import XMLPull

/// All tokens of a document as text, one per entry, or the error.
private func tokens(_ text: String, limits: XMLLimits = XMLLimits(), pieces: Int = .max) -> [String] {
  var reader = XMLReader(limits: limits, capacity: 256)
  var rest = Array(text.utf8)[...]
  var found: [String] = []
  do throws(XMLError) {
    while true {
      switch try reader.next() {
      case .startTag:
        var tag =
          "<{\(reader.namespaces.names[Int(reader.namespace)])}\(String(decoding: reader.localName, as: UTF8.self))"
        for i in 0..<reader.attributeCount where !reader.attributeIsDeclaration(i) {
          tag += " {\(reader.namespaces.names[Int(reader.attributeNamespace(i))])}"
          tag += String(decoding: reader.attributeLocalName(i), as: UTF8.self)
          tag += "=" + String(decoding: reader.attributeValue(i), as: UTF8.self)
        }
        found.append(tag + ">")
      case .endTag: found.append("</{\(reader.namespaces.names[Int(reader.namespace)])}>")
      case .text:
        let piece = String(decoding: reader.text, as: UTF8.self)
        if let last = found.last, last.hasPrefix("'") {
          found[found.count - 1] = last + piece
        } else {
          found.append("'" + piece)
        }
      case .endOfDocument: return found
      case .needInput:
        if rest.isEmpty {
          reader.finish()
        } else {
          reader.feed(Array(rest.prefix(pieces)))
          rest = rest.dropFirst(pieces)
        }
      }
    }
  } catch {
    return found + ["\(error.code.rawValue) \(error.position.line):\(error.position.column)"]
  }
}

@Suite("XML 1.0 and Namespaces in XML 1.0: the reader")
struct ReaderTests {
  @Test("elements, attributes, references and namespaces")
  func tokensOfADocument() {
    let document = """
      <?xml version="1.0"?><!-- c --><a xmlns="urn:a" xmlns:b='urn:b' x="1 &amp; 2"><b:c b:y="&#x41;&#10;z"/>&lt;t
      <![CDATA[<&]]>é</a><?pi done?>
      """
    let expected = [
      "<{urn:a}a {}x=1 & 2>", "<{urn:b}c {urn:b}y=A\nz>", "</{urn:b}>", "'<t\n<&é", "</{urn:a}>",
    ]
    #expect(tokens(document) == expected)
    for size in 1...9 { #expect(tokens(document, pieces: size) == expected, "in pieces of \(size)") }
  }

  @Test("line ends are normalised, in text and in attribute values")
  func lineEnds() {
    let document = "<a x='1\r\n2\t3'>p\r\nq\rr</a>"
    for size in [1, 2, 3, 100] {
      #expect(tokens(document, pieces: size) == ["<{}a {}x=1 2 3>", "'p\nq\nr", "</{}>"])
    }
  }

  @Test("a default namespace ends with its element, and can be taken back")
  func scopes() {
    #expect(
      tokens("<a xmlns='u'><b xmlns=''><c/></b><d/></a>") == [
        "<{u}a>", "<{}b>", "<{}c>", "</{}>", "</{}>", "<{u}d>", "</{u}>", "</{u}>",
      ])
  }

  @Test(
    "what breaks a rule is named with its place",
    arguments: [
      ("<a>", "xml.unexpected-end 1:4"), ("<a></b>", "xml.tag-mismatch 1:4"),
      ("<a x='1' x='2'/>", "xml.duplicate-attribute 1:10"),
      ("<a x=1/>", "xml.malformed 1:6"), ("<a x='<'/>", "xml.malformed 1:7"), ("<a>&b;</a>", "xml.reference 1:4"),
      ("<a>&#0;</a>", "xml.reference 1:4"), ("<a>&#xD800;</a>", "xml.reference 1:4"), ("<p:a/>", "xml.namespace 1:2"),
      ("<a xmlns:p=''/>", "xml.namespace 1:4"), ("<a xmlns:xmlns='u'/>", "xml.namespace 1:4"),
      ("<1a/>", "xml.name 1:2"),
      ("<a:b:c xmlns:a='u'/>", "xml.name 1:2"), ("<!DOCTYPE a><a/>", "xml.dtd 1:1"), ("<a/><b/>", "xml.malformed 1:5"),
      ("t<a/>", "xml.malformed 1:1"), ("<a>]]></a>", "xml.malformed 1:4"), ("<a><!-- -- --></a>", "xml.malformed 1:9"),
      ("<a>\n<?xml version='1.0'?></a>", "xml.malformed 2:1"), ("<a\u{1}/>", "xml.malformed 1:3"),
      ("<a>\u{1}</a>", "xml.character 1:4"),
      ("<a>\u{FFFE}</a>", "xml.character 1:4"), ("", "xml.unexpected-end 1:1"), ("  ", "xml.unexpected-end 1:3"),
      ("<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "xml.duplicate-attribute 1:36"),
      ("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "xml.encoding 1:1"), ("<a/", "xml.unexpected-end 1:3"),
      ("<?xml version\u{A0}='1.0'?><a/>", "xml.malformed 1:1"), ("<?xml versión='1.0'?><a/>", "xml.malformed 1:1"),
      ("<?xml version='1.0'encoding='utf-8'?><a/>", "xml.malformed 1:1"), ("<?xml ?><a/>", "xml.malformed 1:1"),
      ("<?xml encoding='utf-8'?><a/>", "xml.malformed 1:1"), ("<?xml version=\"1.0'?><a/>", "xml.malformed 1:1"),
      ("<?xml version='1.0' version='1.0'?><a/>", "xml.malformed 1:1"),
      ("<?xml version='1.0' encoding='\(String(repeating: "x", count: 1024))'?><a/>", "xml.malformed 1:1"),
      ("<?xml version='1.0' standalone='no' encoding='utf-8'?><a/>", "xml.malformed 1:1"),
      ("<a x='1'y='2'/>", "xml.malformed 1:9"), ("<a></a", "xml.unexpected-end 1:7"),
      ("<a>&amp</a>", "xml.reference 1:4"),
    ])
  func breaches(_ document: String, _ expected: String) {
    #expect(tokens(document).last == expected)
    #expect(tokens(document, pieces: 1).last == expected, "byte by byte")
  }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [[0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80]])
  func encoding(_ bytes: [Int]) {
    var reader = XMLReader()
    reader.feed(Array("<a>".utf8) + bytes.map { UInt8($0) } + Array("</a>".utf8))
    reader.finish()
    #expect(throws: XMLError.self) {
      while try reader.next() != .endOfDocument {}
    }
  }

  @Test("limits end the reading in bounded memory")
  func limits() {
    let limits = XMLLimits(depth: 10, attributes: 5, nameLength: 20, valueLength: 100, totalBytes: 2000)
    #expect(tokens(String(repeating: "<a>", count: 11), limits: limits).last == "limit.depth 1:31")
    let many = (0..<6).map { "a\($0)='1'" }.joined(separator: " ")
    #expect(tokens("<a \(many)/>", limits: limits).last?.hasPrefix("limit.attributes") == true)
    #expect(tokens("<\(String(repeating: "n", count: 21))/>", limits: limits).last == "limit.name 1:2")
    #expect(
      tokens("<a x='\(String(repeating: "v", count: 200))'/>", limits: limits).last?.hasPrefix("limit.value") == true)
    #expect(tokens("<a>" + String(repeating: "<b/>", count: 600), limits: limits).last?.hasPrefix("limit.size") == true)
  }

  @Test("no mutation of a document crashes the reader, and pieces never change the outcome")
  func mutations() {
    let seedText = "<?xml version='1.0'?><a xmlns:p=\"u\" p:x='1&lt;'><p:b>té&#65;</p:b><!--c--><![CDATA[x]]></a>"
    var generator = Seeded(state: 7)
    for _ in 0..<3000 {
      var bytes = Array(seedText.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        default: bytes.insert(Array("<>&\"';/! ]-".utf8).randomElement(using: &generator) ?? 0, at: place)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(withoutCutText(tokens(text)) == withoutCutText(tokens(text, pieces: 1)))
    }
  }
}

/// How much of a text is handed out before an error in it is found depends on the pieces, and may.
private func withoutCutText(_ tokens: [String]) -> [String] {
  guard let last = tokens.last, !last.hasPrefix("<"), tokens.count > 1, tokens[tokens.count - 2].hasPrefix("'") else {
    return tokens
  }
  return tokens.dropLast(2) + [last]
}

struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 31)
  }
}
