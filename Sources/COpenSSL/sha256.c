#include "COpenSSL.h"

#include <openssl/evp.h>

// EVP_MD_CTX is used under its own name in C only, so that Swift sees one
// opaque type and no OpenSSL header reaches a module map.

co_sha256 *co_sha256_new(void) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context == NULL) return NULL;
  if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
    EVP_MD_CTX_free(context);
    return NULL;
  }
  return (co_sha256 *)context;
}

int co_sha256_update(co_sha256 *digest, const void *bytes, size_t count) {
  return EVP_DigestUpdate((EVP_MD_CTX *)digest, bytes, count);
}

int co_sha256_finish(co_sha256 *digest, unsigned char *out) {
  unsigned int length = 0;
  return EVP_DigestFinal_ex((EVP_MD_CTX *)digest, out, &length) == 1 && length == 32;
}

void co_sha256_free(co_sha256 *digest) {
  EVP_MD_CTX_free((EVP_MD_CTX *)digest);
}
