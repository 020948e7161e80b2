import { Module } from '@nestjs/common';
import { ResourceServers } from '../common/access/resource-servers.service.js';
import { ClientRegistrationModule } from '../client-registration/client-registration.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { Audience } from './audience.service.js';
import { AuthenticateResourceServer } from './authenticate-resource-server.service.js';
import { ClientFailures } from './client-failures.service.js';
import { ConnectedAppsController } from './connected-apps.controller.js';
import { ConnectedApps } from './connected-apps.service.js';
import { ExchangeCode } from './exchange-code.service.js';
import { ExpireClients } from './expire-clients.service.js';
import { IntrospectController } from './introspect.controller.js';
import { IntrospectToken } from './introspect-token.service.js';
import { JudgeRedemption } from './judge-redemption.service.js';
import { LiveTokens } from './live-tokens.service.js';
import { MintTokens } from './mint-tokens.service.js';
import { ReapTokens } from './reap-tokens.service.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { RevocationChannel } from './revocation-channel.service.js';
import { RevokeController } from './revoke.controller.js';
import { RevokeSubjectController } from './revoke-subject.controller.js';
import { ScopeCatalogue } from './scope-catalogue.service.js';
import { StoredAccessTokenVerifier } from './stored-access-token-verifier.service.js';
import { TokenController } from './token.controller.js';
import { TokenStore } from './token-store.service.js';

/** Tokens from their issue to their end, and the user's view of them. */
@Module({
  imports: [ClientRegistrationModule, JobsModule, LimitsModule],
  controllers: [
    TokenController,
    RevokeController,
    IntrospectController,
    ConnectedAppsController,
    RevokeSubjectController,
  ],
  providers: [
    ScopeCatalogue,
    Audience,
    ResourceServers,
    AuthenticateResourceServer,
    ClientFailures,
    TokenStore,
    JudgeRedemption,
    LiveTokens,
    RevocationChannel,
    MintTokens,
    ExchangeCode,
    RefreshTokens,
    IntrospectToken,
    ConnectedApps,
    ReapTokens,
    ExpireClients,
    { provide: AccessTokenVerifier, useClass: StoredAccessTokenVerifier },
  ],
  exports: [AccessTokenVerifier, Audience, AuthenticateResourceServer, ScopeCatalogue],
})
export class TokensModule {}
