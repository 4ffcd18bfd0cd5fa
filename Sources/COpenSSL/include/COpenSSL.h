#ifndef COPENSSL_H
#define COPENSSL_H

#include <stddef.h>

/// Opaque running SHA-256 (FIPS 180-4); OpenSSL's EVP_MD_CTX stays in C.
typedef struct co_sha256 co_sha256;

/// Starts a digest, or returns NULL when memory is short.
co_sha256 *_Nullable co_sha256_new(void);

/// Adds bytes; returns 1 on success.
int co_sha256_update(co_sha256 *_Nonnull digest, const void *_Nullable bytes, size_t count);

/// Writes the 32 digest bytes and leaves the digest unusable; returns 1 on success.
int co_sha256_finish(co_sha256 *_Nonnull digest, unsigned char *_Nonnull out);

/// Frees the digest.
void co_sha256_free(co_sha256 *_Nonnull digest);

/// Writes the 32 bytes of the HMAC-SHA-256 (RFC 2104) of some bytes; returns 1 on success.
int co_hmac_sha256(const void *_Nonnull key, size_t key_count, const void *_Nonnull bytes,
                   size_t count, unsigned char *_Nonnull out);

/// Writes the 64 bytes of the SHA-512 (FIPS 180-4) of some bytes; returns 1 on success.
int co_sha512(const void *_Nullable bytes, size_t count, unsigned char *_Nonnull out);

#endif
