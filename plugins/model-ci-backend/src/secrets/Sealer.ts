import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
} from 'node:crypto';
import {
  reason as reasonOf,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

const ALGORITHM = 'aes-256-gcm';
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A value as it is stored. */
export interface Sealed {
  key_id: string;
  sealed: string;
}

/** What a value belongs to: at no other place it can be decrypted. */
export type Place = readonly string[];

/** A stored value cannot be read again, by trying again neither. */
export class UnsealError extends Error {
  constructor(readonly reason: Reason) {
    super(reason.text);
    this.name = 'UnsealError';
  }
}

/** Encrypts with the first of its keys, and decrypts with any. */
export class Sealer {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** Of the key that encrypts; undefined where there is none. */
  readonly keyId: string | undefined;

  constructor(keys: readonly Buffer[]) {
    this.keys = new Map(keys.map(key => [idOf(key), key]));
    this.keyId = keys.length > 0 ? idOf(keys[0]) : undefined;
  }

  seal(value: string, place: Place): Sealed {
    const key =
      this.keyId === undefined ? undefined : this.keys.get(this.keyId);
    if (this.keyId === undefined || !key) {
      throw new UnsealError(reasonOf('secret.noKey'));
    }
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    cipher.setAAD(Buffer.from(JSON.stringify(place)));
    const encrypted = Buffer.concat([
      cipher.update(value, 'utf8'),
      cipher.final(),
    ]);
    const sealed = Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
    return { key_id: this.keyId, sealed: sealed.toString('base64') };
  }

  /** Rejects with an `UnsealError` that names the secret. */
  open({ key_id, sealed }: Sealed, place: Place, name: string): string {
    const key = this.keys.get(key_id);
    if (!key) {
      throw new UnsealError(
        this.keys.size === 0
          ? reasonOf('secret.noKey')
          : reasonOf('secret.keyLost', { name, key: key_id }),
      );
    }
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv(
        ALGORITHM,
        key,
        bytes.subarray(0, NONCE_BYTES),
        { authTagLength: TAG_BYTES },
      );
      decipher.setAAD(Buffer.from(JSON.stringify(place)));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const encrypted = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([
        decipher.update(encrypted),
        decipher.final(),
      ]).toString('utf8');
    } catch {
      throw new UnsealError(reasonOf('secret.damaged', { name }));
    }
  }
}

/** Names a key without telling anything of it. */
function idOf(key: Buffer): string {
  return createHash('sha256')
    .update('model-ci secret key\0')
    .update(key)
    .digest('hex')
    .slice(0, 12);
}
