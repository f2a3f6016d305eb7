import { redactReference } from '../../images/index.ts';
import { fromWireError, type WireError } from '../../platform/index.ts';
import type { Picture } from '../inputs/picture.ts';
import type { Answer } from '../output/format.ts';

/** Errors that say what is wrong with the function, not with a picture. */
const names: ReadonlySet<string> = new Set(['ModelLoadError', 'ConfigurationError']);

/** What is wrong with an option is said behind its name (`options.models: …`), and that behind who or what met it. */
const aboutOption = /(?:^|: )options[.:]/;

/** Whether an error is about the function, or what it is asked, and would be the same for every picture. */
export const isAboutFunction = ({ name, message }: WireError): boolean =>
  names.has(name) || (name === 'InvalidRequestError' && aboutOption.test(message));

/** The error of a function, without the reference of the picture it met first. */
export const withoutPicture = (
  { name, message }: WireError,
  pictures: readonly Pick<Picture, 'reference'>[],
): Error => {
  for (const { reference } of pictures) {
    const prefix = `${redactReference(reference)}: `;
    // behind the name of the function, where there are several
    if (message.includes(prefix)) return fromWireError({ name, message: message.replace(prefix, () => '') });
  }
  return fromWireError({ name, message });
};

/** Holds failures back that may be the function's own. */
export interface BrokenFunctionGuard {
  add(index: number, answer: Answer): void;
}

/**
 * Tells a function that cannot work at all from one that fails on a picture: a broken model is one failure of the
 * run, and not one of each picture. Errors about the function are held back until a picture has an answer; if a whole
 * range of the batch comes back without one, the function is broken.
 *
 * @param pass is given every other answer, and those held back once it is clear that the function works
 * @param onBroken is called once
 */
export const guardAgainstBrokenFunction = (
  pass: (index: number, answer: Answer) => void,
  onBroken: (error: Error) => void,
): BrokenFunctionGuard => {
  let works = false;
  let checking = false;
  const held: (readonly [number, Answer])[] = [];

  const check = (): void => {
    checking = false;
    const [first] = held;
    if (works || first === undefined) return;
    const [, { picture, outcome }] = first;
    if ('error' in outcome) onBroken(withoutPicture(outcome.error, [picture]));
  };

  return {
    add: (index, answer) => {
      const { outcome } = answer;
      if (!works && 'error' in outcome && isAboutFunction(outcome.error)) {
        held.push([index, answer]);
        // a child's answers come all in one turn: only then is its whole range known
        if (!checking) queueMicrotask(check);
        checking = true;
        return;
      }
      if ('results' in outcome) works = true;
      if (works) for (const [at, kept] of held.splice(0)) pass(at, kept);
      pass(index, answer);
    },
  };
};
