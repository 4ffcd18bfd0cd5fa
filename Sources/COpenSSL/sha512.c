#include "COpenSSL.h"

#include <openssl/evp.h>

int co_sha512(const void *bytes, size_t count, unsigned char *out) {
  unsigned int length = 0;
  return EVP_Digest(bytes, count, out, &length, EVP_sha512(), NULL) == 1 && length == 64;
}
