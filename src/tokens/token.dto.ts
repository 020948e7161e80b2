import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';

/** What a client sends to the token endpoint (RFC 6749 §4.1.3 and §6). */
export class TokenRequest {
  @ApiProperty({ enum: ['authorization_code', 'refresh_token'], example: 'authorization_code' })
  grant_type: string;

  @ApiPropertyOptional({ description: 'The code from the redirect.', example: 'sd_ac_2mT0…' })
  code?: string;

  @ApiPropertyOptional({
    description: 'The PKCE verifier (RFC 7636 §4.1).',
    minLength: 43,
    maxLength: 128,
    example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  })
  code_verifier?: string;

  @ApiPropertyOptional({ description: 'Required unless HTTP Basic is used.', example: EXAMPLE_CLIENT_ID })
  client_id?: string;

  @ApiPropertyOptional({ description: 'For confidential clients that do not use HTTP Basic.' })
  client_secret?: string;

  @ApiPropertyOptional({
    description: 'If sent, it must equal the one of the authorization request.',
    example: 'http://127.0.0.1:8976/callback',
  })
  redirect_uri?: string;

  @ApiPropertyOptional({ description: 'The newest refresh token.', example: 'sd_rt_k0aT…' })
  refresh_token?: string;

  @ApiPropertyOptional({
    description: 'At refresh: fewer scopes than were granted.',
    example: 'profile:read',
  })
  scope?: string;

  @ApiPropertyOptional({ description: 'A resource indicator within what was granted (RFC 8707).' })
  resource?: string;
}

/** A pair of tokens (RFC 6749 §5.1). */
@ApiExtraModels(TokenRequest)
export class TokenResponse {
  @ApiProperty({ example: 'sd_at_Jk3v…' })
  access_token: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type: 'Bearer';

  @ApiProperty({ description: 'Seconds until the access token ends.', example: 3600 })
  expires_in: number;

  @ApiPropertyOptional({ description: 'Replaces the one that was sent.', example: 'sd_rt_k0aT…' })
  refresh_token?: string;

  @ApiProperty({ description: 'What was granted, separated by spaces.', example: 'profile:read' })
  scope: string;
}
