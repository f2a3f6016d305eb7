import { DrosteError } from '../../platform/index.ts';
import { checkWork, costOf } from '../cost.ts';
import { checkHeader, type Header } from '../decode.ts';
import { decodeFailure } from '../decode-failure.ts';
import type { Size } from '../geometry.ts';
import { type DecodeLimits, limitsOf } from '../limits.ts';
import { componentScans } from '../scans.ts';
import { readHeader, recognise } from './sharp-header.ts';

/** What is done with a picture once its header is known. */
export interface Decoding<Result> {
  /** What the decoder gives out, in pixels: the whole picture, or a reduced one. */
  readonly made: Size;
  /** Bytes that the work needs beside the decoder. Default none. */
  readonly beside?: number;
  decode(): Promise<Result>;
}

/** Reading a header takes next to nothing, but what wants to be alone has to wait for it. */
const HEADER_BYTES = 1;

/**
 * Decodes a picture within limits: it is recognised by content and judged by its header before a pixel is decoded, and
 * waits until there is memory for it beside the others.
 *
 * A decode that fails is tried once more while no other runs: libvips keeps what its decoders say in one place for the
 * whole process, so that beside others the reason of one failure may be that of another.
 *
 * @throws UnsupportedImageError, ImageDecodeError and ImageTooLargeError as {@link decodeFailure}, `checkHeader`,
 *   `checkWork` and `Admission.admit`; the reason of the signal once that is aborted.
 */
export const withinLimits = async <Result>(
  bytes: Uint8Array,
  limits: DecodeLimits,
  plan: (header: Header) => Decoding<Result>,
): Promise<Result> => {
  const { maxPixels, maxWork, admission, signal } = limitsOf(limits);
  signal?.throwIfAborted();
  const format = await recognise(bytes);

  const headerOf = () => readHeader(bytes, format);
  const prepared = (header: Header) => {
    checkHeader(header, maxPixels);
    const { made, beside = 0, decode } = plan(header);
    const scans = header.isProgressive && format === 'jpeg' ? componentScans(bytes) : header.channels;
    const cost = costOf(header, made, scans);
    checkWork(cost, header, scans, maxWork);
    return { bytes: cost.bytes + beside, decode };
  };

  try {
    const first = prepared(await admission.admit(HEADER_BYTES, headerOf, signal));
    return await admission.admit(first.bytes, first.decode, signal);
  } catch (failure) {
    signal?.throwIfAborted();
    if (failure instanceof DrosteError) throw failure;
    return await admission
      .alone(async () => prepared(await headerOf()).decode(), signal)
      .catch((again: unknown) => {
        signal?.throwIfAborted();
        throw decodeFailure(again, format, bytes);
      });
  }
};
