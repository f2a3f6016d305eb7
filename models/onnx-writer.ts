/**
 * Writes ONNX files: just the part of the protobuf format that small graphs need. Deterministic: the same graph is
 * always the same bytes.
 *
 * Field numbers: onnx/onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 * Wire format: https://protobuf.dev/programming-guides/encoding/.
 */

/** A constant of the graph, float32. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** One operation; `attributes` are integers or lists of integers. */
export interface Operation {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** TensorProto.DataType */
const dataTypes = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;

/** An input or output of the graph; each dimension is a size or the name of a symbolic one. */
export interface GraphValue {
  readonly name: string;
  /** Default float32. */
  readonly elementType?: keyof typeof dataTypes;
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly constants: readonly Constant[];
  readonly operations: readonly Operation[];
}

/** IR version 8 and operator set 17 (2022): old enough for every runtime in use. */
const irVersion = 8;
const operatorSet = 17;

/** AttributeProto.AttributeType */
const attributeType = { int: 2, ints: 7 } as const;

/** The bytes of an `.onnx` file. */
export const writeOnnx = (graph: Graph): Uint8Array =>
  message(
    integer(1, irVersion),
    text(2, 'droste'),
    nested(7, graphProto(graph)),
    nested(8, message(text(1, ''), integer(2, operatorSet))),
  );

const graphProto = (graph: Graph): Uint8Array =>
  message(
    ...graph.operations.map((operation) => nested(1, nodeProto(operation))),
    text(2, graph.name),
    ...graph.constants.map((constant) => nested(5, tensorProto(constant))),
    text(10, graph.description),
    ...graph.inputs.map((value) => nested(11, valueInfoProto(value))),
    ...graph.outputs.map((value) => nested(12, valueInfoProto(value))),
  );

const nodeProto = ({ type, inputs, outputs, attributes = {} }: Operation): Uint8Array =>
  message(
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => nested(5, attributeProto(name, value))),
  );

const attributeProto = (name: string, value: number | readonly number[]): Uint8Array =>
  typeof value === 'number'
    ? message(text(1, name), integer(3, value), integer(20, attributeType.int))
    : message(text(1, name), ...value.map((each) => integer(8, each)), integer(20, attributeType.ints));

const tensorProto = ({ name, shape, values }: Constant): Uint8Array => {
  const size = shape.reduce((product, length) => product * length, 1);
  if (values.length !== size) {
    throw new RangeError(
      `${name}: expected ${size} values for [${shape.join(', ')}], received ${values.length}`,
    );
  }
  return message(
    ...shape.map((length) => integer(1, length)),
    integer(2, dataTypes.float32),
    text(8, name),
    nested(9, littleEndianFloats(values)),
  );
};

const valueInfoProto = ({ name, elementType = 'float32', shape }: GraphValue): Uint8Array => {
  const dimensions = shape.map((size) =>
    nested(1, typeof size === 'number' ? integer(1, size) : text(2, size)),
  );
  const tensorType = message(integer(1, dataTypes[elementType]), nested(2, message(...dimensions)));
  return message(text(1, name), nested(2, message(nested(1, tensorType))));
};

const littleEndianFloats = (values: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value, true);
  });
  return new Uint8Array(view.buffer);
};

/** Protobuf wire types: 0 is a variable-length integer, 2 is bytes with their length in front. */
const wireType = { varint: 0, bytes: 2 } as const;

const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

const integer = (field: number, value: number): Uint8Array =>
  message(varint(field * 8 + wireType.varint), varint(value));

const nested = (field: number, bytes: Uint8Array): Uint8Array =>
  message(varint(field * 8 + wireType.bytes), varint(bytes.length), bytes);

const text = (field: number, value: string): Uint8Array => nested(field, Buffer.from(value, 'utf8'));

/** Seven bits a byte, lowest first, the eighth set on all but the last; for whole numbers from 0 to 2^31 - 1. */
const varint = (value: number): Uint8Array => {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Uint8Array.from([...bytes, rest]);
};
