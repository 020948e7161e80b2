import { type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { AppError } from '../common/errors/app-error.js';
import { DASHBOARD_JWT, DashboardClaimsError } from './dashboard-user.js';
import { JWKS_RETRY_AFTER, JwksUnavailableError } from './jwks-download.js';

/** Lets in whoever presents a good dashboard JWT, and makes a principal of them. */
@Injectable()
export class DashboardJwtGuard extends AuthGuard(DASHBOARD_JWT) {
  private readonly logger = new Logger('DashboardJwt');

  /** As passport decides; where its JWT library stumbles over a payload that is no object, the token is not valid. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return (await super.canActivate(context)) as boolean;
    } catch (error) {
      if (error instanceof TypeError) return this.handleRequest(error, false, undefined);
      throw error;
    }
  }

  /** Where passport puts the user that the strategy made. */
  override getAuthenticateOptions(): { property: string } {
    return { property: 'principal' };
  }

  /**
   * Called by passport with the strategy's verdict.
   *
   * @param error what the strategy threw
   * @param user the principal, or false
   * @param failure why the strategy refused the token
   * @throws AppError invalid_token, or temporarily_unavailable where no token can be checked
   */
  override handleRequest<User>(error: unknown, user: User | false | undefined, failure: unknown): User {
    if (user) return user;
    const reason = error ?? failure;
    if (reason instanceof JwksUnavailableError) {
      throw new AppError('temporarily_unavailable', 'Sign-in cannot be checked at the moment. Try again.', {
        headers: { 'Retry-After': String(JWKS_RETRY_AFTER) },
        cause: reason,
      });
    }
    this.logger.debug(`Refused: ${forTheLog(reason)}`);
    throw new AppError('invalid_token', explain(reason), { cause: reason });
  }
}

/** A parser's message quotes what it could not read, which is a piece of the token. */
function forTheLog(reason: unknown): string {
  return reason instanceof Error && !(reason instanceof SyntaxError) ? reason.message : 'malformed';
}

function explain(reason: unknown): string {
  if (reason instanceof DashboardClaimsError) return reason.message;
  const name = reason instanceof Error ? reason.name : '';
  const expired = name === 'TokenExpiredError' || name === 'JWTExpired';
  return expired ? 'The token has expired. Sign in again.' : 'The token is not valid. Sign in again.';
}
