// Judges XML files by XSD with the Xerces of the JDK, as an oracle beside our own validator.
//   java scripts/oracle/XercesOracle.java [--payload] [--extract DIR] --schema A.xsd [--schema B.xsd] FILE...
//   java scripts/oracle/XercesOracle.java --load A.xsd B.xsd...
//   java scripts/oracle/XercesOracle.java --cases FILE
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.transform.Source;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.sax.SAXTransformerFactory;
import javax.xml.transform.sax.TransformerHandler;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.ValidatorHandler;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/**
 * One line per file: {@code valid|invalid|unreadable TAB file TAB line:column first error}.
 *
 * <p>{@code --payload} judges only the first element that belongs to a profile among the schemas; {@code --extract DIR}
 * also writes that element to DIR as a document of its own. {@code --load} judges the schemas themselves, each alone.
 * {@code --cases FILE} judges schemas and instances by the list in FILE, as SchemaJudge.swift does, and in its format.
 * Exit code: 0 all valid, 1 some not, 2 not run. No DTD is read and nothing is fetched from a network.
 */
public final class XercesOracle {
  private static final String XSD = XMLConstants.W3C_XML_SCHEMA_NS_URI;
  private static final String PROFILE_PREFIX = "http://iec.ch/TC57/";

  public static void main(String[] args) throws Exception {
    List<File> schemas = new ArrayList<>();
    List<String> files = new ArrayList<>();
    boolean payload = false;
    boolean load = false;
    File extract = null;
    for (int i = 0; i < args.length; i++) {
      boolean last = i + 1 == args.length;
      if (args[i].equals("--schema") && !last) {
        schemas.add(new File(args[++i]));
      } else if (args[i].equals("--extract") && !last) {
        extract = new File(args[++i]);
        payload = true;
      } else if (args[i].equals("--payload")) {
        payload = true;
      } else if (args[i].equals("--load")) {
        load = true;
      } else if (args[i].equals("--cases") && !last) {
        judgeCases(new File(args[++i]));
        return;
      } else if (args[i].startsWith("--")) {
        usage();
      } else {
        files.add(args[i]);
      }
    }
    if (files.isEmpty() || load != schemas.isEmpty()) {
      usage();
    }

    boolean allValid = true;
    if (load) {
      for (String file : files) {
        FirstError errors = new FirstError();
        compile(List.of(new File(file)), errors);
        allValid &= report(errors, file);
      }
    } else {
      FirstError errors = new FirstError();
      Schema schema = compile(schemas, errors);
      if (!errors.verdict.equals("valid")) {
        System.err.println("schema: " + errors.text);
        System.exit(2);
      }
      Set<String> roots = payload ? profileRoots(schemas) : null;
      for (String file : files) {
        FirstError found = new FirstError();
        judge(new File(file), schema, roots, extract, found);
        allValid &= report(found, file);
      }
    }
    System.exit(allValid ? 0 : 1);
  }

  private static void usage() {
    System.err.println("XercesOracle [--payload] [--extract DIR] --schema A.xsd [--schema B.xsd]... FILE...");
    System.err.println("XercesOracle --load A.xsd...");
    System.err.println("XercesOracle --cases FILE");
    System.exit(2);
  }

  /** Lines of the list: "schema TAB a.xsd [TAB b.xsd]...", each followed by its "instance TAB file" lines. */
  private static void judgeCases(File list) throws Exception {
    Schema schema = null;
    for (String line : java.nio.file.Files.readAllLines(list.toPath())) {
      String[] fields = line.split("\t");
      FirstError errors = new FirstError();
      if (fields[0].equals("schema")) {
        List<File> files = new ArrayList<>();
        for (int i = 1; i < fields.length; i++) {
          files.add(new File(fields[i]));
        }
        schema = compile(files, errors);
        schema = errors.verdict.equals("valid") ? schema : null;
      } else if (schema == null) {
        continue;
      } else {
        judge(new File(fields[1]), schema, null, null, errors);
      }
      System.out.println(fields[0] + "\t" + errors.verdict + "\t" + fields[1] + "\t" + errors.text);
    }
  }

