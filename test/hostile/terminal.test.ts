import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { suite, test } from 'node:test';
import { paintFor } from '../../cli/output/paint.ts';
import { harmlessOutput } from '../../cli/terminal.ts';
import { droste } from '../cli/support/droste.ts';

const ESC = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(7);

const attacks: readonly (readonly [string, string])[] = [
  ['clears the screen', `${ESC}[2J${ESC}[H`],
  ['changes the title', `${ESC}]0;owned${BELL}`],
  ['writes to the clipboard', `${ESC}]52;c;ZWNobyBvd25lZA==${BELL}`],
  ['asks the terminal to answer', `${ESC}[6n`],
  ['is a link to somewhere else', `${ESC}]8;;https://example.com${ESC}\\`],
  ['uses the one-byte introducer', `${String.fromCharCode(0x9b)}2J`],
  ['hides what follows', `${ESC}[8m`],
  ['writes over its line', 'harmless\r'],
  ['turns the direction of writing', `${String.fromCodePoint(0x202e)}gpj.exe`],
];

/** What comes to a device of what is printed. */
const printed = (text: string): string => {
  const device = new PassThrough();
  harmlessOutput(device).write(text);
  return device.read()?.toString() ?? '';
};

suite('text of others that is printed', () => {
  for (const [what, attack] of attacks) {
    test(`commands no terminal: what ${what}`, () => {
      const text = printed(`licence: ${attack}\n`);
      assert.match(text, /^licence: .*\uFFFD.*\n$/su);
      assert.doesNotMatch(text, /[^\P{Cc}\n]|[\u{202a}-\u{202e}\u{2066}-\u{2069}]/u);
    });
  }

  test('keeps its tabs, its line ends, and the colours that we give it', () => {
    const paint = paintFor({ isTTY: true }, {});
    for (const format of ['bold', 'red', 'yellow', 'green'] as const) {
      const text = `a\t${paint(format, 'b')}\n`;
      assert.equal(printed(text), text);
    }
  });
});

test('the name of a file reaches stderr without its escape sequences', async () => {
  const { stderr } = await droste(['classify', `no such${ESC}[2J${ESC}]0;owned${BELL}.jpg`]);
  assert.match(stderr, /no such.*owned.*\.jpg/s);
  assert.doesNotMatch(stderr, /[^\P{Cc}\n\t]/u);
});
