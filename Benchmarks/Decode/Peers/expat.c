/* Expat without any validation: expat MODE FILE ROUNDS, where MODE is plain or namespaces.
   The whole document in one call, which is what saves it every copy; the handlers do next to nothing. */
#include <expat.h>

#include "peer.h"

typedef struct {
  long elements;
  long ends;
  size_t text;
} Counts;

static void XMLCALL start(void *data, const XML_Char *name, const XML_Char **attributes) {
  (void)name;
  (void)attributes;
  ((Counts *)data)->elements++;
}

static void XMLCALL end(void *data, const XML_Char *name) {
  (void)name;
  ((Counts *)data)->ends++;
}

static void XMLCALL text(void *data, const XML_Char *bytes, int count) {
  (void)bytes;
  ((Counts *)data)->text += (size_t)count;
}

static long parse(const Input *input, void *context) {
  int with_namespaces = *(int *)context;
  XML_Parser parser = with_namespaces ? XML_ParserCreateNS(NULL, ' ') : XML_ParserCreate(NULL);
  if (parser == NULL) fail("expat", "no memory for a parser");
  Counts counts = {0, 0, 0};
  XML_SetUserData(parser, &counts);
  XML_SetElementHandler(parser, start, end);
  XML_SetCharacterDataHandler(parser, text);
  if (XML_Parse(parser, input->bytes, (int)input->count, XML_TRUE) != XML_STATUS_OK) {
    fail("expat", XML_ErrorString(XML_GetErrorCode(parser)));
  }
  if ((size_t)XML_GetCurrentByteIndex(parser) != input->count) fail("expat", "the document was not read whole");
  if (counts.elements == 0 || counts.elements != counts.ends) fail("expat", "elements are missing");
  XML_ParserFree(parser);
  return counts.elements;
}

int main(int count, char **words) {
  if (count != 4) fail("usage", "expat plain|namespaces FILE ROUNDS");
  int with_namespaces = strcmp(words[1], "namespaces") == 0;
  if (!with_namespaces && strcmp(words[1], "plain") != 0) fail("usage", "expat plain|namespaces FILE ROUNDS");
  Input input = read_whole(words[2]);
  measure(with_namespaces ? "expat-namespaces" : "expat-plain", rounds_from(words[3]), &input, parse, &with_namespaces);
  return 0;
}
