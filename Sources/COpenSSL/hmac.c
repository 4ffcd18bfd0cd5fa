#include "COpenSSL.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

int co_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count,
                   unsigned char *out) {
  unsigned int length = 0;
  return HMAC(EVP_sha256(), key, (int)key_count, bytes, count, out, &length) != NULL &&
         length == 32;
}
