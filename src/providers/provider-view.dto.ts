import { ApiProperty } from '@nestjs/swagger';

/** What the credentials of an OAuth app are called at its provider. */
export class ProviderCredentialLabels {
  @ApiProperty({ example: 'Client key' })
  client_id: string;

  @ApiProperty({ example: 'Client secret' })
  client_secret: string;

  /** Where the provider shows them. */
  @ApiProperty({ example: 'TikTok for Developers > Manage apps > your app > Credentials' })
  where: string;
}

/** A setting that an OAuth app of a provider may have. */
export class ProviderOptionView {
  @ApiProperty({ example: 'app_type' })
  name: string;

  @ApiProperty({ enum: ['switch', 'text', 'choice'], example: 'choice' })
  kind: 'switch' | 'text' | 'choice';

  @ApiProperty({ example: 'How the app is registered at TikTok' })
  label: string;

  /** What is meant where it is not set; null for a text. */
  @ApiProperty({ oneOf: [{ type: 'boolean' }, { type: 'string' }, { type: 'null' }], example: 'web' })
  default: boolean | string | null;

  /** For a choice: what may be chosen. */
  @ApiProperty({ type: [String], required: false, example: ['web', 'desktop'] })
  values?: string[];
}

/** One provider, as a form for a new OAuth app needs it. */
export class ProviderView {
  @ApiProperty({ example: 'tiktok' })
  id: string;

  @ApiProperty({ example: 'TikTok' })
  name: string;

  /** To be registered at the provider, character by character. */
  @ApiProperty({ format: 'uri', example: 'https://connect.example.com/v1/oauth/tiktok/callback' })
  redirect_uri: string;

  /** What an app asks for, unless its settings add to it. */
  @ApiProperty({ type: [String], example: ['user.info.basic', 'video.publish', 'video.upload'] })
  scopes: string[];

  @ApiProperty({ type: ProviderCredentialLabels })
  credentials: ProviderCredentialLabels;

  @ApiProperty({ type: [ProviderOptionView] })
  options: ProviderOptionView[];

  /** What usually goes wrong while an app is set up. */
  @ApiProperty({ type: [String], example: ['Use the Client key, not the App ID.'] })
  setup_hints: string[];

  /** Whether the provider accepts this redirect_uri at all. */
  @ApiProperty({ example: true })
  works_here: boolean;

  /** Why it does not; null where it does. */
  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
}
