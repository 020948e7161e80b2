import { Injectable } from '@nestjs/common';
import { AccessTokenVerifier, type VerifiedAccessToken } from './access-token-verifier.js';
import { TokenStore } from './token-store.service.js';

/** Verifies access tokens by one indexed statement. */
@Injectable()
export class StoredAccessTokenVerifier extends AccessTokenVerifier {
  constructor(private readonly store: TokenStore) {
    super();
  }

  /** @returns the holder, or undefined where the token is unknown, expired or revoked */
  async verify(token: string): Promise<VerifiedAccessToken | undefined> {
    const found = await this.store.findAccessToken(token);
    if (!found) return undefined;
    const { resources, ...holder } = found;
    return { holder: { kind: 'bearer', ...holder }, resources };
  }
}
