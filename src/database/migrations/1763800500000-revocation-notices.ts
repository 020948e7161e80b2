import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tells every replica that listens when tokens die, whoever kills them and however. A notice names one of 4096
 * buckets of grants: PostgreSQL sends equal notices of one transaction once, so that a transaction that revokes a
 * million grants sends 4096 at most. What ends by its own time needs no notice.
 *
 * One listener that does not read, anywhere in the cluster, fills the queue for all, and a full one fails commits. A
 * revocation must not: from half on nothing is said, and whoever listens has stopped to rely on it at a quarter.
 */
export class RevocationNotices1763800500000 implements MigrationInterface {
  name = 'RevocationNotices1763800500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION notify_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF pg_notification_queue_usage() >= 0.5 THEN
          RETURN NULL;
        END IF;
        IF TG_TABLE_NAME = 'grants' THEN
          PERFORM pg_notify('swingdoor_revocations', (OLD.id & 4095)::text);
        ELSE
          PERFORM pg_notify('swingdoor_revocations', (OLD.grant_id & 4095)::text);
        END IF;
        RETURN NULL;
      END $$`);
    // First, as requests write the two tables in this order: the other way round, they and this would wait for each other.
    await runner.query(`
      CREATE TRIGGER tr_access_tokens_deleted AFTER DELETE ON access_tokens FOR EACH ROW
      WHEN (OLD.expires_at > now()) EXECUTE FUNCTION notify_revocation()`);
    await runner.query(`
      CREATE TRIGGER tr_grants_revoked AFTER UPDATE OF revoked_at ON grants FOR EACH ROW
      WHEN (OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL) EXECUTE FUNCTION notify_revocation()`);
    await runner.query(`
      CREATE TRIGGER tr_grants_deleted AFTER DELETE ON grants FOR EACH ROW
      WHEN (OLD.revoked_at IS NULL AND OLD.expires_at > now()) EXECUTE FUNCTION notify_revocation()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER tr_access_tokens_deleted ON access_tokens`);
    await runner.query(`DROP TRIGGER tr_grants_deleted ON grants`);
    await runner.query(`DROP TRIGGER tr_grants_revoked ON grants`);
    await runner.query(`DROP FUNCTION notify_revocation()`);
  }
}
