import { Injectable } from '@nestjs/common';
import { hashToken } from '../common/crypto/token.js';
import { bearerChecks } from '../common/metrics/tallies.js';
import { AccessTokenVerifier, type VerifiedAccessToken } from './access-token-verifier.js';
import { LiveTokens } from './live-tokens.service.js';
import { RevocationChannel } from './revocation-channel.service.js';
import { TokenStore } from './token-store.service.js';

/** Verifies access tokens from memory while revocations are heard, and otherwise by one indexed statement. */
@Injectable()
export class StoredAccessTokenVerifier extends AccessTokenVerifier {
  constructor(
    private readonly store: TokenStore,
    private readonly live: LiveTokens,
    private readonly channel: RevocationChannel,
  ) {
    super();
  }

  /** @returns the holder, or undefined where the token is unknown, expired or revoked */
  async verify(token: string): Promise<VerifiedAccessToken | undefined> {
    const hash = hashToken(token);
    const known = this.channel.isUpToDate ? this.live.get(hash) : undefined;
    if (known) {
      bearerChecks.hit += 1;
      return known;
    }
    const start = this.live.startRead();
    const found = await this.store.findAccessToken(token);
    bearerChecks[found ? 'miss' : 'refused'] += 1;
    if (!found) return undefined;
    const { resources, grantId, secondsLeft, ...holder } = found;
    const verified: VerifiedAccessToken = { holder: { kind: 'bearer', ...holder }, resources };
    this.live.keep(start, hash, grantId, secondsLeft, verified);
    return verified;
  }
}
