import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { RequestWithPrincipal } from '../common/access/access.decorator.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import type { LimitName } from './ceilings.js';
import { Limits } from './limits.service.js';

const UserLimit = Reflector.createDecorator<LimitName>();

/** Counts calls by their dashboard user; runs after the access guard, which says who that is. */
@Injectable()
export class UserLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: Limits,
  ) {}

  /** @throws AppError too_many_requests */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const name = this.reflector.get(UserLimit, context.getHandler());
    const { principal } = context.switchToHttp().getRequest<RequestWithPrincipal>();
    if (principal?.kind === 'dashboard') await this.limits.get(name).takeOrRefuse(principal.userId);
    return true;
  }
}

/**
 * Limits a route of dashboard users by user, and says so in the OpenAPI document.
 *
 * @param name the limit; routes of one name share it
 */
export function LimitedByUser(name: LimitName): MethodDecorator {
  return applyDecorators(UserLimit(name), UseGuards(UserLimitGuard), ApiProblems(429));
}
