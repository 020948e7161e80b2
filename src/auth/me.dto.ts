import { ApiProperty } from '@nestjs/swagger';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';

/** Who is calling, and what they may do. */
export class Me {
  /** `sub` of the dashboard JWT of the user, also where an app calls for them. */
  @ApiProperty({ example: 'usr_42' })
  user_id: string;

  /** `org:` and the workspace claim of the dashboard JWT; `user:` and the user's id where it has none. */
  @ApiProperty({ example: 'org:acme' })
  workspace_id: string;

  /** The app that calls; null for the user at the dashboard. */
  @ApiProperty({ type: String, nullable: true, example: EXAMPLE_CLIENT_ID })
  client_id: string | null;

  /** What the app was granted. Empty for the user at the dashboard, whom no scope limits. */
  @ApiProperty({ type: [String], example: ['profile:read'] })
  scopes: readonly string[];

  /** When the credentials end. */
  @ApiProperty({ format: 'date-time', example: '2026-11-21T12:00:00.000Z' })
  expires_at: string;
}
