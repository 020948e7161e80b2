import { ApiProperty } from '@nestjs/swagger';

const URL_EXAMPLE = 'https://auth.example.com/public/v1/oauth/';

/** RFC 8414 §2. */
export class AuthorizationServerMetadata {
  @ApiProperty({ example: 'https://auth.example.com' })
  issuer: string;

  @ApiProperty({ example: `${URL_EXAMPLE}authorize/` })
  authorization_endpoint: string;

  @ApiProperty({ example: `${URL_EXAMPLE}token/` })
  token_endpoint: string;

  @ApiProperty({ example: `${URL_EXAMPLE}register/` })
  registration_endpoint: string;

  @ApiProperty({ example: `${URL_EXAMPLE}revoke/` })
  revocation_endpoint: string;

  @ApiProperty({ example: `${URL_EXAMPLE}introspect/` })
  introspection_endpoint: string;

  @ApiProperty({ type: [String], example: ['profile:read', 'accounts:read'] })
  scopes_supported: string[];

  @ApiProperty({ type: [String], example: ['code'] })
  response_types_supported: string[];

  @ApiProperty({ type: [String], example: ['query'] })
  response_modes_supported: string[];

  @ApiProperty({ type: [String], example: ['authorization_code', 'refresh_token'] })
  grant_types_supported: string[];

  @ApiProperty({ type: [String], example: ['none', 'client_secret_basic', 'client_secret_post'] })
  token_endpoint_auth_methods_supported: string[];

  @ApiProperty({ type: [String], example: ['none', 'client_secret_basic', 'client_secret_post'] })
  revocation_endpoint_auth_methods_supported: string[];

  @ApiProperty({ type: [String], example: ['client_secret_basic', 'client_secret_post'] })
  introspection_endpoint_auth_methods_supported: string[];

  @ApiProperty({ type: [String], example: ['S256'] })
  code_challenge_methods_supported: string[];

  @ApiProperty({ description: 'RFC 9207.', example: true })
  authorization_response_iss_parameter_supported: boolean;

  @ApiProperty({ example: 'https://auth.example.com/docs' })
  service_documentation: string;
}

/** RFC 9728 §2. */
export class ProtectedResourceMetadata {
  @ApiProperty({ example: 'https://auth.example.com' })
  resource: string;

  @ApiProperty({ type: [String], example: ['https://auth.example.com'] })
  authorization_servers: string[];

  @ApiProperty({ type: [String], example: ['profile:read', 'accounts:read'] })
  scopes_supported: string[];

  @ApiProperty({ type: [String], example: ['header'] })
  bearer_methods_supported: string[];

  @ApiProperty({ example: 'https://auth.example.com/docs' })
  resource_documentation: string;
}
