import { checkModel } from './check.ts';

/** What is to be checked: a model's folder, its name, and paths of sample pictures. */
interface CheckRequest {
  readonly folder: string;
  readonly name: string;
  readonly pictures: readonly string[];
}

/** A Lambda handler that checks a model, so that one nobody knows is met in a process that can be ended. */
export const handler = ({ folder, ...request }: CheckRequest) => checkModel(folder, request);
