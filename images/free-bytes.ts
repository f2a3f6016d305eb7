/**
 * Frees the memory of bytes at once, unless others may have a part of it. V8 counts what lies outside its heap too: left
 * to it, the bytes of every few hundred pictures have it mark the whole heap, which is 4 % of the CPU of small ones.
 *
 * For whoever knows that nobody reads them any more, which a decode that was given up still does.
 */
export const freeBytes = ({ buffer, byteLength }: Uint8Array): void => {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return;
  // not before Node 22: there it is left to V8
  buffer.transfer?.(0);
};
