import { applyDecorators, HttpStatus } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ERROR_CODES } from './error-codes.js';

/** RFC 6749 §5.2. */
export class OAuthError {
  @ApiProperty({ description: 'A code of RFC 6749, 7591 or 8707.', example: 'invalid_grant' })
  error: string;

  @ApiProperty({ example: 'The code is unknown, used, expired, or was issued for another request.' })
  error_description: string;

  @ApiPropertyOptional({ description: 'With 5xx: what to quote to support.' })
  request_id?: string;
}

/** One wrong field of the input. */
export class FieldError {
  @ApiProperty({ example: 'scopes' })
  field: string;

  @ApiProperty({ example: 'must name at least one scope of the request' })
  message: string;
}

/** RFC 9457, with our stable `code`. */
export class Problem {
  @ApiProperty({ example: 'about:blank' })
  type: string;

  @ApiProperty({ example: 'Not Found' })
  title: string;

  @ApiProperty({ example: 404 })
  status: number;

  @ApiProperty({ enum: Object.keys(ERROR_CODES), example: 'not_found' })
  code: string;

  @ApiProperty({ example: 'There is nothing here, or it belongs to somebody else.' })
  detail: string;

  @ApiPropertyOptional({ type: () => [FieldError] })
  errors?: FieldError[];

  @ApiPropertyOptional({ description: 'With 5xx: what to quote to support.' })
  request_id?: string;
}

/** Documents the statuses with which a route answers RFC 6749 errors. */
export function ApiOAuthErrors(...statuses: number[]): MethodDecorator {
  return documented('application/json', OAuthError, statuses);
}

/** Documents the statuses with which a route answers problem+json. */
export function ApiProblems(...statuses: number[]): MethodDecorator {
  return documented('application/problem+json', Problem, statuses);
}

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds until it may be tried again.',
    schema: { type: 'integer' as const },
  },
};

function documented(mediaType: string, model: typeof OAuthError | typeof Problem, statuses: number[]) {
  return applyDecorators(
    ApiExtraModels(model),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: (HttpStatus[status] ?? 'Error').toLowerCase().replaceAll('_', ' '),
        ...(status === 429 && { headers: RETRY_AFTER }),
        content: { [mediaType]: { schema: { $ref: getSchemaPath(model) } } },
      }),
    ),
  );
}
