// OpenSSL built with kernel TLS (as Debian's is) asks every BIO by a control call whether the kernel encrypts. mediasoup's BIO callback
// answers 1 to all control calls; libssl then believes it, never allocates its write buffer, and the worker dies at the first DTLS
// handshake. This wrapper lets the callback see the call and hands the BIO's own answer back.
#pragma once
#include <openssl/bio.h>

#define BIO_set_callback_ex(bio, callback)                                                                                  \
  (BIO_set_callback_ex)(bio, [](BIO* b, int oper, const char* argp, size_t len, int argi, long argl, int ret, size_t* processed) -> long { \
    callback(b, oper, argp, len, argi, argl, ret, processed);                                                               \
    return (oper & BIO_CB_RETURN) ? ret : 1;                                                                                \
  })
