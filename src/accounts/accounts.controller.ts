import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Audit } from '../audit/audit.service.js';
import {
  Access,
  bearer,
  CurrentPrincipal,
  dashboard,
  resourceServer,
} from '../common/access/access.decorator.js';
import type { AccessTokenHolder, DashboardUser, Principal } from '../common/access/principal.js';
import { ApiProblems } from '../common/errors/api-errors.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { AccountView } from './account-view.js';
import { AccountPage, ListAccountsQuery, SelectRequest } from './accounts.dto.js';
import { DisconnectAccount } from './disconnect-account.service.js';
import { FindAccount } from './find-account.service.js';
import { ListAccounts } from './list-accounts.service.js';
import { noSuchAccount } from './no-such-account.js';
import { RefreshAccount } from './refresh-account.service.js';
import { SelectAccount } from './select-account.service.js';

/** Somebody who acts in one workspace. */
type Member = DashboardUser | AccessTokenHolder;

const ApiId = () =>
  ApiParam({ name: 'id', description: 'The id from the list.', example: 'acc_1vJ8cE0y2Qw7mB3nK5tR9A' });

/** A workspace's connected accounts. One of another workspace does not exist here. */
@ApiTags('Accounts (out)')
@Controller('/v1/accounts')
export class AccountsController {
  constructor(
    private readonly listing: ListAccounts,
    private readonly accounts: FindAccount,
    private readonly selection: SelectAccount,
    private readonly refreshing: RefreshAccount,
    private readonly disconnection: DisconnectAccount,
    private readonly audit: Audit,
  ) {}

  /** Page by page, oldest first. */
  @Get('/')
  @Access(dashboard(), bearer('accounts:read'), resourceServer())
  @ApiOperation({
    operationId: 'listAccounts',
    summary: 'List connected accounts',
    description: 'Oldest first. Disconnected ones are hidden unless `status` asks for them.',
  })
  @ApiOkResponse({ type: AccountPage, description: 'A page; go on with `next_cursor` until it is null.' })
  @ApiProblems(400, 401, 403)
  list(@CurrentPrincipal() caller: Principal, @Query() query: ListAccountsQuery): Promise<AccountPage> {
    return this.listing.run(workspaceOf(caller) ?? namedWorkspace(query), query);
  }

  /** One account, disconnected ones included. */
  @Get(':id')
  @Access(dashboard(), bearer('accounts:read'), resourceServer())
  @ApiOperation({ operationId: 'getAccount', summary: 'Show a connected account' })
  @ApiId()
  @ApiOkResponse({ type: AccountView, description: 'The account.' })
  @ApiProblems(401, 403, 404)
  async get(@CurrentPrincipal() caller: Principal, @Param('id') id: string): Promise<AccountView> {
    return found(await this.accounts.view(id, workspaceOf(caller)));
  }

  /** The user says which page or organisation it is to be. */
  @Post(':id/select')
  @HttpCode(200)
  @Access(dashboard())
  @ApiOperation({
    operationId: 'selectAccount',
    summary: 'Select a page or organisation',
    description:
      'For accounts with `pending_selection`. Where the chosen one is connected already, it gets the new consent and answers under its own id; the pending one is gone.',
  })
  @ApiId()
  @ApiOkResponse({ type: AccountView, description: 'The connected account.' })
  @ApiProblems(400, 401, 404, 409)
  async select(
    @CurrentPrincipal() { workspaceId }: DashboardUser,
    @Param('id') id: string,
    @Body() { external_id: externalId }: SelectRequest,
    @Req() request: FastifyRequest,
  ): Promise<AccountView> {
    const account = found(
      await this.accounts.view(await this.selection.run(id, workspaceId, externalId), workspaceId),
    );
    const { id: account_id, provider, oauth_app_id } = account;
    this.audit.record('account.selected', request, { account_id, provider, oauth_app_id });
    return account;
  }

  /** Renews the connection now. */
  @Post(':id/refresh')
  @HttpCode(200)
  @Access(dashboard(), bearer('accounts:write'))
  @ApiOperation({
    operationId: 'refreshAccount',
    summary: 'Refresh a connection',
    description:
      'Rarely needed: connections are renewed by themselves. Unchanged where the provider would refuse yet. 409 `needs_reconnect` where only the user can help; 503 `provider_unavailable` with `Retry-After` in an outage, and the status stays.',
  })
  @ApiId()
  @ApiOkResponse({ type: AccountView, description: 'The account as it is now.' })
  @ApiProblems(401, 403, 404, 409, 503)
  refresh(@CurrentPrincipal() { workspaceId }: Member, @Param('id') id: string): Promise<AccountView> {
    return this.refreshing.run(id, workspaceId);
  }

  /** Ends the connection, at the provider as well where nothing else needs it. */
  @Delete(':id')
  @HttpCode(204)
  @Access(dashboard(), bearer('accounts:write'))
  @ApiOperation({
    operationId: 'disconnectAccount',
    summary: 'Disconnect an account',
    description:
      'Its tokens are erased, and revoked at the provider unless another account shares the authorization. A second time answers 404. Connecting it again gives it the same id.',
  })
  @ApiId()
  @ApiNoContentResponse({ description: 'Disconnected, whatever the provider answered.' })
  @ApiProblems(401, 403, 404)
  async disconnect(
    @CurrentPrincipal() { workspaceId }: Member,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.disconnection.run(id, workspaceId);
    this.audit.record('account.disconnected', request, { account_id: id });
  }
}

/** Undefined for resource servers, which act for the operator. */
function workspaceOf(caller: Principal): string | undefined {
  return caller.kind === 'resource-server' ? undefined : caller.workspaceId;
}

function namedWorkspace({ workspace_id: workspaceId }: ListAccountsQuery): string {
  if (workspaceId !== undefined) return workspaceId;
  throw new AppError('invalid_input', 'A resource server must say whose accounts.', {
    fields: [{ field: 'workspace_id', message: 'is needed' }],
  });
}

function found(view: AccountView | undefined): AccountView {
  if (!view) throw noSuchAccount();
  return view;
}
