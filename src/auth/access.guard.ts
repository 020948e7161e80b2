import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS_RULES, type AccessRule } from '../common/access/access.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { Config } from '../config/config.js';
import { BearerGuard } from './bearer.guard.js';
import { challengeFor, resourceMetadataUrl } from './challenge.js';
import { type Credentials, type GuardedRequest, readCredentials } from './credentials.js';
import { DashboardJwtGuard } from './dashboard-jwt.guard.js';
import { ResourceServerGuard } from './resource-server.guard.js';

type Rules = readonly AccessRule[];

const IN_WORDS: Readonly<Record<AccessRule['kind'], string>> = {
  anyone: 'nothing',
  dashboard: 'a dashboard JWT as bearer token',
  bearer: 'an access token of this server as bearer token',
  'resource-server': 'the HTTP Basic credentials of a resource server',
};

/**
 * The one guard of the application: a route without `@Access` is closed to everybody. By its looks, what a
 * request presents goes to the guard of its kind, if the route takes that kind.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger('Access');
  private readonly reported = new WeakSet<object>();

  constructor(
    private readonly reflector: Reflector,
    private readonly config: Config,
    private readonly dashboardJwtGuard: DashboardJwtGuard,
    private readonly bearerGuard: BearerGuard,
    private readonly resourceServerGuard: ResourceServerGuard,
  ) {}

  /**
   * Leaves the caller in `request.principal`. A route with nothing but `anyone()` is not looked at; next to
   * other rules `anyone()` makes credentials optional.
   *
   * @throws AppError unauthorized, invalid_token, insufficient_scope or invalid_request, each with a challenge;
   *   temporarily_unavailable where the credentials cannot be checked
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rules = this.reflector.get<Rules | undefined>(ACCESS_RULES, context.getHandler());
    if (!rules?.length) throw this.closed(context);
    if (rules.every(({ kind }) => kind === 'anyone')) return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    try {
      request.credentials = readCredentials(request);
      await this.authenticate(request.credentials, rules, context);
      requireScope(request, rules);
      return true;
    } catch (error) {
      throw isChallenge(error) ? this.challenged(error, request, rules) : error;
    }
  }

  private async authenticate({ kind }: Credentials, rules: Rules, context: ExecutionContext): Promise<void> {
    if (kind === 'none' && takes(rules, 'anyone')) return;
    if (kind === 'dashboard' && takes(rules, 'dashboard')) await this.dashboardJwtGuard.canActivate(context);
    else if (kind === 'bearer' && takes(rules, 'bearer')) await this.bearerGuard.canActivate(context);
    else if (kind === 'resource-server' && takes(rules, kind)) this.resourceServerGuard.canActivate(context);
    else throw notTaken(kind, rules);
  }

  private challenged(error: AppError, request: GuardedRequest, rules: Rules): AppError {
    const metadata = resourceMetadataUrl(this.config.publicUrl, request.url);
    const challenge = challengeFor(rules, error, request.credentials?.kind, metadata);
    const { code, message, status, fields, cause } = error;
    const headers = { ...error.headers, 'WWW-Authenticate': challenge };
    return new AppError(code, message, { status, fields, cause, headers });
  }

  private closed(context: ExecutionContext): AppError {
    const handler = context.getHandler();
    if (!this.reported.has(handler)) {
      this.reported.add(handler);
      this.logger.error(
        `${context.getClass().name}.${handler.name} does not say who may call it: add @Access.`,
      );
    }
    return new AppError('unauthorized', 'This call is not open to anybody.', { status: 403 });
  }
}

/** Other credentials would help; not so against an outage or a ceiling. */
function isChallenge(error: unknown): error is AppError {
  return error instanceof AppError && error.status < 500 && error.status !== 429;
}

function takes(rules: Rules, kind: AccessRule['kind']): boolean {
  return rules.some((rule) => rule.kind === kind);
}

/** RFC 6750 §3.1: a bearer token of no known form is an invalid access token; another scheme is no attempt. */
function notTaken(kind: Credentials['kind'], rules: Rules): AppError {
  if (kind === 'misplaced')
    return new AppError('unauthorized', 'Send the token in the Authorization header.');
  const wanted = rules.filter((rule) => rule.kind !== 'anyone').map((rule) => IN_WORDS[rule.kind]);
  const code = kind === 'dashboard' && takes(rules, 'bearer') ? 'invalid_token' : 'unauthorized';
  return new AppError(code, `Send ${[...new Set(wanted)].join(', or ')}.`);
}

/** Any one rule is enough. The challenge names the scope to ask for. */
function requireScope({ principal, params }: GuardedRequest, rules: Rules): void {
  if (principal?.kind !== 'bearer') return;
  const { scopes, clientId } = principal;
  const path = params as Record<string, string>;
  const enough = rules.some(
    (rule) =>
      rule.kind === 'bearer' &&
      (!rule.scope || scopes.includes(rule.scope) || (rule.ownClient && path[rule.ownClient] === clientId)),
  );
  if (enough) return;
  throw new AppError('insufficient_scope', 'The access token lacks a scope that this call needs.');
}
