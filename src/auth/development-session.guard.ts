import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../common/errors/app-error.js';
import { Config } from '../config/config.js';

/**
 * Hides development sign-in where it is off, before a body is looked at. The Host must be `PUBLIC_URL`'s:
 * otherwise a page whose name is made to resolve to this machine could sign itself in (DNS rebinding).
 */
@Injectable()
export class DevelopmentSessionGuard implements CanActivate {
  private readonly host: string;

  constructor(private readonly config: Config) {
    this.host = new URL(config.publicUrl).host;
  }

  /** @throws AppError not_found */
  canActivate(context: ExecutionContext): boolean {
    const { host } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (this.config.developmentSignIn && host?.toLowerCase() === this.host) return true;
    throw new AppError('not_found', 'There is nothing at this address.');
  }
}
