import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';

/** What revocation and introspection take (RFC 7009 §2.1, RFC 7662 §2.1). */
export class PresentedToken {
  @ApiProperty({ example: 'sd_at_Jk3v…' })
  token: string;

  @ApiPropertyOptional({ description: 'Not needed: the token tells its kind.', example: 'access_token' })
  token_type_hint?: string;

  @ApiPropertyOptional({
    description: 'Public clients name themselves; others authenticate.',
    example: EXAMPLE_CLIENT_ID,
  })
  client_id?: string;

  @ApiPropertyOptional({ description: 'For confidential clients that do not use HTTP Basic.' })
  client_secret?: string;
}

/** RFC 7662 §2.2. A token that is not active tells nothing else. */
@ApiExtraModels(PresentedToken)
export class IntrospectionResponse {
  @ApiProperty({ example: true })
  active: boolean;

  @ApiPropertyOptional({ example: 'profile:read' })
  scope?: string;

  @ApiPropertyOptional({ example: EXAMPLE_CLIENT_ID })
  client_id?: string;

  @ApiPropertyOptional({ description: 'The user, as the dashboard names them.', example: 'usr_42' })
  sub?: string;

  @ApiPropertyOptional({ example: 'org:acme' })
  workspace_id?: string;

  @ApiPropertyOptional({
    description: 'The resource or resources that the token is for.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    example: 'https://api.example.com',
  })
  aud?: string | string[];

  @ApiPropertyOptional({ example: 'https://auth.example.com' })
  iss?: string;

  @ApiPropertyOptional({ description: 'Seconds since 1970.', example: 1795305600 })
  exp?: number;

  @ApiPropertyOptional({ enum: ['Bearer', 'refresh_token'], example: 'Bearer' })
  token_type?: string;
}
