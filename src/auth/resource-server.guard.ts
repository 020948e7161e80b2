import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ResourceServers } from '../common/access/resource-servers.service.js';
import { AppError } from '../common/errors/app-error.js';
import { type BasicCredentials, readBasic } from '../common/http/basic-credentials.js';
import type { GuardedRequest } from './credentials.js';

/** Lets in the SaaS's own services, by HTTP Basic. */
@Injectable()
export class ResourceServerGuard implements CanActivate {
  constructor(private readonly resourceServers: ResourceServers) {}

  /** @throws AppError unauthorized where the id is unknown or the secret wrong, without telling which */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const principal =
      this.resourceServers.authenticate(readRawBasic(request)) ??
      this.resourceServers.authenticate(readBasic(request));
    if (!principal)
      throw new AppError('unauthorized', 'The id or the secret of the resource server is wrong.');
    request.principal = principal;
    return true;
  }
}

/** RFC 7617 alone. Form decoding (RFC 6749 §2.3.1) would spoil a secret with a plus sign, as base64 has them. */
function readRawBasic({ credentials }: GuardedRequest): BasicCredentials | undefined {
  if (credentials?.kind !== 'resource-server') return undefined;
  const text = Buffer.from(credentials.encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
