/**
 * Encryption of recordings at rest: AES-256-GCM with a key for each recording, which is stored wrapped by one of RECORDING_KEY's. Those are
 * rotated by putting a new one in front: new recordings take the first, older ones name theirs. Pure but for the random bytes.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export interface RecordingKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

export interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Buffer;
}

const ivLength = 12;
const tagLength = 16;

export class RecordingKeys {
  readonly #keys: readonly RecordingKey[];

  /** At least one; the first is for new recordings. */
  constructor(keys: readonly RecordingKey[]) {
    this.#keys = keys;
  }

  /** A recording's own key, and how it is stored. */
  create(recordingId: string): { readonly key: Buffer; readonly stored: WrappedKey } {
    const [current] = this.#keys;
    if (current === undefined) throw new Error('there is no key to wrap a recording\'s key with');
    const key = randomBytes(32);
    return { key, stored: { keyId: current.id, wrapped: seal(current.key, key, wrapContext(recordingId, current.id)) } };
  }

  /** Null when the key that wraps it is not among RECORDING_KEY's any more, or does not fit. */
  unwrap(recordingId: string, { keyId, wrapped }: WrappedKey): Buffer | null {
    const known = this.#keys.find(({ id }) => id === keyId);
    return known === undefined ? null : open(known.key, wrapped, wrapContext(recordingId, keyId));
  }
}

/** What a part is sealed for: moved to another place or another recording, it does not open. */
export function partContext(recordingId: string, number: number): string {
  return `part ${recordingId} ${number}`;
}

function wrapContext(recordingId: string, keyId: string): string {
  return `key ${recordingId} ${keyId}`;
}

/** iv, tag, ciphertext. A random iv for each of the few thousand parts under one key: far from NIST SP 800-38D's bound of 2^32. */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Null when it was changed, or is sealed by another key or for another place. */
export function open(key: Buffer, sealed: Buffer, context: string): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivLength), { authTagLength: tagLength })
      .setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(ivLength, ivLength + tagLength));
    return Buffer.concat([decipher.update(sealed.subarray(ivLength + tagLength)), decipher.final()]);
  } catch {
    return null;
  }
}
