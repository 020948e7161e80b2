import { ApiProperty } from '@nestjs/swagger';
import { EXAMPLE_CLIENT_ID } from '../common/http/example-client-id.js';

/** An app that the user connected: a client with at least one live grant. */
export class ConnectedApp {
  @ApiProperty({ description: 'The client id.', example: EXAMPLE_CLIENT_ID })
  id: string;

  @ApiProperty({ example: EXAMPLE_CLIENT_ID })
  client_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'Acme Desktop' })
  name: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://acme.example/logo.png' })
  logo_uri: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://acme.example' })
  client_uri: string | null;

  @ApiProperty({
    description: 'Everything any of its grants may do.',
    type: [String],
    example: ['profile:read'],
  })
  scopes: string[];

  @ApiProperty({
    description: 'The first of its live grants.',
    format: 'date-time',
    example: '2026-11-21T09:30:00.000Z',
  })
  authorized_at: string;

  @ApiProperty({
    description: 'When it last got tokens.',
    format: 'date-time',
    example: '2026-11-22T12:00:00.000Z',
  })
  last_used_at: string;

  @ApiProperty({ description: 'How many devices it is signed in on.', example: 2 })
  grants: number;
}
