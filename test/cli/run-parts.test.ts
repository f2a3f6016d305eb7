import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { type ClassifyArguments, demonstrationNote } from '../../cli/classify/run.ts';
import { exitCodes } from '../../cli/command.ts';
import { readOptions } from '../../cli/options.ts';
import type { Answer } from '../../cli/output/format.ts';
import { guardAgainstBrokenFunction, withoutPicture } from '../../cli/run/broken-function.ts';
import { chooseShape, demonstrationShape } from '../../cli/run/shape.ts';
import { shellWord } from '../../cli/shell-word.ts';
import { onStopSignal } from '../../cli/signals.ts';
import type { Terminal } from '../../cli/terminal.ts';

const answer = (name: string | undefined): Answer => {
  const picture = { reference: 'file:///a.jpg', shown: 'a.jpg' };
  if (name === undefined) return { picture, outcome: { results: { tags: [] } } };
  return { picture, outcome: { error: { name, message: 'file:///a.jpg: it is broken' } } };
};

/** Feeds pieces of a batch, each in one turn as a child's reply is. */
const feed = async (pieces: readonly (readonly (string | undefined)[])[]) => {
  const passed: number[] = [];
  const broken: string[] = [];
  const guard = guardAgainstBrokenFunction(
    (index) => passed.push(index),
    (error) => broken.push(`${error.name}: ${error.message}`),
  );
  let index = 0;
  for (const piece of pieces) {
    for (const name of piece) guard.add(index++, answer(name));
    await Promise.resolve();
  }
  return { passed, broken };
};

test('an option that is given twice is refused, for one of its values would be lost', () => {
  assert.deepEqual(readOptions(['size=75', 'name=a=b']), { size: 75, name: 'a=b' });
  assert.throws(() => readOptions(['labels=classify', 'labels=thumbnail']), {
    name: 'InvalidRequestError',
    message: '--option: expected each name once, received "labels" twice',
  });
});

test('a piece in which the model failed on every picture means that the model is broken', async () => {
  const { passed, broken } = await feed([['ModelLoadError', 'ModelLoadError']]);
  assert.deepEqual(passed, []);
  assert.deepEqual(broken, ['ModelLoadError: it is broken']);
});

test('a model that failed on one picture and answered another is not broken', async () => {
  const { passed, broken } = await feed([['ModelLoadError', undefined], ['ModelLoadError']]);
  assert.deepEqual(passed, [0, 1, 2]);
  assert.deepEqual(broken, []);
});

test('options that no picture can be answered with are told once, whichever function they are of', async () => {
  const reference = 'file:///a.jpg';
  const outcome = (message: string) => ({ error: { name: 'InvalidRequestError', message } });
  for (const [message, told] of [
    ['options.topK: expected less', 'options.topK: expected less'],
    ['labels: options: unknown top', 'labels: options: unknown top'],
    [`labels: ${reference}: options.models: expected one`, 'labels: options.models: expected one'],
  ] as const) {
    const [passed, broken]: [number[], Error[]] = [[], []];
    const guard = guardAgainstBrokenFunction(
      (index) => passed.push(index),
      (error) => broken.push(error),
    );
    const picture = { reference, shown: 'a.jpg' };
    for (const index of [0, 1]) guard.add(index, { picture, outcome: outcome(message) });
    await Promise.resolve();
    assert.deepEqual([passed, broken.length], [[], 1]);
    for (const error of broken) assert.equal(withoutPicture(error, [picture]).message, told);
  }
});

test('a request that is wrong in a picture says nothing about the others', async () => {
  const { passed, broken } = await feed([['InvalidRequestError']]);
  assert.deepEqual([passed, broken], [[0], []]);
});

test('failures of pictures say nothing about the model', async () => {
  const { passed, broken } = await feed([['ImageFetchError'], ['ImageDecodeError']]);
  assert.deepEqual(passed, [0, 1]);
  assert.deepEqual(broken, []);
});

test('without flags the shape suits the machine; without inputs it makes a tree of the sample pictures', () => {
  assert.deepEqual(chooseShape({ inputs: ['x'] }, 6), { maxWork: 8, parallel: 10, slots: 6, concurrency: 6 });
  assert.deepEqual(chooseShape({ inputs: [] }, 6), demonstrationShape);
  assert.deepEqual(chooseShape({ inputs: ['x'], concurrency: 3 }, 6).slots, 3);
  assert.deepEqual(chooseShape({ inputs: ['x'], concurrency: 3, slots: 9 }, 6).slots, 9);
  assert.deepEqual(chooseShape({ inputs: [], maxWork: 5 }, 6), { ...demonstrationShape, maxWork: 5 });
});

test('the command that is the same as the demonstration keeps the flags that were given', () => {
  const args: ClassifyArguments = {
    ...{ inputs: [], model: ['./my model'], format: 'ndjson', onError: 'raise', exclude: [] },
    ...{
      bundle: false,
      http: false,
      verbose: false,
      follow: false,
      watch: false,
      null: false,
      quiet: false,
      dryRun: false,
    },
  };
  assert.match(
    demonstrationNote('examples/pictures', args, demonstrationShape),
    /droste classify examples\/pictures --max-work 2 .* --model '.\/my model' --on-error raise --format ndjson$/m,
  );
});

test('a word is quoted for the shell where it has to be', () => {
  assert.deepEqual(['a/b-c.jpg', "it's", '', '$x', 7].map(shellWord), [
    'a/b-c.jpg',
    "'it'\\''s'",
    "''",
    "'$x'",
    '7',
  ]);
});

const fakeTerminal = () => {
  const exits: unknown[] = [];
  const events = new EventEmitter();
  const terminal = Object.assign(events, { exit: (code: unknown) => exits.push(code) });
  return { terminal: terminal as unknown as Terminal, events, exits };
};

test('the first signal is handed on, the second ends the process at once', () => {
  const { terminal, events, exits } = fakeTerminal();
  const first: string[] = [];
  let nowMs = 0;
  onStopSignal(
    terminal,
    (signal) => first.push(signal),
    () => nowMs,
  );
  events.emit('SIGINT', 'SIGINT');
  assert.deepEqual([first, exits], [['SIGINT'], []]);
  nowMs = 1000;
  events.emit('SIGTERM', 'SIGTERM');
  assert.deepEqual([first, exits], [['SIGINT'], [exitCodes.SIGTERM]]);
});

test('one Ctrl-C that comes twice, by the terminal and by npm, is one', () => {
  const { terminal, events, exits } = fakeTerminal();
  const first: string[] = [];
  let nowMs = 0;
  const forget = onStopSignal(
    terminal,
    (signal) => first.push(signal),
    () => nowMs,
  );
  events.emit('SIGINT', 'SIGINT');
  nowMs = 5;
  events.emit('SIGINT', 'SIGINT');
  assert.deepEqual([first, exits], [['SIGINT'], []]);
  forget();
  assert.equal(events.listenerCount('SIGINT') + events.listenerCount('SIGTERM'), 0);
});
