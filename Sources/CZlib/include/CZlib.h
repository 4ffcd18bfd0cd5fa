#ifndef CZLIB_H
#define CZLIB_H

#include <stddef.h>
#include <stdint.h>

/// What came of inflating.
typedef enum { CZ_MORE, CZ_END, CZ_BROKEN } cz_status;

/// How the compressed data is wrapped: RFC 1952, or bare (RFC 1951) as in a zip file.
typedef enum { CZ_GZIP, CZ_BARE } cz_wrapping;

/// An inflater over bytes in memory; zlib's types stay in C.
typedef struct cz_inflater cz_inflater;

/// Starts on bytes that must outlive the inflater; NULL when memory is short.
cz_inflater *_Nullable cz_inflater_new(const unsigned char *_Nullable bytes, size_t count, cz_wrapping wrapping);

/// Writes at most `room` bytes and says how many. After CZ_END, with which bytes may come too, and
/// CZ_BROKEN the inflater must only be freed. Data that ends too early is broken.
cz_status cz_inflater_next(cz_inflater *_Nonnull inflater, unsigned char *_Nonnull out, size_t room, size_t *_Nonnull written);

void cz_inflater_free(cz_inflater *_Nonnull inflater);

/// The CRC-32 of earlier bytes, 0 for none, and of these.
uint32_t cz_crc32(uint32_t crc, const unsigned char *_Nullable bytes, size_t count);

#endif
