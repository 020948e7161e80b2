import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiFoundResponse, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Audit } from '../../audit/audit.service.js';
import { AccountView } from '../../accounts/account-view.js';
import { Access, anyone, CurrentPrincipal, dashboard } from '../../common/access/access.decorator.js';
import type { DashboardUser } from '../../common/access/principal.js';
import { ApiProblems } from '../../common/errors/api-errors.decorator.js';
import { AppError } from '../../common/errors/app-error.js';
import { OAuthParameters } from '../../common/http/oauth-parameters.js';
import { queryParameters, TAKES_MALFORMED_QUERY } from '../../common/http/query-parameters.js';
import { LimitedByUser } from '../../limits/user-limit.guard.js';
import { CompleteConnection } from './complete-connection.service.js';
import { CompleteRequest, StartQuery, StartView } from './connect.dto.js';
import { FinishConnection } from './finish-connection.service.js';
import { StartConnection } from './start-connection.service.js';

const ApiProvider = () =>
  ApiParam({ name: 'provider', description: 'One of `GET /v1/providers`.', example: 'x' });

/** The way out: to a provider and back. */
@ApiTags('Connect (out)')
@Controller('/v1/oauth')
export class ConnectController {
  constructor(
    private readonly starting: StartConnection,
    private readonly finishing: FinishConnection,
    private readonly completion: CompleteConnection,
    private readonly audit: Audit,
  ) {}

  /** The dashboard asks where to send its user. */
  @Get(':provider/start')
  @Header('Cache-Control', 'no-store')
  @Access(dashboard())
  @LimitedByUser('start')
  @ApiOperation({
    operationId: 'startConnection',
    summary: 'Start the OAuth flow',
    description:
      'Returns the provider authorize URL; redirect the user there within 10 minutes. Fetch with credentials: the answer sets a cookie that ties the sign-in to this browser.',
  })
  @ApiProvider()
  @ApiOkResponse({ type: StartView, description: 'Authorize URL.' })
  @ApiProblems(400, 401, 404, 409)
  async start(
    @CurrentPrincipal() user: DashboardUser,
    @Param('provider') provider: string,
    @Query() query: StartQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StartView> {
    const { authorizeUrl, cookie } = await this.starting.run(user, provider, query);
    void reply.header('Set-Cookie', cookie);
    return { authorize_url: authorizeUrl };
  }

  /** The provider sends the browser here. Always a redirect: there is nobody to read anything else. */
  @Get(':provider/callback')
  @HttpCode(302)
  @Access(anyone())
  @RouteConfig(TAKES_MALFORMED_QUERY)
  @ApiOperation({
    operationId: 'finishConnection',
    summary: 'Where the provider sends the browser',
    description:
      'Goes on to the return URL, or to /accounts of the dashboard, with `connected=<account id>` (and `status=pending_selection` where the user has to choose), `completion=<token>` where the sign-in came back in another browser, or `error=<code>`.',
  })
  @ApiProvider()
  @ApiQuery({ name: 'state', required: false, description: 'Of the authorize URL; good for one callback.' })
  @ApiQuery({ name: 'code', required: false, description: "The provider's." })
  @ApiQuery({ name: 'error', required: false, description: "The provider's word for a refusal." })
  @ApiFoundResponse({ description: 'To the return URL or the dashboard, with the result.' })
  async callback(
    @Param('provider') provider: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // A scanner that only looks must not use the sign-in up (RFC 9110 §9.2.1: HEAD is safe).
    if (request.method === 'HEAD')
      throw new AppError('method_not_allowed', 'Use GET.', { headers: { Allow: 'GET' } });
    const parameters = new OAuthParameters(queryParameters(request));
    const { cookie: cookies } = request.headers;
    const { location, cookie } = await this.finishing.run({ provider, parameters, cookies, request });
    if (cookie) void reply.header('Set-Cookie', cookie);
    await reply.header('Cache-Control', 'no-store').redirect(location, 302);
  }

  /** The user who started says that what came back in another browser is theirs. */
  @Post('complete')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Access(dashboard())
  @ApiOperation({
    operationId: 'completeConnection',
    summary: 'Complete a sign-in that came back in another browser',
    description: 'By the user who started it, once, within 5 minutes. 404 for everybody else.',
  })
  @ApiOkResponse({ type: AccountView, description: 'The account.' })
  @ApiProblems(400, 401, 404, 409, 410)
  async complete(
    @CurrentPrincipal() user: DashboardUser,
    @Body() body: CompleteRequest,
    @Req() request: FastifyRequest,
  ): Promise<AccountView> {
    const account = await this.completion.run(user, body.completion);
    const { id: account_id, provider, oauth_app_id } = account;
    this.audit.record('account.connected', request, { account_id, provider, oauth_app_id });
    return account;
  }
}
