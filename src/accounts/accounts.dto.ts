import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { PlainDigits } from '../common/http/plain-digits.js';
import { ACCOUNT_STATUSES, type AccountStatus, AccountView } from './account-view.js';
import { IfGiven } from '../common/http/if-given.js';

/** Which accounts to list. */
export class ListAccountsQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 50 })
  @IfGiven()
  @PlainDigits()
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before.' })
  @IfGiven()
  @IsString()
  @MaxLength(200)
  cursor?: string;

  @ApiPropertyOptional({ description: 'Only those at this provider.', example: 'x' })
  @IfGiven()
  @IsString()
  provider?: string;

  @ApiPropertyOptional({ enum: ACCOUNT_STATUSES, description: 'None means all but disconnected ones.' })
  @IfGiven()
  @IsIn(ACCOUNT_STATUSES)
  status?: AccountStatus;

  @ApiPropertyOptional({
    description: 'Whose; needed by resource servers, ignored otherwise.',
    example: 'org:acme',
  })
  @IfGiven()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  workspace_id?: string;
}

/** A page of accounts. */
export class AccountPage {
  @ApiProperty({ type: [AccountView] })
  data: AccountView[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'For the next page; null on the last.',
    example: null,
  })
  next_cursor: string | null;
}

/** What the user chose. */
export class SelectRequest {
  @ApiProperty({ description: 'One of the account’s choices.', example: '101000000000001' })
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  external_id: string;
}

/** How long the token must live. */
export class ProviderTokenRequest {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 3600,
    default: 60,
    example: 600,
    description: 'Seconds. More than half of what the provider gives cannot be had.',
  })
  @IfGiven()
  @IsInt()
  @Min(0)
  @Max(3600)
  min_ttl: number = 60;
}

/** A provider token, for a service of the operator. */
export class ProviderToken {
  @ApiProperty({ description: 'For the provider’s API. Do not store it: ask again.', example: 'AQV…' })
  access_token: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type: 'Bearer';

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null where it does not end by itself.',
    example: '2026-11-22T14:00:00.000Z',
  })
  expires_at: string | null;

  @ApiProperty({ type: [String], example: ['tweet.write'] })
  scopes: string[];

  @ApiProperty({ example: 'x' })
  provider: string;

  @ApiProperty({ example: '2244994945' })
  external_id: string;
}
