import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Whether an account can be used. */
export const ACCOUNT_STATUSES = ['active', 'pending_selection', 'needs_reconnect', 'disconnected'] as const;

/** One of {@link ACCOUNT_STATUSES}. */
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

/**
 * Why only the user can help: the provider ended the connection, or it ran out and nothing can prolong it, or the
 * operator lost the key that sealed it.
 */
export const RECONNECT_REASONS = ['token_dead', 'token_expired', 'key_lost'] as const;

/** One of {@link RECONNECT_REASONS}. */
export type ReconnectReason = (typeof RECONNECT_REASONS)[number];

/** A page or organisation that the user may choose. */
export class ChoiceView {
  @ApiProperty({ example: '101000000000001' })
  external_id: string;

  @ApiProperty({ example: "Ada's Bakery" })
  name: string;

  @ApiProperty({ example: true })
  selectable: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why not, and what to do about it.',
    example: null,
  })
  reason: string | null;
}

/** A connected account as the outside sees it; never with a token. */
export class AccountView {
  @ApiProperty({ example: 'acc_1vJ8cE0y2Qw7mB3nK5tR9A' })
  id: string;

  @ApiProperty({ example: 'x' })
  provider: string;

  @ApiProperty({ example: 'oa_1vJ8cE0y2Qw7mB3nK5tR9A' })
  oauth_app_id: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Its id at the provider, always text. Null until a page is selected.',
    example: '2244994945',
  })
  external_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada_sample' })
  username: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ada Sample' })
  display_name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://pbs.twimg.com/profile_images/ada.jpg' })
  avatar_url: string | null;

  @ApiProperty({ enum: ACCOUNT_STATUSES, example: 'active' })
  status: AccountStatus;

  @ApiProperty({
    type: String,
    enum: RECONNECT_REASONS,
    nullable: true,
    description:
      'With needs_reconnect: `token_dead`, the provider ended it; `token_expired`, it ran out; `key_lost`, the server lost the key to it.',
    example: null,
  })
  reason: ReconnectReason | null;

  @ApiProperty({ type: [String], description: 'What the user granted.', example: ['tweet.write'] })
  scopes: string[];

  @ApiProperty({ type: [String], description: 'Requested, but not granted.', example: [] })
  missing_scopes: string[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the present provider token ends; it is renewed before where that is possible.',
    example: '2026-11-22T14:00:00.000Z',
  })
  expires_at: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Of the latest consent. Null until a page is selected.',
    example: '2026-11-22T12:00:00.000Z',
  })
  connected_at: string | null;

  @ApiPropertyOptional({ type: [ChoiceView], description: 'With pending_selection: what may be selected.' })
  choices?: ChoiceView[];
}
