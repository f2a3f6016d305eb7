/** An answer on its way. */
export interface WebAnswer {
  readonly status: number;
  /** Of the last answer, where others redirected to it; undefined where there is none of this name (lower case). */
  header(name: string): string | undefined;
  /** The content as it arrives; fails where the connection does. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Leaves the rest of the content. */
  discard(): void;
}

/** What is asked for. */
export interface WebRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The web, for reading. Redirects are followed. Adapter: `adapters/undici.ts`. */
export interface Web {
  /** @throws whatever the transport does; {@link isPassing} tells whether it is worth another try. */
  get(request: WebRequest): Promise<WebAnswer>;
  /** Whether a failure may pass: a connection that was cut, timed out or could not be made. */
  isPassing(failure: unknown): boolean;
  close(): Promise<void>;
}
