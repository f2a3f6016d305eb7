import { type FileHandle, open } from 'node:fs/promises';

/** What an ONNX file says of itself, beside its tensors. */
export interface OnnxFile {
  readonly irVersion: number;
  /** Of the domain of ONNX itself. */
  readonly opset: number;
  /** `pytorch 2.5.1`; empty where the file names none. */
  readonly producer: string;
  /** The types of the operations, each once, in the order they first occur. */
  readonly operations: readonly string[];
  /** Type of the operation that makes each output of the graph or of another operation, by its name. */
  readonly makers: ReadonlyMap<string, string>;
}

/** A field of a protobuf message: a number, or where its bytes lie in the file. */
interface Field {
  readonly number: number;
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Of a field's head: two varints of ten bytes at most. */
const HEAD_BYTES = 20;

/** A varint and where it ends; exact up to 2^53, which is more than anything read here. */
const varint = (bytes: Uint8Array, from: number): readonly [value: number, next: number] => {
  let value = 0;
  for (let at = from, weight = 1; at < bytes.length; at += 1, weight *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * weight;
    if (byte < 0x80) return [value, at + 1];
  }
  throw new Error('a varint that does not end');
};

/**
 * The fields of a message between two places of a file; only their heads are read, so that gigabytes of weights are
 * passed over. Wire format: https://protobuf.dev/programming-guides/encoding/.
 */
const fieldsOf = async function* (file: FileHandle, start: number, end: number): AsyncGenerator<Field> {
  const head = new Uint8Array(HEAD_BYTES);
  for (let at = start; at < end; ) {
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, at);
    const [key, afterKey] = varint(head.subarray(0, bytesRead), 0);
    const [number, wireType] = [Math.floor(key / 8), key % 8];
    const from = at + afterKey;
    if (wireType === 0) {
      const [value, next] = varint(head.subarray(0, bytesRead), afterKey);
      yield { number, value, start: from, end: at + next };
      at += next;
    } else if (wireType === 2) {
      const [length, next] = varint(head.subarray(0, bytesRead), afterKey);
      yield { number, value: 0, start: at + next, end: at + next + length };
      at += next + length;
    } else if (wireType === 1 || wireType === 5) {
      at = from + (wireType === 1 ? 8 : 4);
    } else throw new Error(`a field of wire type ${wireType}`);
  }
};

/** Names are short; what says it is longer is not read. */
const MAX_TEXT = 4096;

const textOf = async (file: FileHandle, { start, end }: Field): Promise<string> => {
  const bytes = Buffer.alloc(Math.min(end - start, MAX_TEXT));
  await file.read(bytes, 0, bytes.length, start);
  return bytes.toString('utf8');
};

const readNode = async (file: FileHandle, { start, end }: Field, makers: Map<string, string>) => {
  const outputs: string[] = [];
  let type = '';
  for await (const field of fieldsOf(file, start, end)) {
    if (field.number === 2) outputs.push(await textOf(file, field));
    if (field.number === 4) type = await textOf(file, field);
  }
  for (const output of outputs) makers.set(output, type);
};

/**
 * Reads what an ONNX file says of itself; its weights stay where they are.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 *
 * @throws Error for a file that is no protobuf message
 */
export const readOnnxFile = async (path: string): Promise<OnnxFile> => {
  await using file = await open(path);
  const { size } = await file.stat();
  const makers = new Map<string, string>();
  const producer: string[] = [];
  let irVersion = 0;
  let opset = 0;
  for await (const field of fieldsOf(file, 0, size)) {
    if (field.number === 1) irVersion = field.value;
    if (field.number === 2 || field.number === 3) producer.push(await textOf(file, field));
    if (field.number === 7) {
      for await (const part of fieldsOf(file, field.start, field.end)) {
        if (part.number === 1) await readNode(file, part, makers);
      }
    }
    if (field.number === 8) {
      let domain = '';
      let version = 0;
      for await (const part of fieldsOf(file, field.start, field.end)) {
        if (part.number === 1) domain = await textOf(file, part);
        if (part.number === 2) version = part.value;
      }
      if (domain === '' || domain === 'ai.onnx') opset = version;
    }
  }
  return {
    ...{ irVersion, opset, makers },
    producer: producer.join(' ').trim(),
    operations: [...new Set(makers.values())],
  };
};
