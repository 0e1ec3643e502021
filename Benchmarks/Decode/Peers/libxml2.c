/* libxml2: libxml2 MODE FILE SCHEMA ROUNDS, where MODE is
     parse       SAX2 parsing, no validation
     sax-schema  SAX2 parsing with the schema plugged in between (xmlSchemaSAXPlug): no tree, nothing handed on
     reader-schema  xmlTextReader with the schema
     tree-schema    the tree of the document (xmlCtxtReadMemory), held against the schema, and freed
   SAX2 takes the document from memory by small pieces: of its ways of input, tried side by side, this was the fastest,
   since the parser's window stays in the cache. The schema is compiled once, outside of the time measured. */
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlIO.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>

#include "peer.h"

#define OPTIONS (XML_PARSE_HUGE | XML_PARSE_NONET | XML_PARSE_COMPACT)

static void count_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                        const xmlChar **declared, int attributes, int defaulted, const xmlChar **values) {
  (void)name;
  (void)prefix;
  (void)uri;
  (void)namespaces;
  (void)declared;
  (void)attributes;
  (void)defaulted;
  (void)values;
  ++*(long *)((xmlParserCtxtPtr)data)->_private;
}

static void count_end(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
  (void)data;
  (void)name;
  (void)prefix;
  (void)uri;
}

static void ignore_text(void *data, const xmlChar *bytes, int count) {
  (void)data;
  (void)bytes;
  (void)count;
}

typedef struct {
  const char *next;
  size_t left;
} Cursor;

static int read_piece(void *data, char *piece, int size) {
  Cursor *cursor = data;
  size_t count = (size_t)size < cursor->left ? (size_t)size : cursor->left;
  memcpy(piece, cursor->next, count);
  cursor->next += count;
  cursor->left -= count;
  return (int)count;
}

static int close_nothing(void *data) {
  (void)data;
  return 0;
}

static xmlParserCtxtPtr context_over(Cursor *cursor) {
  xmlParserCtxtPtr context =
      xmlCreateIOParserCtxt(NULL, NULL, read_piece, close_nothing, cursor, XML_CHAR_ENCODING_NONE);
  if (context == NULL) fail("libxml2", "no memory for a parser");
  xmlCtxtUseOptions(context, OPTIONS);
  return context;
}

static void finish(xmlParserCtxtPtr context, const Cursor *cursor) {
  if (xmlParseDocument(context) != 0 || !context->wellFormed) {
    xmlErrorPtr error = xmlCtxtGetLastError(context);
    fail("libxml2: not well-formed", error == NULL ? "no reason given" : error->message);
  }
  if (cursor->left != 0) fail("libxml2", "the document was not read whole");
}

static long parse(const Input *input, void *unused) {
  (void)unused;
  long elements = 0;
  xmlSAXHandler own;
  memset(&own, 0, sizeof own);
  own.initialized = XML_SAX2_MAGIC;
  own.startElementNs = count_start;
  own.endElementNs = count_end;
  own.characters = ignore_text;
  own.ignorableWhitespace = ignore_text;
  own.cdataBlock = ignore_text;
  Cursor cursor = {input->bytes, input->count};
  xmlParserCtxtPtr context = context_over(&cursor);
  *context->sax = own;
  context->_private = &elements;
  finish(context, &cursor);
  xmlFreeParserCtxt(context);
  if (elements == 0) fail("libxml2", "no element was read");
  return elements;
}

static long validate_sax(const Input *input, void *schema) {
  xmlSchemaValidCtxtPtr validation = xmlSchemaNewValidCtxt(schema);
  Cursor cursor = {input->bytes, input->count};
  xmlParserCtxtPtr context = context_over(&cursor);
  xmlSAXHandlerPtr standard = context->sax;
  context->sax = NULL;
  void *data = context;
  xmlSchemaSAXPlugPtr plug = xmlSchemaSAXPlug(validation, &context->sax, &data);
  if (plug == NULL) fail("libxml2", "the schema cannot be plugged in");
  context->userData = data;
  finish(context, &cursor);
  if (xmlSchemaIsValid(validation) != 1) fail("libxml2", "the document is not valid");
  xmlSchemaSAXUnplug(plug);
  context->sax = standard;
  xmlFreeParserCtxt(context);
  xmlSchemaFreeValidCtxt(validation);
  return -1;
}

static long validate_reader(const Input *input, void *schema) {
  xmlParserInputBufferPtr buffer =
      xmlParserInputBufferCreateStatic(input->bytes, (int)input->count, XML_CHAR_ENCODING_NONE);
  xmlTextReaderPtr reader = buffer == NULL ? NULL : xmlNewTextReader(buffer, NULL);
  if (reader == NULL || xmlTextReaderSetup(reader, NULL, NULL, NULL, OPTIONS) != 0) fail("libxml2", "no reader");
  if (xmlTextReaderSetSchema(reader, schema) != 0) fail("libxml2", "the schema cannot be set");
  long elements = 0;
  int more;
  while ((more = xmlTextReaderRead(reader)) == 1) {
    if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT) elements++;
  }
  if (more != 0) fail("libxml2", "not well-formed");
  if (xmlTextReaderIsValid(reader) != 1) fail("libxml2", "the document is not valid");
  xmlFreeTextReader(reader);
  xmlFreeParserInputBuffer(buffer);
  return elements;
}

static long validate_tree(const Input *input, void *schema) {
  xmlParserCtxtPtr context = xmlNewParserCtxt();
  if (context == NULL) fail("libxml2", "no memory for a parser");
  xmlDocPtr document = xmlCtxtReadMemory(context, input->bytes, (int)input->count, NULL, NULL, OPTIONS);
  if (document == NULL) fail("libxml2", "not well-formed");
  xmlSchemaValidCtxtPtr validation = xmlSchemaNewValidCtxt(schema);
  if (xmlSchemaValidateDoc(validation, document) != 0) fail("libxml2", "the document is not valid");
  xmlSchemaFreeValidCtxt(validation);
  xmlFreeDoc(document);
  xmlFreeParserCtxt(context);
  return -1;
}

static xmlSchemaPtr compile(const char *path) {
  xmlSchemaParserCtxtPtr context = xmlSchemaNewParserCtxt(path);
  xmlSchemaPtr schema = context == NULL ? NULL : xmlSchemaParse(context);
  if (schema == NULL) fail(path, "is no schema that libxml2 can load");
  xmlSchemaFreeParserCtxt(context);
  return schema;
}

int main(int count, char **words) {
  if (count != 5) fail("usage", "libxml2 parse|sax-schema|reader-schema|tree-schema FILE SCHEMA ROUNDS");
  xmlInitParser();
  Input input = read_whole(words[2]);
  xmlSchemaPtr schema = compile(words[3]);
  int rounds = rounds_from(words[4]);
  if (strcmp(words[1], "parse") == 0) {
    measure("libxml2-parse", rounds, &input, parse, NULL);
  } else if (strcmp(words[1], "sax-schema") == 0) {
    measure("libxml2-sax-schema", rounds, &input, validate_sax, schema);
  } else if (strcmp(words[1], "reader-schema") == 0) {
    measure("libxml2-reader-schema", rounds, &input, validate_reader, schema);
  } else if (strcmp(words[1], "tree-schema") == 0) {
    measure("libxml2-tree-schema", rounds, &input, validate_tree, schema);
  } else {
    fail(words[1], "is no mode of this program");
  }
  xmlSchemaFree(schema);
  return 0;
}
