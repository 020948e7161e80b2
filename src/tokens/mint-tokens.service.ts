import { Injectable } from '@nestjs/common';
import { KeyRing } from '../common/crypto/key-ring.js';
import { equalHashes, newToken, takeRandom, TOKEN_PREFIXES } from '../common/crypto/token.js';

/** An access token and the refresh token that replaces what was redeemed for them. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Bytes of a refresh token: the grant, a trace of what it replaced, and the proof that it was issued for that grant. */
const [GRANT, TRACE, PROOF] = [8, 12, 12];

/**
 * The grant that a code or a refresh token belongs to: its first 63 bits after one that is ignored. A code is random, and
 * so are the ids of grants.
 *
 * @param token as presented; any text
 * @returns the id, as the database writes it; one that no grant has, where the text is too short
 */
export function grantOf(token: string): string {
  const bytes = Buffer.from(
    token.slice(TOKEN_PREFIXES.code.length, TOKEN_PREFIXES.code.length + 11),
    'base64url',
  );
  return bytes.length < GRANT ? '0' : BigInt.asUintN(63, bytes.readBigUInt64BE()).toString();
}

/**
 * Makes the tokens of a grant (docs/decisions/0010). A refresh token says which grant it is of, so that no table needs to
 * know it, and proves that it was issued, so that one that is no longer the live one is known for reused. What follows
 * one is computed: the same on every replica and at every retry, and by nobody without the key. A key that became active
 * since leads elsewhere, so a retry is tried under each.
 */
@Injectable()
export class MintTokens {
  constructor(private readonly keys: KeyRing) {}

  /** The pair that a code is exchanged for. */
  first(code: string): TokenPair {
    return {
      accessToken: newToken('accessToken'),
      refreshToken: this.refreshToken(code, takeRandom(TRACE), this.keys.activeKid),
    };
  }

  /** The pair that a refresh token is rotated to. */
  next(old: string): TokenPair {
    return this.under(this.keys.activeKid, old);
  }

  /** Each pair that a refresh token may have been rotated to, one a key. Where one is stored, it was rotated. */
  successors(old: string): TokenPair[] {
    return this.keys.kids.map((kid) => this.under(kid, old));
  }

  /** Whether a text proves to be a refresh token that was issued, by a key that is still in the ring. */
  wasIssued(token: string): boolean {
    const bytes = Buffer.from(token.slice(TOKEN_PREFIXES.refreshToken.length), 'base64url');
    // A decoder forgives what is not quite base64url; what was issued is compared as text elsewhere.
    if (token !== TOKEN_PREFIXES.refreshToken + bytes.toString('base64url')) return false;
    const [body, proof] = [bytes.subarray(0, GRANT + TRACE), bytes.subarray(GRANT + TRACE)];
    return this.keys.kids.some((kid) => equalHashes(this.proof(body, kid), proof));
  }

  /** The trace is made of the whole old token and a key, so that a copy of the database and the key lead to no token. */
  private under(kid: string, old: string): TokenPair {
    return {
      accessToken: TOKEN_PREFIXES.accessToken + this.mac(kid, `access|${old}`).toString('base64url'),
      refreshToken: this.refreshToken(old, this.mac(kid, `trace|${old}`), kid),
    };
  }

  /** @param trace its first bytes are taken */
  private refreshToken(old: string, trace: Buffer, kid: string): string {
    const body = Buffer.alloc(GRANT + TRACE);
    body.writeBigUInt64BE(BigInt(grantOf(old)));
    trace.copy(body, GRANT, 0, TRACE);
    return TOKEN_PREFIXES.refreshToken + Buffer.concat([body, this.proof(body, kid)]).toString('base64url');
  }

  private proof(body: Buffer, kid: string): Buffer {
    return this.mac(kid, `refresh|${body.toString('base64url')}`).subarray(0, PROOF);
  }

  private mac(kid: string, message: string): Buffer {
    return this.keys.mac(kid, 'token-derivation', message)!;
  }
}
