// The Xerces of the JDK with a schema: java Xerces.java MODE FILE SCHEMA ROUNDS, where MODE is
//   stream  javax.xml.validation: Validator on a StreamSource, nothing handed on
//   sax     SAXParser with the schema set and a handler that does next to nothing
// At least four rounds and six seconds that are not printed come first, so that the just-in-time compiler has nothing
// left to do; the schema is compiled once, outside of the time measured. CPU time is that of the thread: neither
// compiler nor garbage collector count.
import java.io.ByteArrayInputStream;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.xml.sax.Attributes;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

public final class Xerces {
  private static final int WARM_UPS = 4;
  private static final long WARM_UP_NANOS = 6_000_000_000L;

  /** Judges the bytes once; returns what it found, and throws where they are not valid. */
  private interface Round {
    String run(byte[] bytes) throws Exception;
  }

  private static final class Counter extends DefaultHandler {
    long elements;
    long text;

    @Override
    public void startElement(String uri, String local, String name, Attributes attributes) {
      elements++;
    }

    @Override
    public void characters(char[] characters, int start, int length) {
      text += length;
    }

    @Override
    public void error(SAXParseException error) throws SAXParseException {
      throw error;
    }
  }

  private static final ErrorHandler STRICT = new Counter();

  public static void main(String[] words) throws Exception {
    if (words.length != 4) {
      throw new IllegalArgumentException("usage: Xerces stream|sax FILE SCHEMA ROUNDS");
    }
    byte[] bytes = Files.readAllBytes(Path.of(words[1]));
    Schema schema = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(new File(words[2]));
    int rounds = Integer.parseInt(words[3]);
    Round round =
        switch (words[0]) {
          case "stream" -> stream(schema);
          case "sax" -> sax(schema);
          default -> throw new IllegalArgumentException(words[0] + " is no mode of this program");
        };
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long warmUp = 0;
    for (int number = 0; number < WARM_UPS || warmUp < WARM_UP_NANOS; number++) {
      long start = threads.getCurrentThreadCpuTime();
      round.run(bytes);
      warmUp += threads.getCurrentThreadCpuTime() - start;
    }
    for (int number = 0; number < rounds; number++) {
      long processor = threads.getCurrentThreadCpuTime();
      long wall = System.nanoTime();
      String found = round.run(bytes);
      processor = threads.getCurrentThreadCpuTime() - processor;
      wall = System.nanoTime() - wall;
      System.out.printf(
          Locale.ROOT, "xerces-%s\t%.6f\t%.6f\t%d\t%s%n", words[0], processor / 1e9, wall / 1e9, bytes.length, found);
    }
  }

  private static Round stream(Schema schema) {
    Validator validator = schema.newValidator();
    return bytes -> {
      validator.reset();
      validator.setErrorHandler(STRICT);
      validator.validate(new StreamSource(new ByteArrayInputStream(bytes)));
      return "valid";
    };
  }

  private static Round sax(Schema schema) throws Exception {
    SAXParserFactory factory = SAXParserFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setSchema(schema);
    SAXParser parser = factory.newSAXParser();
    return bytes -> {
      Counter counter = new Counter();
      parser.parse(new ByteArrayInputStream(bytes), counter);
      if (counter.elements == 0) {
        throw new IllegalStateException("no element was read");
      }
      return counter.elements + " elements";
    };
  }
}
