import { LOG_TAIL_MAX_BYTES } from '../platform/index.ts';

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

/** What Lambda's REPORT line states. */
export interface Report {
  readonly requestId: string;
  readonly version: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  /** Only of a cold start. */
  readonly initMs?: number;
}

/** The line Lambda's log begins an invocation with. */
export const startLine = ({ requestId, version }: Pick<Report, 'requestId' | 'version'>): string =>
  `START RequestId: ${requestId} Version: ${version}`;

/** The two lines Lambda's log ends an invocation with. */
export const endLines = (report: Report): readonly string[] => [
  `END RequestId: ${report.requestId}`,
  [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(report.durationMs + (report.initMs ?? 0))} ms`,
    `Memory Size: ${report.memoryMb} MB`,
    `Max Memory Used: ${report.maxMemoryMb} MB`,
    ...(report.initMs === undefined ? [] : [`Init Duration: ${report.initMs.toFixed(2)} ms`]),
    '',
  ].join('\t'),
];
