import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answer } from '../../cli/output/format.ts';
import { type FormatName, formats } from '../../cli/output/formats.ts';
import { tagsShape } from '../../cli/output/tags.ts';

const tagged = (...tags: readonly (readonly [string, number])[]) => ({
  tags: tags.map(([name, confidence]) => ({ class: name, confidence })),
});

const answerOf = (shown: string, outcome: Answer['outcome']): Answer => ({
  picture: { reference: `file:///in/${encodeURIComponent(shown)}`, shown },
  outcome,
});

const write = async (format: FormatName, answers: readonly Answer[], pathEnd: '\n' | '\0' = '\n') => {
  let written = '';
  const writer = await formats[format]({
    print: (text) => {
      written += text;
    },
    columns: undefined,
    paint: (_, text) => text,
    pathEnd,
    shape: tagsShape('tags', 'colours'),
  });
  for (const answer of answers) writer.write(answer);
  writer.end();
  return written;
};

const answers = [
  answerOf('a b.jpg', { results: tagged(['red, or so', 0.75], ['"blue"', 0.25]) }),
  answerOf('gone.jpg', { error: { name: 'ImageFetchError', message: 'there is\nno such file' } }),
  answerOf('none.jpg', { results: tagged() }),
];

test('CSV has a line for each tag, quoted where it has to be, and the error of a picture that failed', async () => {
  assert.equal(
    await write('csv', answers),
    [
      'picture,model,class,confidence,error',
      'a b.jpg,colours,"red, or so",0.75,',
      'a b.jpg,colours,"""blue""",0.25,',
      'gone.jpg,,,,"ImageFetchError: there is\nno such file"',
      'none.jpg,,,,',
      '',
    ].join('\n'),
  );
});

test('CSV has the error of one of several functions in the lines of what the others said', async () => {
  const results = { labels: tagged(['red', 0.75]) };
  const partial = answerOf('a.jpg', { results, error: { name: 'E', message: 'thumbs: no' } });
  const lines = ['picture,model,class,confidence,error', 'a.jpg,labels,red,0.75,E: thumbs: no', ''];
  assert.equal(await write('csv', [partial]), lines.join('\n'));
});

test('TSV has the same fields, and what would end them escaped', async () => {
  const lines = (await write('tsv', answers)).split('\n');
  assert.equal(lines[1], 'a b.jpg\tcolours\tred, or so\t0.75\t');
  assert.equal(lines[3], 'gone.jpg\t\t\t\tImageFetchError: there is\\nno such file');
  const hard = fc.string({ unit: fc.constantFrom('a', '\t', '\n', '\r', '\\', 'é') });
  await fc.assert(
    fc.asyncProperty(hard, async (name) => {
      const [, line = '', ...rest] = (
        await write('tsv', [answerOf(name, { results: tagged(['x', 1]) })])
      ).split('\n');
      assert.deepEqual(rest, ['']);
      const [field = ''] = line.split('\t');
      const back: Record<string, string> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };
      assert.equal(
        field.replaceAll(/\\(.)/g, (_, letter: string) => back[letter] ?? ''),
        name,
      );
    }),
  );
});

test('JSON is one array of what NDJSON has a line for each, with the plain path beside the URL', async () => {
  const lines = (await write('ndjson', answers))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(JSON.parse(await write('json', answers)), lines);
  assert.deepEqual([lines[0].image, lines[0].path], ['file:///in/a%20b.jpg', 'a b.jpg']);
  assert.deepEqual(JSON.parse(await write('json', [])), []);
});

test('paths are those of pictures with a tag, ended as asked for', async () => {
  assert.equal(await write('paths', answers), 'a b.jpg\n');
  assert.equal(await write('paths', answers, '\0'), 'a b.jpg\0');
});

test('of several models a table shows the best tag of each, CSV all of each', async () => {
  const several = [
    answerOf('a.jpg', { results: { one: tagged(['red', 0.75], ['x', 0.1]), two: tagged(['cat', 1]) } }),
  ];
  assert.match(await write('table', several), /^a\.jpg +one: red +75\.0% +two: cat +100\.0%$/m);
  assert.deepEqual((await write('csv', several)).split('\n').slice(1, 4), [
    'a.jpg,one,red,0.75,',
    'a.jpg,one,x,0.1,',
    'a.jpg,two,cat,1,',
  ]);
});

const scored = (...scores: readonly (readonly [string, number])[]) => ({
  scores: scores.map(([name, score]) => ({ class: name, score })),
});
const vector = Float32Array.of(3, 4);
const embedding = Buffer.from(vector.buffer).toString('base64');

test('scores are shown as numbers, and an embedding by how many it has and its norm', async () => {
  const table = await write('table', [
    answerOf('a.jpg', { results: scored(['quality', 7.345678], ['blur', -0.00001]) }),
  ]);
  assert.match(table, /^a\.jpg +quality +7\.346 +blur +-0\.000$/m);
  for (const given of [embedding, [...vector]]) {
    const said = await write('table', [answerOf('a.jpg', { results: { embedding: given } })]);
    assert.match(said, /^a\.jpg +2 numbers of norm +5$/m);
  }
});

test('CSV has the columns that the first results are of, also behind failures', async () => {
  const [failure] = answers.slice(1);
  assert.ok(failure);
  const scores = [failure, answerOf('a.jpg', { results: scored(['quality', 7.25]) }), failure];
  assert.equal(
    await write('csv', scores),
    [
      'picture,model,class,score,error',
      'gone.jpg,,,,"ImageFetchError: there is\nno such file"',
      'a.jpg,colours,quality,7.25,',
      'gone.jpg,,,,"ImageFetchError: there is\nno such file"',
      '',
    ].join('\n'),
  );
  const both = { one: tagged(['red', 0.75]), two: { embedding: [3, 4] } };
  assert.equal(
    await write('csv', [answerOf('a.jpg', { results: both })]),
    'picture,model,class,confidence,embedding,error\na.jpg,one,red,0.75,,\na.jpg,two,,,"[3,4]",\n',
  );
  assert.match(await write('csv', [failure]), /^picture,model,class,confidence,error\ngone\.jpg,/);
  assert.equal(await write('csv', []), 'picture,model,class,confidence,error\n');
});

test('paths are those of pictures with scores or an embedding, too', async () => {
  const all = [
    answerOf('a.jpg', { results: scored(['quality', 7]) }),
    answerOf('b.jpg', { results: { embedding } }),
  ];
  assert.equal(await write('paths', all), 'a.jpg\nb.jpg\n');
});

test('in reports what is no tag is a line of text', () => {
  const { answers: said } = tagsShape('tags', 'colours');
  assert.deepEqual(said?.(scored(['quality', 7.25], ['blur', 2])), [
    { model: 'colours', tags: [], text: 'quality 7.25, blur 2' },
  ]);
  assert.deepEqual(said?.({ embedding }), [{ model: 'colours', tags: [], text: '2 numbers of norm 5' }]);
});
