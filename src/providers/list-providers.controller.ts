import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, dashboard } from '../common/access/access.decorator.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { requestedScopes } from './app-options.js';
import { ProviderRegistry } from './provider-registry.service.js';
import { type ProviderOptionView, ProviderView } from './provider-view.dto.js';
import type { Provider } from './provider.js';

/** Tells a dashboard what there is to connect. */
@ApiTags('Providers')
@Controller('/v1/providers')
export class ListProvidersController {
  constructor(private readonly registry: ProviderRegistry) {}

  /** Lists every provider with what its OAuth apps need. */
  @Get('/')
  @Access(dashboard())
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'Providers and what their OAuth apps need',
    description: 'The five built-in providers, and what PROVIDERS_FILE adds to them.',
  })
  @ApiOkResponse({ type: [ProviderView] })
  @ApiProblems(401)
  list(): ProviderView[] {
    return this.registry.all().map(toView);
  }
}

function toView({ definition, redirectUri, refusesRedirectUri }: Provider): ProviderView {
  const { clientId, clientSecret, where } = definition.credentials;
  return {
    id: definition.id,
    name: definition.name,
    redirect_uri: redirectUri,
    scopes: requestedScopes(definition),
    credentials: { client_id: clientId, client_secret: clientSecret, where },
    options: Object.entries(definition.options).map(([name, option]): ProviderOptionView => ({
      name,
      kind: option.kind,
      label: option.label,
      default: option.kind === 'text' ? null : option.default,
      ...(option.kind === 'choice' && { values: Object.keys(option.values) }),
    })),
    setup_hints: definition.setupHints,
    works_here: refusesRedirectUri === undefined,
    reason: refusesRedirectUri ?? null,
  };
}
