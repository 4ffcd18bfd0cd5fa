// libyaml's unions and marks are awkward and unsafe from Swift; this shim hands
// out one plain struct an event and keeps the ownership of its memory.
#include "CYAML.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct cy_parser {
  yaml_parser_t yaml;
  yaml_event_t event;
  int has_event;
};

cy_parser *cy_parser_new(const unsigned char *bytes, size_t count) {
  cy_parser *parser = calloc(1, sizeof *parser);
  if (parser == NULL) return NULL;
  if (!yaml_parser_initialize(&parser->yaml)) {
    free(parser);
    return NULL;
  }
  yaml_parser_set_encoding(&parser->yaml, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser->yaml, bytes, count);
  return parser;
}

static void drop_event(cy_parser *parser) {
  if (parser->has_event) yaml_event_delete(&parser->event);
  parser->has_event = 0;
}

static cy_style style_of(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: return CY_SINGLE_QUOTED;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return CY_DOUBLE_QUOTED;
    case YAML_LITERAL_SCALAR_STYLE: return CY_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE: return CY_FOLDED;
    default: return CY_PLAIN;
  }
}

static cy_event failure(const cy_parser *parser) {
  cy_event out = {.kind = CY_ERROR};
  const yaml_parser_t *yaml = &parser->yaml;
  // The reader knows an offset only; its problems are found before parsing.
  yaml_mark_t mark = yaml->error == YAML_READER_ERROR ? yaml->mark : yaml->problem_mark;
  out.line = mark.line + 1;
  out.column = mark.column + 1;
  out.index = mark.index;
  out.problem = yaml->problem != NULL ? yaml->problem : "the text cannot be read";
  return out;
}

cy_event cy_parser_next(cy_parser *parser) {
  drop_event(parser);
  yaml_event_t *event = &parser->event;
  do {
    drop_event(parser);
    if (!yaml_parser_parse(&parser->yaml, event)) return failure(parser);
    parser->has_event = 1;
  } while (event->type == YAML_STREAM_START_EVENT || event->type == YAML_DOCUMENT_END_EVENT);

  cy_event out = {
    .kind = CY_END,
    .line = event->start_mark.line + 1,
    .column = event->start_mark.column + 1,
    .index = event->start_mark.index,
  };
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT: out.kind = CY_DOCUMENT; break;
    case YAML_ALIAS_EVENT:
      out.kind = CY_ALIAS;
      out.anchor = (const char *)event->data.alias.anchor;
      break;
    case YAML_SCALAR_EVENT:
      out.kind = CY_SCALAR;
      out.style = style_of(event->data.scalar.style);
      out.text = (const char *)event->data.scalar.value;
      out.length = event->data.scalar.length;
      out.anchor = (const char *)event->data.scalar.anchor;
      out.tag = (const char *)event->data.scalar.tag;
      break;
    case YAML_SEQUENCE_START_EVENT:
      out.kind = CY_SEQUENCE;
      out.anchor = (const char *)event->data.sequence_start.anchor;
      out.tag = (const char *)event->data.sequence_start.tag;
      break;
    case YAML_SEQUENCE_END_EVENT: out.kind = CY_SEQUENCE_END; break;
    case YAML_MAPPING_START_EVENT:
      out.kind = CY_MAPPING;
      out.anchor = (const char *)event->data.mapping_start.anchor;
      out.tag = (const char *)event->data.mapping_start.tag;
      break;
    case YAML_MAPPING_END_EVENT: out.kind = CY_MAPPING_END; break;
    default: break;
  }
  return out;
}

void cy_parser_free(cy_parser *parser) {
  drop_event(parser);
  yaml_parser_delete(&parser->yaml);
  free(parser);
}
