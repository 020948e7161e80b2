import { Injectable } from '@nestjs/common';
import { KeyRing } from '../common/crypto/key-ring.js';
import { hashToken, TOKEN_PREFIXES } from '../common/crypto/token.js';

/** The tokens that follow a refresh token. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * Computes what follows a refresh token: the same pair on every replica and at every retry, and nobody without the key
 * can. A key that became active since the rotation leads elsewhere, so a retry is tried under each.
 */
@Injectable()
export class DeriveSuccessors {
  constructor(private readonly keys: KeyRing) {}

  /** The pair that a rotation issues. */
  underActiveKey(old: string): TokenPair {
    return this.under(this.keys.activeKid, old);
  }

  /** SHA-256 of each refresh token that may have followed, one a key. */
  hashes(old: string): Buffer[] {
    return this.keys.kids.map((kid) => hashToken(this.derive(kid, 'refresh', old)));
  }

  /**
   * The pair that a rotation issued.
   *
   * @param old the token that was rotated
   * @param successor one of its {@link hashes}
   */
  find(old: string, successor: Buffer): TokenPair {
    const at = this.hashes(old).findIndex((hash) => hash.equals(successor));
    return this.under(this.keys.kids[at]!, old);
  }

  private under(kid: string, old: string): TokenPair {
    return { accessToken: this.derive(kid, 'access', old), refreshToken: this.derive(kid, 'refresh', old) };
  }

  private derive(kid: string, kind: 'access' | 'refresh', old: string): string {
    const prefix = TOKEN_PREFIXES[`${kind}Token`];
    return prefix + this.keys.mac(kid, 'token-derivation', `${kind}|${old}`)!.toString('base64url');
  }
}
