import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { PlainDigits } from '../common/http/plain-digits.js';
import { ACTOR_KINDS, AUDIT_EVENT_NAMES, type AuditEventName } from './audit-catalogue.js';
import { IfGiven } from '../common/http/if-given.js';

/** Which events to list. */
export class ListAuditEventsQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 1000, default: 100 })
  @IfGiven()
  @PlainDigits()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 100;

  @ApiPropertyOptional({
    description: 'The id of the last event you have: what came after it.',
    example: '4711',
  })
  @IfGiven()
  @IsString()
  @MaxLength(20)
  cursor?: string;

  @ApiPropertyOptional({ description: 'Only those of this workspace.', example: 'org:acme' })
  @IfGiven()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  workspace_id?: string;

  @ApiPropertyOptional({ enum: AUDIT_EVENT_NAMES, description: 'Only these.' })
  @IfGiven()
  @IsIn(AUDIT_EVENT_NAMES)
  event?: AuditEventName;

  @ApiPropertyOptional({ format: 'date-time', description: 'From then on.', example: '2026-11-22T12:00:00Z' })
  @IfGiven()
  @IsString()
  @MaxLength(40)
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before then.', example: '2026-11-22T14:00:00Z' })
  @IfGiven()
  @IsString()
  @MaxLength(40)
  until?: string;
}

/** Who did it. */
export class AuditActorView {
  @ApiProperty({ enum: ACTOR_KINDS, example: 'user' })
  kind: string;

  @ApiProperty({ type: String, nullable: true, example: 'usr_42' })
  id: string | null;
}

/** What happened. */
export class AuditEventView {
  @ApiProperty({ description: 'Rises; also the cursor.', example: '4711' })
  id: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T12:34:56.789Z' })
  at: string;

  @ApiProperty({ example: 'app.disconnected' })
  event: string;

  @ApiProperty({ enum: ['success', 'refused'], example: 'success' })
  outcome: string;

  @ApiProperty({ type: AuditActorView })
  actor: AuditActorView;

  @ApiProperty({ type: String, nullable: true, example: 'org:acme' })
  workspace_id: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What it was done to: ids, names and counts.',
    example: { client_id: 'sd_cl_4QXn…', grants: 2 },
  })
  subject: Record<string, unknown>;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 (X11; Linux x86_64)' })
  user_agent: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Leads to the log lines of the request.' })
  request_id: string | null;
}

/** A page of events. */
export class AuditEventPage {
  @ApiProperty({ type: [AuditEventView] })
  data: AuditEventView[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last.' })
  next_cursor: string | null;
}
