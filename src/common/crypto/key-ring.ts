import { createHmac, hkdfSync } from 'node:crypto';

/** One master key and the name it is sealed under. */
export interface RingKey {
  readonly kid: string;
  readonly key: Buffer;
}

/** Purposes for which separate keys are derived; a key for one is useless for the others. */
export type KeyPurpose = 'seal' | 'state' | 'token-derivation';

/**
 * The ring of `ENCRYPTION_KEYS`: the first key is active, all of them still open and verify. Keys per purpose
 * come from the masters by HKDF-SHA256 (RFC 5869) with the purpose as info.
 */
export class KeyRing {
  private readonly keys = new Map<string, Map<KeyPurpose, Buffer>>();
  /** The name of the key that new things are made with. */
  readonly activeKid: string;

  /** @param ring at least one key of 32 bytes; the first is active */
  constructor(ring: readonly RingKey[]) {
    for (const { kid, key } of ring) {
      const purposes: KeyPurpose[] = ['seal', 'state', 'token-derivation'];
      this.keys.set(kid, new Map(purposes.map((purpose) => [purpose, derive(key, purpose)])));
    }
    this.activeKid = ring[0]!.kid;
  }

  /** The names of all keys, the active one first. */
  get kids(): string[] {
    return [...this.keys.keys()];
  }

  /** The derived key of a purpose, 32 bytes; undefined where the ring has no such kid. */
  key(kid: string, purpose: KeyPurpose): Buffer | undefined {
    return this.keys.get(kid)?.get(purpose);
  }

  /**
   * HMAC-SHA256 under a derived key.
   *
   * @returns 32 bytes, or undefined where the ring has no such kid
   */
  mac(kid: string, purpose: KeyPurpose, message: string): Buffer | undefined {
    const key = this.key(kid, purpose);
    return key && createHmac('sha256', key).update(message).digest();
  }
}

function derive(master: Buffer, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `swingdoor/${purpose}/v1`, 32));
}
