import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBasicAuth, ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from '../errors/api-errors.decorator.js';
import type { Principal } from './principal.js';

/** Who may call a route. Without a rule nobody may. */
export type AccessRule =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'dashboard' }
  | { readonly kind: 'resource-server' }
  | {
      readonly kind: 'bearer';
      readonly scope: string | undefined;
      /** The path parameter that names a client: for its own client a token needs no scope. */
      readonly ownClient: string | undefined;
    };

/** Where the guard finds the rules of a route. */
export const ACCESS_RULES = Symbol('access rules');

/** No credentials needed; the handler may still authenticate a client itself. */
export const anyone = (): AccessRule => ({ kind: 'anyone' });
/** A dashboard JWT. */
export const dashboard = (): AccessRule => ({ kind: 'dashboard' });
/** HTTP Basic of an entry in `RESOURCE_SERVERS`. */
export const resourceServer = (): AccessRule => ({ kind: 'resource-server' });
/**
 * An access token of ours.
 *
 * @param scope the scope it must have; none means any token of ours
 * @param ownClient the path parameter that names a client: for its own client a token needs no scope
 */
export const bearer = (scope?: string, { ownClient }: { ownClient?: string } = {}): AccessRule => ({
  kind: 'bearer',
  scope,
  ownClient,
});

/**
 * Opens a route, and says so in the OpenAPI document.
 *
 * @param rules the principals that may call it; any one is enough
 */
export function Access(...rules: [AccessRule, ...AccessRule[]]): MethodDecorator {
  return applyDecorators(SetMetadata(ACCESS_RULES, rules), ...rules.map(documentRule));
}

function documentRule(rule: AccessRule): MethodDecorator {
  if (rule.kind === 'anyone') return ApiSecurity({});
  if (rule.kind === 'dashboard') return ApiBearerAuth('dashboard');
  // Wrong secrets are limited wherever they are taken.
  if (rule.kind === 'resource-server')
    return applyDecorators(ApiBasicAuth('resourceServer'), ApiProblems(429));
  return ApiSecurity('accessToken', rule.scope ? [rule.scope] : []);
}

/** The request as the access guard leaves it. */
export interface RequestWithPrincipal {
  principal?: Principal;
}

/** Injects the caller that the access guard let in. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | undefined =>
    context.switchToHttp().getRequest<RequestWithPrincipal>().principal,
);
