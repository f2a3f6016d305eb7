import { REPLY_MAX_BYTES, SYNC_REQUEST_MAX_BYTES } from '../platform/index.ts';
import type { Subtree } from './subtree.ts';
import type { PlanBytes } from './tree-input.ts';

/** An envelope without its items, as JSON: depth, path, slots, deadline, version, options and identity. Measured. */
const ENVELOPE_BYTES = 512;

/** The bracketing of one result in a reply: `{"results":…},`. */
const RESULT_BRACKET_BYTES = 13;

/** What travels between the invocations of a tree. */
export interface WireBytes {
  /** Of the largest request and reply between a parent and its child; 0 without children. */
  readonly largestRequest: number;
  readonly largestReply: number;
  /** Of the root's own reply. */
  readonly rootReply: number;
  /** Of all requests and replies between parents and children together. */
  readonly total: number;
}

/** Items one request can carry, and its reply answer, without a claim check; at least one. */
export const maxItemsPerCall = ({ perReference, perResult }: PlanBytes): number =>
  Math.max(
    1,
    Math.floor(
      Math.min(
        (SYNC_REQUEST_MAX_BYTES - ENVELOPE_BYTES) / (perReference + 1),
        (REPLY_MAX_BYTES - ENVELOPE_BYTES) / (perResult + RESULT_BRACKET_BYTES),
      ),
    ),
  );

/** Bytes on the wire of a planned tree of `items` items. */
export const wireBytesOf = (
  { calls, carried, largestCall }: Subtree,
  items: number,
  { perReference, perResult }: PlanBytes,
): WireBytes => {
  const request = perReference + 1;
  const reply = perResult + RESULT_BRACKET_BYTES;
  return {
    largestRequest: calls === 0 ? 0 : ENVELOPE_BYTES + largestCall * request,
    largestReply: calls === 0 ? 0 : ENVELOPE_BYTES + largestCall * reply,
    rootReply: ENVELOPE_BYTES + items * (reply + request),
    total: calls * 2 * ENVELOPE_BYTES + carried * (request + reply),
  };
};
