import type { ThumbnailFormat } from '../../functions/thumbnail/core/formats.ts';
import type { Fit } from '../../functions/thumbnail/core/layout.ts';

/** The command line of `droste thumbnail`, parsed; what is absent has the function's default. */
export interface ThumbnailArguments {
  readonly inputs: readonly string[];
  /** One: a box; several: all of one decode. */
  readonly size?: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly fit?: Fit;
  readonly format?: ThumbnailFormat;
  readonly quality?: number;
  readonly background?: string;
  readonly enlarge?: boolean;
  readonly channels?: 1 | 3;
  /** A folder, or `s3://bucket/prefix`. */
  readonly out?: string;
  readonly json: boolean;
  readonly onError: 'raise' | 'collect';
  readonly maxWork?: number;
  readonly parallel?: number;
  readonly slots?: number;
  readonly concurrency?: number;
  readonly http: boolean;
  readonly verbose: boolean;
}
