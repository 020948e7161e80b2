import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';

/** What an app says of itself (RFC 7591 §2). Unknown members are ignored. */
export class RegisterClientRequest {
  @ApiProperty({
    description: 'https, http on a loopback host (any port at authorize time), or a private-use scheme.',
    type: [String],
    example: ['http://127.0.0.1/callback'],
  })
  redirect_uris: string[];

  @ApiPropertyOptional({ description: 'Shown on the consent page.', maxLength: 200, example: 'Acme Desktop' })
  client_name?: string;

  @ApiPropertyOptional({
    enum: ['none', 'client_secret_basic', 'client_secret_post'],
    default: 'none',
    example: 'none',
  })
  token_endpoint_auth_method?: string;

  @ApiPropertyOptional({
    type: [String],
    default: ['authorization_code', 'refresh_token'],
    example: ['authorization_code', 'refresh_token'],
  })
  grant_types?: string[];

  @ApiPropertyOptional({ type: [String], default: ['code'], example: ['code'] })
  response_types?: string[];

  @ApiPropertyOptional({
    description: 'What it asks for where a request names no scope. A request may ask for more.',
    example: 'profile:read accounts:read',
  })
  scope?: string;

  @ApiPropertyOptional({ example: 'https://acme.example' })
  client_uri?: string;

  @ApiPropertyOptional({ example: 'https://acme.example/logo.png' })
  logo_uri?: string;

  @ApiPropertyOptional({ example: 'https://acme.example/terms' })
  tos_uri?: string;

  @ApiPropertyOptional({ example: 'https://acme.example/privacy' })
  policy_uri?: string;

  @ApiPropertyOptional({ type: [String], example: ['support@acme.example'] })
  contacts?: string[];

  @ApiPropertyOptional({ example: 'com.acme.desktop' })
  software_id?: string;

  @ApiPropertyOptional({ example: '2.1.0' })
  software_version?: string;
}

/** The client and the metadata in effect (RFC 7591 §3.2.1). */
export class RegisterClientResponse extends RegisterClientRequest {
  @ApiProperty({ example: EXAMPLE_CLIENT_ID })
  client_id: string;

  @ApiProperty({ description: 'Seconds since 1970.', example: 1795305600 })
  client_id_issued_at: number;

  @ApiPropertyOptional({ description: 'Confidential clients only; shown this once.', example: 'sd_cs_9vKd…' })
  client_secret?: string;

  @ApiPropertyOptional({ description: 'With a secret: 0, it does not expire.', example: 0 })
  client_secret_expires_at?: number;
}
