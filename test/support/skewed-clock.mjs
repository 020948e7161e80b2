/**
 * Preloaded into a server (`NODE_OPTIONS=--import ...`), it puts the wall clock of that process wrong by
 * CLOCK_SKEW seconds, as on a machine whose time is not kept.
 */
const skew = Number(process.env.CLOCK_SKEW) * 1000;
const RealDate = Date;

globalThis.Date = class Date extends RealDate {
  constructor(...parts) {
    if (parts.length > 0) super(...parts);
    else super(RealDate.now() + skew);
  }

  static now() {
    return RealDate.now() + skew;
  }
};
