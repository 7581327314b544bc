// The libsrtp 3 calls that mediasoup's worker makes, laid over the libsrtp 2 that distributions package.
#pragma once
#include <srtp2/srtp.h>
#include <cstdint>
#include <cstring>
#include <new>

// Version 3 hides the policy behind a pointer and copies the key; version 2 shows a struct that points at the caller's key.
typedef srtp_policy_t srtp2_policy;
struct srtp3_policy {
  srtp2_policy v2;
  unsigned char key[SRTP_MAX_KEY_LEN];
};
typedef srtp3_policy* srtp3_policy_ptr;
#define srtp_policy_t srtp3_policy_ptr

// Codes that version 2 does not have; numbers outside its range, so that nothing else is taken for them.
constexpr srtp_err_status_t srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr srtp_err_status_t srtp_err_status_cryptex_err = static_cast<srtp_err_status_t>(29);

inline srtp_err_status_t srtp_policy_create(srtp3_policy_ptr* policy) {
  *policy = new (std::nothrow) srtp3_policy();
  return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp3_policy_ptr policy) { delete policy; }

inline srtp_err_status_t srtp_policy_set_ssrc(srtp3_policy_ptr policy, srtp_ssrc_t ssrc) {
  policy->v2.ssrc = ssrc;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp3_policy_ptr policy, srtp_profile_t profile) {
  const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);
  return status ? status : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(srtp3_policy_ptr policy, const uint8_t* key, size_t keyLength, const uint8_t* salt,
                                             size_t saltLength, const uint8_t* /* mki */, size_t /* mkiLength */) {
  if (keyLength + saltLength > sizeof policy->key) return srtp_err_status_bad_param;
  std::memcpy(policy->key, key, keyLength);
  std::memcpy(policy->key + keyLength, salt, saltLength);
  policy->v2.key = policy->key;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp3_policy_ptr policy, bool allow) {
  policy->v2.allow_repeat_tx = allow;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp3_policy_ptr policy, size_t size) {
  policy->v2.window_size = size;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp3_policy_ptr policy) {
  return srtp_create(session, const_cast<const srtp2_policy*>(&policy->v2));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc) { return srtp_remove_stream(session, ssrc); }

// Version 3 reads one buffer and writes another, with its size; version 2 works in place and trusts that there is room.
template <typename Call>
srtp_err_status_t srtp3_call(Call call, srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength) {
  if (in != out) {
    if (*outLength < inLength) return srtp_err_status_buffer_small;
    std::memcpy(out, in, inLength);
  }
  int length = static_cast<int>(inLength);
  const auto status = call(session, out, &length);
  if (!status) *outLength = static_cast<size_t>(length);
  return status;
}

inline srtp_err_status_t srtp_protect(srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t) {
  return srtp3_call([](srtp_t s, void* data, int* n) { return srtp_protect(s, data, n); }, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_unprotect(srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength) {
  return srtp3_call([](srtp_t s, void* data, int* n) { return srtp_unprotect(s, data, n); }, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_protect_rtcp(srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t) {
  return srtp3_call([](srtp_t s, void* data, int* n) { return srtp_protect_rtcp(s, data, n); }, session, in, inLength, out, outLength);
}

inline srtp_err_status_t srtp_unprotect_rtcp(srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength) {
  return srtp3_call([](srtp_t s, void* data, int* n) { return srtp_unprotect_rtcp(s, data, n); }, session, in, inLength, out, outLength);
}
