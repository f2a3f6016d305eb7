import type { Decoding, PixelPlan, Rounding } from '../../../images/index.ts';

/** A rectangle in pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** `preprocessor_config.json`, understood: every default applied, every alternative form made one. */
export interface Preprocessing {
  /** Absent: the picture is not resized. `'graph'`: to the graph's own input size. */
  readonly resize?: NonNullable<PixelPlan['resize']> | 'graph';
  readonly filter: PixelPlan['filter'];
  /** Whose rounding of sizes and offsets. */
  readonly rounding: Rounding;
  /** Absent: no crop. `'graph'`: to the graph's own input size. */
  readonly crop?: Extent | 'graph';
  /** A channel's value v (0 to 255) becomes `(v × scale − offset − mean) / std`, per channel. */
  readonly scale: number;
  readonly offset: 0 | 1;
  /** One number for every channel, or one per channel in the order the graph takes them (BGR if flipped). */
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
  /** True: the graph takes BGR. */
  readonly flipChannels: boolean;
  /** What of decoding the file decides otherwise than by default. */
  readonly decoding: Decoding;
  /** Keys that the file does not say: the processor's defaults are taken. */
  readonly assumed: readonly string[];
}
