/** What a function's bundle is made of, beside what its code imports. */
export interface BundledFunction {
  /** Module that exports `handler`, relative to the project. */
  readonly entry: string;
  /** Names of the models of the repository that travel with the code. */
  readonly models: readonly string[];
}

/** The functions that are bundled; the name is that of the folder in `dist/`. */
export const bundledFunctions = {
  classify: { entry: 'functions/classify/handler.ts', models: ['basic-colours'] },
  thumbnail: { entry: 'functions/thumbnail/handler.ts', models: [] },
  orchestrate: { entry: 'functions/orchestrate/handler.ts', models: [] },
  'model-upload': { entry: 'functions/model-upload/handler.ts', models: [] },
} as const satisfies Readonly<Record<string, BundledFunction>>;

export type FunctionName = keyof typeof bundledFunctions;

/** The names of all functions. */
export const functionNames = Object.keys(bundledFunctions) as readonly FunctionName[];
