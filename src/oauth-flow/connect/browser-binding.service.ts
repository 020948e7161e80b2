import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { flowCookie, isSameBrowser } from './flow-cookie.js';
import type { ConsumedFlow } from './flows.service.js';

/**
 * Notices when a sign-in comes back in another browser than the one that started it: somebody may have been sent
 * somebody else's link, and their account would land in the wrong workspace. `OAUTH_BROWSER_BINDING` decides.
 */
@Injectable()
export class BrowserBinding {
  private readonly logger = new Logger('BrowserBinding');
  private strangers = 0;

  constructor(private readonly config: Config) {}

  /** How many callbacks came from another browser since this process started. */
  get otherBrowsers(): number {
    return this.strangers;
  }

  /**
   * Whether the user who started must confirm the result before it counts.
   *
   * @param flow the sign-in
   * @param cookies the `Cookie` header of its callback
   */
  mustConfirm(flow: ConsumedFlow, cookies: string | undefined): boolean {
    const { browserBinding, publicUrl } = this.config;
    if (browserBinding === 'off') return false;
    if (isSameBrowser(flowCookie(flow.idHash, publicUrl), cookies, flow.browserHash)) return false;
    this.strangers += 1;
    const { provider, workspaceId } = flow;
    this.logger.warn(
      { reason: 'browser_mismatch', provider, workspaceId, browserBinding, count: this.strangers },
      'A sign-in came back in another browser than the one that started it.',
    );
    return browserBinding === 'on';
  }
}
