import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Access, anyone } from '../common/access/access.decorator.js';
import { sentPath } from '../common/http/request-path.js';
import { Config } from '../config/config.js';
import { ScopeCatalogue } from '../tokens/scope-catalogue.service.js';
import { AuthorizationServerMetadata, ProtectedResourceMetadata } from './metadata.dto.js';

/** Where clients learn what this server can do (RFC 8414, RFC 9728). */
@ApiTags('Discovery')
@Controller('/.well-known')
export class MetadataController {
  private readonly server: AuthorizationServerMetadata;

  constructor(
    private readonly config: Config,
    private readonly scopes: ScopeCatalogue,
  ) {
    this.server = this.describeServer();
  }

  /** RFC 8414 §3. */
  @Get('oauth-authorization-server')
  @Header('Cache-Control', 'public, max-age=300')
  @Access(anyone())
  @ApiOperation({ operationId: 'authorizationServerMetadata', summary: 'Authorization server metadata' })
  @ApiOkResponse({ type: AuthorizationServerMetadata, description: 'What this server can do.' })
  authorizationServer(): AuthorizationServerMetadata {
    return this.server;
  }

  /** The path-inserted form (RFC 8414 §3.1): clients insert the path of whatever they were told to connect to. */
  @Get('oauth-authorization-server/*')
  @Header('Cache-Control', 'public, max-age=300')
  @Access(anyone())
  @ApiExcludeEndpoint()
  authorizationServerForPath(): AuthorizationServerMetadata {
    return this.server;
  }

  /** RFC 9728 §3: PUBLIC_URL as a protected resource. */
  @Get('oauth-protected-resource')
  @Header('Cache-Control', 'public, max-age=300')
  @Access(anyone())
  @ApiOperation({ operationId: 'protectedResourceMetadata', summary: 'Protected resource metadata' })
  @ApiOkResponse({ type: ProtectedResourceMetadata, description: 'Who issues tokens for this API.' })
  protectedResource(): ProtectedResourceMetadata {
    return this.describeResource(this.config.publicUrl);
  }

  /** The path-inserted form (RFC 9728 §3.1): challenges point here. */
  @Get('oauth-protected-resource/*')
  @Header('Cache-Control', 'public, max-age=300')
  @Access(anyone())
  @ApiExcludeEndpoint()
  protectedResourceForPath(@Req() request: FastifyRequest): ProtectedResourceMetadata {
    // What follows the two well-known segments, as it was sent.
    const path = sentPath(request.url).split('/').slice(3).join('/');
    return this.describeResource(this.config.publicUrl + (path && `/${path}`));
  }

  private describeServer(): AuthorizationServerMetadata {
    const endpoint = (name: string) => `${this.config.publicUrl}/public/v1/oauth/${name}/`;
    const secretMethods = ['client_secret_basic', 'client_secret_post'];
    return {
      issuer: this.config.publicUrl,
      authorization_endpoint: endpoint('authorize'),
      token_endpoint: endpoint('token'),
      registration_endpoint: endpoint('register'),
      revocation_endpoint: endpoint('revoke'),
      introspection_endpoint: endpoint('introspect'),
      scopes_supported: [...this.scopes.names],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none', ...secretMethods],
      revocation_endpoint_auth_methods_supported: ['none', ...secretMethods],
      introspection_endpoint_auth_methods_supported: secretMethods,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      service_documentation: `${this.config.publicUrl}/docs`,
    };
  }

  private describeResource(resource: string): ProtectedResourceMetadata {
    return {
      resource,
      authorization_servers: [this.config.publicUrl],
      scopes_supported: [...this.scopes.names],
      bearer_methods_supported: ['header'],
      resource_documentation: `${this.config.publicUrl}/docs`,
    };
  }
}
