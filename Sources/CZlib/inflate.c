#include "CZlib.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct cz_inflater {
  z_stream stream;
  cz_wrapping wrapping;
};

cz_inflater *cz_inflater_new(const unsigned char *bytes, size_t count, cz_wrapping wrapping) {
  if (count > UINT_MAX) return NULL;
  cz_inflater *inflater = calloc(1, sizeof *inflater);
  if (!inflater) return NULL;
  inflater->wrapping = wrapping;
  inflater->stream.next_in = (Bytef *)bytes;
  inflater->stream.avail_in = (uInt)count;
  // zlib.h, inflateInit2: 16 more for gzip, negative for bare data.
  if (inflateInit2(&inflater->stream, wrapping == CZ_GZIP ? 15 + 16 : -15) != Z_OK) {
    free(inflater);
    return NULL;
  }
  return inflater;
}

// A gzip file may be several, one after the other (RFC 1952 §2.2).
static int has_another(const cz_inflater *inflater) {
  const z_stream *stream = &inflater->stream;
  return inflater->wrapping == CZ_GZIP && stream->avail_in > 1 && stream->next_in[0] == 0x1F &&
         stream->next_in[1] == 0x8B;
}

cz_status cz_inflater_next(cz_inflater *inflater, unsigned char *out, size_t room, size_t *written) {
  z_stream *stream = &inflater->stream;
  uInt limit = room > UINT_MAX ? UINT_MAX : (uInt)room;
  stream->next_out = out;
  stream->avail_out = limit;
  cz_status status = CZ_MORE;
  while (status == CZ_MORE && stream->avail_out > 0) {
    int result = inflate(stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      if (!has_another(inflater)) {
        status = CZ_END;
      } else if (inflateReset(stream) != Z_OK) {
        status = CZ_BROKEN;
      }
    } else if (result != Z_OK) {
      // Z_BUF_ERROR with room left: the data ends too early.
      status = CZ_BROKEN;
    }
  }
  *written = limit - stream->avail_out;
  return status;
}

void cz_inflater_free(cz_inflater *inflater) {
  inflateEnd(&inflater->stream);
  free(inflater);
}

uint32_t cz_crc32(uint32_t crc, const unsigned char *bytes, size_t count) {
  return (uint32_t)crc32_z(crc, bytes, count);
}
