/**
 * Media type by content, of any file type there is. `file-type` is loaded at the first call: it only words error
 * messages, and should cost the good pictures nothing.
 */
export const mediaTypeOf = async (head: Uint8Array): Promise<string | undefined> => {
  const { fileTypeFromBuffer } = await import('file-type');
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    // A container that says it goes on beyond the head.
    return undefined;
  }
};
