import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { Allow, Equals, IsString, Matches } from 'class-validator';
import type { AppOptions } from '../providers/provider.js';
import { IfGiven } from '../common/http/if-given.js';

/** Code points, so that an emoji is one character. */
const NAME = /^\P{Cc}{1,120}$/u;
/** What a client id or secret may hold (RFC 6749 Appendix A.1 and A.2), bounded. */
const CREDENTIAL = /^[\x20-\x7e]{1,1024}$/;
const NAME_MESSAGE = 'must be 1 to 120 characters without line breaks';
const CREDENTIAL_MESSAGE =
  'must be 1 to 1024 printable ASCII characters: copy it from the provider again, without what stands around it';

/** White space around pasted text is the commonest mistake, and never meant. */
const Trimmed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
const OPTIONS: ApiPropertyOptions = {
  type: 'object',
  additionalProperties: { oneOf: [{ type: 'string' }, { type: 'boolean' }] },
  example: {},
};

/** A new OAuth app. */
export class CreateOAuthAppRequest {
  @ApiProperty({ description: 'One of `GET /v1/providers`.', example: 'x' })
  @IsString()
  provider: string;

  @ApiProperty({ description: 'For you.', minLength: 1, maxLength: 120, example: 'My X App' })
  @Trimmed()
  @Matches(NAME, { message: NAME_MESSAGE })
  name: string;

  @ApiProperty({
    description: "Your app's client id, or client key. White space around it is dropped.",
    minLength: 1,
    maxLength: 1024,
    example: 'c2FuZGJveC1hcHAtb25lLWZvci14OjE6Y2k',
  })
  @Trimmed()
  @Matches(CREDENTIAL, { message: CREDENTIAL_MESSAGE })
  client_id: string;

  @ApiProperty({
    description:
      "Your app's client secret. Stored encrypted, never returned. White space around it is dropped.",
    minLength: 1,
    maxLength: 1024,
    writeOnly: true,
    example: 'the-secret-that-the-provider-shows',
  })
  @Trimmed()
  @Matches(CREDENTIAL, { message: CREDENTIAL_MESSAGE })
  client_secret: string;

  @ApiPropertyOptional({
    ...OPTIONS,
    description:
      'Settings that this provider knows, by the names that `GET /v1/providers` lists: `{"app_type": "desktop"}` for an app that TikTok registered for Desktop.',
  })
  @Allow()
  options?: unknown;
}

/** What to change; the rest stays. */
export class UpdateOAuthAppRequest {
  @ApiPropertyOptional({ minLength: 1, maxLength: 120, example: 'My X App' })
  @IfGiven()
  @Trimmed()
  @Matches(NAME, { message: NAME_MESSAGE })
  name?: string;

  @ApiPropertyOptional({
    description: 'A new secret for the same client id. It is checked at the provider.',
    minLength: 1,
    maxLength: 1024,
    writeOnly: true,
    example: 'the-new-secret-that-the-provider-shows',
  })
  @IfGiven()
  @Trimmed()
  @Matches(CREDENTIAL, { message: CREDENTIAL_MESSAGE })
  client_secret?: string;

  @ApiPropertyOptional({
    description:
      "Make it the provider's default in this workspace. To end that, make another app the default.",
    enum: [true],
    example: true,
  })
  @IfGiven()
  @Equals(true, { message: 'must be true: to change the default, make another app the default' })
  is_default?: true;
}

/** Which apps to list. */
export class ListOAuthAppsQuery {
  @ApiPropertyOptional({ description: 'Only those of this provider.', example: 'x' })
  @IfGiven()
  @IsString()
  provider?: string;
}

/** An OAuth app as its workspace sees it. The secret is not in it. */
export class OAuthAppView {
  @ApiProperty({ example: 'oa_1vJ8cE0y2Qw7mB3nK5tR9A' })
  id: string;

  @ApiProperty({ example: 'x' })
  provider: string;

  @ApiProperty({ example: 'My X App' })
  name: string;

  @ApiProperty({ example: 'c2FuZGJveC1hcHAtb25lLWZvci14OjE6Y2k' })
  client_id: string;

  @ApiProperty({ description: 'To tell secrets apart; empty for a very short one.', example: '9f3c' })
  client_secret_last4: string;

  @ApiProperty({
    description:
      'Register it at the provider, character by character. Null while the operator has no such provider configured.',
    type: String,
    format: 'uri',
    nullable: true,
    example: 'https://connect.example.com/v1/oauth/x/callback',
  })
  redirect_uri: string | null;

  @ApiProperty({
    description: 'What users are asked for, settings included.',
    type: [String],
    example: ['tweet.write', 'media.write', 'users.read', 'offline.access', 'tweet.read'],
  })
  scopes: string[];

  @ApiProperty({ ...OPTIONS, description: 'The settings that were given.' })
  options: AppOptions;

  @ApiProperty({ description: 'Used where a start names no app. One per provider.', example: true })
  is_default: boolean;

  @ApiProperty({
    description:
      'Whether the provider accepted client id and secret when they were stored. `unknown`: it did not say, and the app may well work.',
    enum: ['ok', 'failed', 'unknown'],
    example: 'ok',
  })
  verification: 'ok' | 'failed' | 'unknown';

  @ApiProperty({
    description: 'For people: why it is not ok, and usual mix-ups that the credentials look like.',
    type: String,
    nullable: true,
    example: null,
  })
  verification_hint: string | null;

  @ApiProperty({
    description: 'When the provider said so; null where it said nothing.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-21T09:30:00.000Z',
  })
  verified_at: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at: string;
}
