import type Prometheus from 'prom-client';
import { auditQueue, bearerChecks, providerRefreshes, tokenEvents } from '../../common/metrics/tallies.js';

/**
 * Shows what the process counts; each look takes the numbers as they stand.
 *
 * @param prometheus the library, which is loaded on demand
 * @param registry where the counters go
 */
export function registerTallies(prometheus: typeof Prometheus, registry: Prometheus.Registry): void {
  const tally = (name: string, help: string, label: string, counts: Readonly<Record<string, number>>) => {
    const counter = new prometheus.Counter({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(counts)) this.inc({ [label]: value }, count);
      },
    });
    registry.registerMetric(counter);
  };
  tally(
    'swingdoor_tokens_total',
    'Tokens issued, rotated, repeated, misused, revoked.',
    'event',
    tokenEvents,
  );
  tally('swingdoor_bearer_checks_total', 'Checks of access tokens.', 'result', bearerChecks);
  const refreshes = new prometheus.Counter({
    name: 'swingdoor_provider_refresh_total',
    help: 'What providers made of refreshes.',
    labelNames: ['provider', 'outcome'],
    registers: [],
    collect() {
      this.reset();
      for (const [provider, outcomes] of providerRefreshes) {
        for (const [outcome, count] of Object.entries(outcomes)) this.inc({ provider, outcome }, count);
      }
    },
  });
  const waiting = new prometheus.Gauge({
    name: 'swingdoor_audit_waiting',
    help: 'Audit events to be written.',
    registers: [],
    collect() {
      this.set(auditQueue.waiting);
    },
  });
  const dropped = new prometheus.Counter({
    name: 'swingdoor_audit_dropped_total',
    help: 'Audit events that only the log has.',
    registers: [],
    collect() {
      this.reset();
      this.inc(auditQueue.dropped);
    },
  });
  for (const metric of [refreshes, waiting, dropped]) registry.registerMetric(metric);
}
