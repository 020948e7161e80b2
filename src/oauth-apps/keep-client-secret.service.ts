import { Injectable } from '@nestjs/common';
import { SecretBox } from '../common/crypto/secret-box.js';
import type { CredentialCheck } from '../providers/probe-credentials.js';
import { ProviderClient } from '../providers/provider-client.service.js';
import { clientSecretPlace } from './client-secret-place.js';
import type { OAuthApp } from './oauth-app.entity.js';

/** The columns that a secret fills. */
export type SecretColumns = Pick<
  OAuthApp,
  'clientSecretSealed' | 'clientSecretLast4' | 'verification' | 'verificationHint' | 'verifiedAt'
>;

/** What must be known of an app to check and seal its secret. */
export type SecretOwner = Pick<OAuthApp, 'id' | 'workspaceId' | 'provider' | 'clientId' | 'options'>;

/** Seals a client secret for its row, once the provider was asked what it thinks of it. */
@Injectable()
export class KeepClientSecret {
  constructor(
    private readonly box: SecretBox,
    private readonly providers: ProviderClient,
  ) {}

  /**
   * Takes 5 s at most. A refusal is no reason not to store the secret: the provider may be down, or the app not yet
   * approved. To be called outside of a transaction, since it waits for the provider.
   *
   * @param app whose secret it is
   * @param clientSecret in clear; it goes to the provider and into the envelope, nowhere else
   * @returns what to store
   * @throws AppError unknown_provider where the provider is not configured (any more)
   */
  async columnsFor(app: SecretOwner, clientSecret: string): Promise<SecretColumns> {
    const check = await this.providers.probeCredentials(app.provider, {
      clientId: app.clientId,
      clientSecret,
      options: app.options ?? {},
    });
    return {
      clientSecretSealed: this.box.seal(clientSecret, clientSecretPlace(app)),
      clientSecretLast4: lastFour(clientSecret),
      ...verificationColumns(check),
    };
  }
}

/** The end of a secret, for telling secrets apart; of a short one it would be too much, so it is empty. */
export function lastFour(secret: string): string {
  return secret.length < 8 ? '' : secret.slice(-4);
}

function verificationColumns({ verification, message, hints }: CredentialCheck) {
  const sentences = message ? [message, ...hints] : hints;
  return {
    verification,
    verificationHint: sentences.length > 0 ? sentences.join(' ') : null,
    verifiedAt: verification === 'unknown' ? null : new Date(),
  };
}
