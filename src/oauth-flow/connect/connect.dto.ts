import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { IfGiven } from '../../common/http/if-given.js';

/** How a sign-in is to be started. */
export class StartQuery {
  @ApiPropertyOptional({
    description:
      "One of the workspace's OAuth apps; left out, its default at the provider, else the operator's.",
  })
  @IfGiven()
  @IsString()
  oauth_app_id?: string;

  @ApiPropertyOptional({
    description:
      'Where the browser goes in the end: beneath an address in RETURN_URLS. Default: /accounts of the dashboard.',
  })
  @IfGiven()
  @IsString()
  return_url?: string;

  @ApiPropertyOptional({
    description:
      'Connect this account again: it keeps its id and its app, and nobody else can take its place.',
  })
  @IfGiven()
  @IsString()
  account_id?: string;
}

/** Where to send the user. */
export class StartView {
  @ApiProperty({
    description: "The provider's consent page. Open it in the browser that called this.",
    example: 'https://x.com/i/oauth2/authorize?client_id=…',
  })
  authorize_url: string;
}

/** What came back in another browser. */
export class CompleteRequest {
  @ApiProperty({ description: 'The `completion` of the return URL.', example: 'sd_co_Zm9v…' })
  @IsString()
  completion: string;
}
