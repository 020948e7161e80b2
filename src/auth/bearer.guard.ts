import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { canonicalResource, isWithin } from '../common/http/resource.js';
import { Config } from '../config/config.js';
import { AccessTokenVerifier } from '../tokens/access-token-verifier.js';
import { bearerTokenOf, type GuardedRequest } from './credentials.js';

/** Lets in whoever presents a live access token that is meant for this API. Scopes are the access guard's. */
@Injectable()
export class BearerGuard implements CanActivate {
  private readonly own: string;

  constructor(
    private readonly verifier: AccessTokenVerifier,
    config: Config,
  ) {
    this.own = canonicalResource(config.publicUrl)!;
  }

  /** @throws AppError invalid_token where the token is unknown, expired, revoked or for another resource */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const verified = await this.verifier.verify(bearerTokenOf(request) ?? '');
    if (!verified) {
      throw new AppError('invalid_token', 'The access token is unknown, expired or revoked. Refresh it.');
    }
    // RFC 8707 §3, RFC 9700 §4.10.2: a token for another resource may have been replayed by that resource.
    if (verified.resources && !verified.resources.some((resource) => this.isOwn(resource))) {
      throw new AppError('invalid_token', 'The access token was issued for another resource.');
    }
    request.principal = verified.holder;
    return true;
  }

  private isOwn(resource: string): boolean {
    const canonical = canonicalResource(resource);
    return canonical !== undefined && isWithin(canonical, this.own);
  }
}
