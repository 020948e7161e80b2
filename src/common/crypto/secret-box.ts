import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

/** Where a sealed value lives. It is authenticated with the value, so that a moved ciphertext does not open. */
export interface SealedPlace {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly workspace: string;
}

/** A value cannot be opened: wrong place, changed bytes, or a key that left the ring. */
export class CannotOpenError extends Error {
  constructor(reason: string) {
    super(`A sealed value cannot be opened: ${reason}.`);
    this.name = 'CannotOpenError';
  }
}

/**
 * Seals what must be used again (client secrets, provider tokens) with AES-256-GCM. The envelope is
 * `v1.<kid>.<iv>.<tag>.<ciphertext>`, each part base64url.
 */
export class SecretBox {
  constructor(private readonly ring: KeyRing) {}

  /**
   * @param plain the secret
   * @param place where the result will be stored
   * @returns the envelope, sealed under the active key with a fresh 96-bit IV
   */
  seal(plain: string, place: SealedPlace): string {
    const kid = this.ring.activeKid;
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.ring.key(kid, 'seal')!, iv);
    cipher.setAAD(associatedData(place));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return ['v1', kid, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join(
      '.',
    );
  }

  /**
   * @param envelope what {@link seal} returned
   * @param place where it was found
   * @returns the secret
   * @throws CannotOpenError where the place, a byte or the key is not the one it was sealed with
   */
  open(envelope: string, place: SealedPlace): string {
    const [version, kid, ...parts] = envelope.split('.');
    const [iv, tag, sealed] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (version !== 'v1' || !kid || iv?.length !== 12 || tag?.length !== 16 || !sealed) {
      throw new CannotOpenError('it is not an envelope');
    }
    const key = this.ring.key(kid, 'seal');
    if (!key) throw new CannotOpenError('its key is not in ENCRYPTION_KEYS');
    const decipher = createDecipheriv('aes-256-gcm', key, iv);
    decipher.setAAD(associatedData(place));
    decipher.setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
    } catch {
      throw new CannotOpenError('it was changed or moved');
    }
  }

  /** Whether an envelope is sealed under the active key; if not, `keys:rotate` has work to do. */
  isCurrent(envelope: string): boolean {
    return envelope.split('.', 2)[1] === this.ring.activeKid;
  }
}

/** JSON keeps the parts apart whatever they contain. */
function associatedData({ table, row, column, workspace }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([table, row, column, workspace]));
}
