import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.js';
import { AppError } from '../common/errors/app-error.js';
import { AuthenticateResourceServer } from '../tokens/authenticate-resource-server.service.js';
import type { GuardedRequest } from './credentials.js';

/** Lets in the SaaS's own services, by HTTP Basic. */
@Injectable()
export class ResourceServerGuard implements CanActivate {
  constructor(
    private readonly resourceServer: AuthenticateResourceServer,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError unauthorized where the id is unknown or the secret wrong, without telling which; too_many_requests */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const principal = this.resourceServer.run(request);
    if (!principal) {
      // An id that nobody has is not kept: it may be a secret in the wrong place.
      const id = this.resourceServer.claimedBy(request);
      this.audit.record('service.refused', request, {}, { kind: 'anonymous', id });
      throw new AppError('unauthorized', 'The id or the secret of the resource server is wrong.');
    }
    request.principal = principal;
    return true;
  }
}
