import { kernelBytes } from './kernel-bytes.ts';

/** What is used of WebAssembly, which the types of Node.js do not describe. */
interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The two passes over 8-bit pixels, in WebAssembly: `kernel.wat` says what each takes. */
export interface Kernel {
  readonly memory: WebAssemblyMemory;
  readonly acrossRgb: (
    row: number,
    to: number,
    first: number,
    weights: number,
    taps: number,
    pixels: number,
  ) => void;
  readonly acrossGrey: Kernel['acrossRgb'];
  readonly down: (rows: number, to: number, weights: number, taps: number, bytes: number) => void;
}

/** Memory past which an instance is let go after a picture: no memory of WebAssembly ever shrinks. */
const KEPT_BYTES = 16 << 20;

const PAGE_BYTES = 65_536;

let module: object | undefined;
let kept: Kernel | undefined;

const instantiate = (): Kernel => {
  module ??= new WebAssembly.Module(Buffer.from(kernelBytes, 'base64'));
  // what the module exports is what `kernel.wat` says, which the tests assemble anew
  return new WebAssembly.Instance(module).exports as Kernel;
};

/** Runs something on the kernel with so much memory; what is in the memory is of no account. */
export const withKernel = <Result>(bytes: number, run: (kernel: Kernel) => Result): Result => {
  const kernel = kept ?? instantiate();
  kept = undefined;
  const missing = bytes - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  const result = run(kernel);
  if (kernel.memory.buffer.byteLength <= KEPT_BYTES) kept = kernel;
  return result;
};
