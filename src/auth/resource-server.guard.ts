import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ResourceServers } from '../common/access/resource-servers.service.js';
import { AppError } from '../common/errors/app-error.js';
import { readBasic } from '../common/http/basic-credentials.js';
import type { GuardedRequest } from './credentials.js';

/** Lets in the SaaS's own services, by HTTP Basic. */
@Injectable()
export class ResourceServerGuard implements CanActivate {
  constructor(private readonly resourceServers: ResourceServers) {}

  /** @throws AppError unauthorized where the id is unknown or the secret wrong, without telling which */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const principal = this.resourceServers.authenticate(readBasic(request));
    if (!principal)
      throw new AppError('unauthorized', 'The id or the secret of the resource server is wrong.');
    request.principal = principal;
    return true;
  }
}
