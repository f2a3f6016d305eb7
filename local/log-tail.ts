import { LOG_TAIL_MAX_BYTES } from '../platform/aws-quotas.ts';

/** The end of an invocation's log. */
export interface LogTail {
  add(line: string): void;
  /** At most the last 4 KB, from the first whole character on. */
  bytes(): Buffer;
}

/** The first byte that begins a UTF-8 character. */
const firstCharacter = (bytes: Buffer): number => {
  let at = 0;
  while (at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
};

/** Keeps no more than it may have to show. */
export const keepLogTail = (): LogTail => {
  let text = '';
  return {
    add: (line) => {
      text = `${text}${line}\n`.slice(-LOG_TAIL_MAX_BYTES);
    },
    bytes: () => {
      const bytes = Buffer.from(text).subarray(-LOG_TAIL_MAX_BYTES);
      return bytes.subarray(firstCharacter(bytes));
    },
  };
};