  private static boolean report(FirstError errors, String file) {
    System.out.println(errors.verdict + "\t" + file + "\t" + errors.text);
    return errors.verdict.equals("valid");
  }

  /** All schemas together; what is wrong with them goes to {@code errors}. */
  private static Schema compile(List<File> files, FirstError errors) throws SAXException {
    SchemaFactory factory = SchemaFactory.newInstance(XSD);
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "file");
    factory.setErrorHandler(errors);
    Source[] sources = new Source[files.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = new StreamSource(files.get(i));
    }
    try {
      return factory.newSchema(sources);
    } catch (SAXParseException error) {
      errors.error(error);
    } catch (SAXException error) {
      errors.set("unreadable", "0:0 " + oneLine(error.getMessage()));
    }
    return null;
  }

  private static void judge(File file, Schema schema, Set<String> roots, File extract, FirstError errors)
      throws Exception {
    SAXParserFactory factory = SAXParserFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
    factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
    XMLReader reader = factory.newSAXParser().getXMLReader();
    reader.setErrorHandler(new Unreadable());
    ValidatorHandler validator = schema.newValidatorHandler();
    validator.setErrorHandler(errors);

    PayloadFilter filter = null;
    if (roots == null) {
      reader.setContentHandler(validator);
    } else {
      filter = new PayloadFilter(roots, validator, extract == null ? null : new File(extract, file.getName()));
      reader.setContentHandler(filter);
    }
    try (InputStream bytes = new FileInputStream(file)) {
      InputSource source = new InputSource(bytes);
      source.setSystemId(file.toURI().toString());
      reader.parse(source);
      if (filter != null && !filter.found) {
        errors.set("unreadable", "0:0 no element of a loaded profile");
      }
    } catch (SAXParseException error) {
      errors.set("unreadable", FirstError.describe(error));
    } catch (java.io.IOException | SAXException error) {
      errors.set("unreadable", "0:0 " + oneLine(error.getMessage()));
    } finally {
      if (filter != null) {
        filter.close();
      }
    }
  }

  /** Global elements of profile namespaces, as {namespace}name, over the schemas and all they include or import. */
  private static Set<String> profileRoots(List<File> schemas) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Set<String> roots = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<Map.Entry<File, String>> open = new ArrayDeque<>();
    schemas.forEach(file -> open.add(Map.entry(file.getAbsoluteFile(), "")));
    while (!open.isEmpty()) {
      Map.Entry<File, String> next = open.remove();
      File file = next.getKey().getCanonicalFile();
      if (!seen.add(next.getValue() + " " + file)) {
        continue;
      }
      Element schema = factory.newDocumentBuilder().parse(file).getDocumentElement();
      // A schema without a target namespace takes that of the schema that includes it.
      String declared = schema.getAttribute("targetNamespace");
      String namespace = declared.isEmpty() ? next.getValue() : declared;
      boolean isProfile = namespace.startsWith(PROFILE_PREFIX) && namespace.endsWith("#");
      for (Node node = schema.getFirstChild(); node != null; node = node.getNextSibling()) {
        if (!(node instanceof Element) || !XSD.equals(node.getNamespaceURI())) {
          continue;
        }
        Element child = (Element) node;
        String location = child.getAttribute("schemaLocation");
        if (child.getLocalName().equals("element") && isProfile) {
          roots.add("{" + namespace + "}" + child.getAttribute("name"));
        } else if (child.getLocalName().equals("include")) {
          open.add(Map.entry(new File(file.getParentFile(), location), namespace));
        } else if (child.getLocalName().equals("import") && !location.isEmpty() && !location.contains("://")) {
          open.add(Map.entry(new File(file.getParentFile(), location), ""));
        }
      }
    }
    return roots;
  }

  private static String oneLine(String text) {
    return text == null ? "" : text.replaceAll("\\s+", " ").trim();
  }

  /** Keeps the first error only. */
  private static final class FirstError implements ErrorHandler {
    String verdict = "valid";
    String text = "";

    void set(String verdict, String text) {
      this.verdict = verdict;
      this.text = text;
    }

    static String describe(SAXParseException error) {
      return error.getLineNumber() + ":" + error.getColumnNumber() + " " + oneLine(error.getMessage());
    }

    @Override
    public void warning(SAXParseException error) {}

    @Override
    public void error(SAXParseException error) {
      if (verdict.equals("valid")) {
        set("invalid", describe(error));
      }
    }

    @Override
    public void fatalError(SAXParseException error) {
      error(error);
    }
  }

  /** Errors of the parser itself: the file is not well-formed, or has a DTD. */
  private static final class Unreadable implements ErrorHandler {
    @Override
    public void warning(SAXParseException error) {}

    @Override
    public void error(SAXParseException error) throws SAXException {
      throw error;
    }

    @Override
    public void fatalError(SAXParseException error) throws SAXException {
      throw error;
    }
  }

  /** Passes on the subtree of the first profile element as if it were a whole document. */
  private static final class PayloadFilter extends DefaultHandler {
    private final Set<String> roots;
    private final List<ContentHandler> targets = new ArrayList<>();
    private final Map<String, Deque<String>> scope = new LinkedHashMap<>();
    private final OutputStream output;
    private int depth = 0;
    boolean found = false;

    PayloadFilter(Set<String> roots, ValidatorHandler validator, File copy) throws Exception {
      this.roots = roots;
      targets.add(validator);
      output = copy == null ? null : new FileOutputStream(copy);
      if (output != null) {
        TransformerHandler writer = ((SAXTransformerFactory) TransformerFactory.newInstance()).newTransformerHandler();
        writer.setResult(new StreamResult(output));
        targets.add(writer);
      }
    }

    void close() throws java.io.IOException {
      if (output != null) {
        output.close();
      }
    }

    @Override
    public void setDocumentLocator(Locator locator) {
      targets.forEach(target -> target.setDocumentLocator(locator));
    }

    @Override
    public void startPrefixMapping(String prefix, String uri) throws SAXException {
      scope.computeIfAbsent(prefix, key -> new ArrayDeque<>()).push(uri);
      if (depth > 0) {
        for (ContentHandler target : targets) {
          target.startPrefixMapping(prefix, uri);
        }
      }
    }

    @Override
    public void endPrefixMapping(String prefix) throws SAXException {
      scope.get(prefix).pop();
      if (depth > 0) {
        for (ContentHandler target : targets) {
          target.endPrefixMapping(prefix);
        }
      }
    }

    @Override
    public void startElement(String uri, String local, String name, Attributes attributes) throws SAXException {
      boolean isRoot = !found && roots.contains("{" + uri + "}" + local);
      if (depth == 0 && !isRoot) {
        return;
      }
      for (ContentHandler target : targets) {
        if (isRoot) {
          target.startDocument();
          for (Map.Entry<String, Deque<String>> mapping : scope.entrySet()) {
            if (!mapping.getValue().isEmpty()) {
              target.startPrefixMapping(mapping.getKey(), mapping.getValue().peek());
            }
          }
        }
        target.startElement(uri, local, name, attributes);
      }
      found = true;
      depth++;
    }

    @Override
    public void endElement(String uri, String local, String name) throws SAXException {
      if (depth == 0) {
        return;
      }
      depth--;
      for (ContentHandler target : targets) {
        target.endElement(uri, local, name);
        if (depth == 0) {
          target.endDocument();
        }
      }
    }

    @Override
    public void characters(char[] text, int start, int length) throws SAXException {
      if (depth > 0) {
        for (ContentHandler target : targets) {
          target.characters(text, start, length);
        }
      }
    }

    @Override
    public void ignorableWhitespace(char[] text, int start, int length) throws SAXException {
      characters(text, start, length);
    }
  }
}
