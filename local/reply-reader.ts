import { REPLY_MAX_BYTES } from '../platform/index.ts';
import type { EnvironmentProcess } from './environment-process.ts';
import type { Heard } from './outcome.ts';
import { responseTooLarge } from './runtime/answer.ts';

/** Reads the reply of one invocation as it comes about. */
export interface ReplyReader {
  /** Told once the invocation has its slot. */
  begin?(ran: { readonly requestId: string; readonly executedVersion: string }): void;
  /** Takes a piece; resolves once there is room for the next. Never rejects. */
  take(piece: Uint8Array): Promise<void>;
  /** Aborted once nobody reads any more; pieces are taken all the same, and thrown away. */
  readonly gone?: AbortSignal;
  /** Makes an ending of what the environment ended with. Default: it is the ending. */
  whole?(heard: Heard): Heard;
}

/** For callers who take replies whole: up to what Lambda carries so. */
export const keepWhole = (): ReplyReader => {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  return {
    take: async (piece) => {
      bytes += piece.length;
      if (bytes <= REPLY_MAX_BYTES) pieces.push(piece);
      else pieces.length = 0;
    },
    whole: (heard) => {
      if (heard.kind !== 'returned' || bytes === 0) return heard;
      return bytes > REPLY_MAX_BYTES ? responseTooLarge() : { ...heard, payload: Buffer.concat(pieces) };
    },
  };
};

/** Hears an environment until it has answered, or ended. */
export const hearReply = async (
  child: Pick<EnvironmentProcess, 'hear' | 'tell' | 'gone'>,
  reader: ReplyReader,
): Promise<Heard> => {
  const tellGone = () => child.tell({ kind: 'gone' });
  if (reader.gone?.aborted) tellGone();
  reader.gone?.addEventListener('abort', tellGone, { once: true });
  const { promise: ended, resolve: onEnded } = Promise.withResolvers<void>();
  void child.gone.then(() => onEnded());
  try {
    for (;;) {
      const heard = await child.hear();
      if (heard.kind !== 'chunk') return reader.whole?.(heard) ?? heard;
      // a reader who takes his time keeps nobody from hearing that the environment has ended
      await Promise.race([reader.take(heard.payload), ended]);
      child.tell({ kind: 'more' });
    }
  } finally {
    reader.gone?.removeEventListener('abort', tellGone);
  }
};
