import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/**
 * That a rotating refresh token is on its way to its provider. A row of its own, since it is committed while the
 * consent's row is locked. It speaks of one version of the consent: once new tokens are stored it means nothing.
 */
@Entity('renewal_marks')
export class RenewalMark {
  @PrimaryColumn({ type: 'text' })
  @ForeignKey('ProviderConsent', { onDelete: 'CASCADE' })
  consentId: string;

  /** Of the consent, whose refresh token is being redeemed. */
  @Column({ type: 'int' })
  version: number;

  /** A random id of the renewing process. */
  @Column({ type: 'text' })
  renewingBy: string;

  @Column({ type: 'timestamptz' })
  renewingUntil: Date;
}
