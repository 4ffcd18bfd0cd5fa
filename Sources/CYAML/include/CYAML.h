#ifndef CYAML_H
#define CYAML_H

#include <stddef.h>

/// What libyaml's event parser found next.
typedef enum {
  CY_END,
  CY_DOCUMENT,
  CY_SCALAR,
  CY_SEQUENCE,
  CY_SEQUENCE_END,
  CY_MAPPING,
  CY_MAPPING_END,
  CY_ALIAS,
  CY_ERROR,
} cy_kind;

/// How a scalar was written.
typedef enum { CY_PLAIN, CY_SINGLE_QUOTED, CY_DOUBLE_QUOTED, CY_LITERAL, CY_FOLDED } cy_style;

/// One event. Every pointer is valid until the next call on the same parser.
typedef struct {
  cy_kind kind;
  cy_style style;
  /// Lines and columns count from 1, columns in characters.
  size_t line, column;
  /// Characters before the event in the whole text.
  size_t index;
  /// The text of a scalar, not ended by NUL; NULL for other events.
  const char *_Nullable text;
  size_t length;
  /// The anchor or the name of an alias; NULL: none.
  const char *_Nullable anchor;
  /// The tag, where one was written; NULL: none.
  const char *_Nullable tag;
  /// For CY_ERROR: what is wrong, in libyaml's words.
  const char *_Nullable problem;
} cy_event;

/// A parser over bytes in memory; libyaml's types stay in C.
typedef struct cy_parser cy_parser;

/// Starts on UTF-8 bytes that must outlive the parser; NULL when memory is short.
cy_parser *_Nullable cy_parser_new(const unsigned char *_Nonnull bytes, size_t count);

/// Reads one event. After CY_END and CY_ERROR the parser must only be freed.
cy_event cy_parser_next(cy_parser *_Nonnull parser);

/// Frees the parser and its last event.
void cy_parser_free(cy_parser *_Nonnull parser);

#endif
