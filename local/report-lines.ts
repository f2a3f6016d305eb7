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
