import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsEmail, MaxLength } from 'class-validator';

/** Whom to sign in. */
export class DevelopmentSessionRequest {
  /** Any address: nothing is sent to it. At most 251 characters, for `dev:` goes before it to make a user id. */
  @ApiProperty({ format: 'email', maxLength: 251, example: 'ada@example.com' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  @MaxLength(251, { message: 'must have at most 251 characters' })
  @IsEmail({}, { message: 'must be an email address' })
  email: string;
}

/** A signed-in developer. */
export class DevelopmentSession {
  /** A dashboard JWT (HS256) for `Authorization: Bearer`. */
  @ApiProperty({ example: 'eyJhbGciOiJIUzI1NiJ9…' })
  token: string;

  /** Seconds until the token ends. */
  @ApiProperty({ example: 28_800 })
  expires_in: number;
}
