/** What a span says of itself: names and figures, never a value that a request brought. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A piece of work at somebody else's: a statement, or a call. */
export interface SpanOfWork<Result> {
  readonly name: string;
  readonly attributes: SpanAttributes;
  /** What the result adds. */
  readonly outcome?: (result: Result) => SpanAttributes;
}

/** What does the tracing, where it was asked for; see `src/tracing`. */
export interface Tracer {
  span<Result>(span: SpanOfWork<Result>, work: () => Promise<Result>): Promise<Result>;
  /** The span that is under way, as `traceparent` has it (W3C Trace Context §3.2); undefined outside of any. */
  here(): string | undefined;
  /** Does work as a part of a span that began elsewhere. */
  within<Result>(traceparent: string, work: () => Result): Result;
}

let tracer: Tracer | undefined;

/** Traces from now on. Once, at the start. */
export function traceWith(chosen: Tracer): void {
  tracer = chosen;
}

/** Whether anything is traced. */
export function isTracing(): boolean {
  return tracer !== undefined;
}

/**
 * Does work within a span of its own; without tracing, just the work.
 *
 * @returns what the work returns
 * @throws what the work throws; the span then says that it failed, by the error's name alone
 */
export function traced<Result>(span: SpanOfWork<Result>, work: () => Promise<Result>): Promise<Result> {
  return tracer ? tracer.span(span, work) : work();
}

/** For another process that works for this one; undefined without tracing. See {@link continueTrace}. */
export function currentTrace(): string | undefined {
  return tracer?.here();
}

/**
 * Does work as a part of what another process began.
 *
 * @param trace what {@link currentTrace} said there
 */
export function continueTrace<Result>(trace: string | undefined, work: () => Result): Result {
  return tracer && trace !== undefined ? tracer.within(trace, work) : work();
}
