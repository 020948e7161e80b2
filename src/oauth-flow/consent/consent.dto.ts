import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsString, ValidateIf } from 'class-validator';
import { EXAMPLE_CLIENT_ID } from '../../common/http/example-client-id.js';

/** Who asks. */
export class ConsentClient {
  @ApiProperty({ example: EXAMPLE_CLIENT_ID })
  id: string;

  @ApiProperty({
    description: 'What it calls itself; nobody has checked it.',
    type: String,
    nullable: true,
    example: 'Acme Desktop',
  })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://acme.example/logo.png' })
  logo_uri: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://acme.example' })
  client_uri: string | null;

  @ApiProperty({ description: 'Listed by the operator in VERIFIED_CLIENTS.', example: false })
  verified: boolean;
}

/** One scope that is asked for. */
export class ConsentScope {
  @ApiProperty({ example: 'profile:read' })
  name: string;

  @ApiProperty({ example: 'See who you are' })
  description: string;

  @ApiProperty({ description: 'This user has not granted it to this app before.', example: true })
  is_new: boolean;

  @ApiProperty({ description: 'Deserves a warning.', example: false })
  sensitive: boolean;
}

/** Everything the consent page needs. */
export class ConsentView {
  @ApiProperty({ example: 'sd_ar_Zm9v…' })
  request_id: string;

  @ApiProperty({ type: ConsentClient })
  client: ConsentClient;

  @ApiProperty({ description: 'Where the answer goes; show it.', example: '127.0.0.1:8976' })
  redirect_host: string;

  @ApiProperty({
    description: 'The answer stays on this computer; any program on it could have asked.',
    example: true,
  })
  is_loopback: boolean;

  @ApiProperty({ type: [ConsentScope] })
  scopes: ConsentScope[];

  @ApiProperty({ description: 'The workspace that the tokens will act in.', example: 'org:acme' })
  workspace_id: string;

  @ApiProperty({ description: 'What the tokens are for.', example: 'https://api.example.com' })
  resource: string;

  @ApiPropertyOptional({
    description: 'All of them, where there are several.',
    type: [String],
    example: ['https://api.example.com', 'https://mcp.example.com'],
  })
  resources?: string[];

  @ApiProperty({ format: 'date-time', example: '2026-11-22T12:10:00.000Z' })
  expires_at: string;
}

/** The user's yes. */
export class ApproveRequest {
  @ApiPropertyOptional({
    description: 'Grant only these of the scopes asked for; all of them if left out.',
    type: [String],
    example: ['profile:read'],
  })
  // Not IsOptional: null is no list, and must not count as all of them.
  @ValidateIf((_, scopes) => scopes !== undefined)
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsString({ each: true })
  scopes?: string[];
}

/** Where the dashboard sends the browser. */
export class ConsentDecision {
  @ApiProperty({
    example: 'http://127.0.0.1:8976/callback?code=sd_ac_…&state=af0if&iss=https%3A%2F%2Fauth.example.com',
  })
  redirect_to: string;
}
