import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';

const createSources = new URL('../../images/sources/create-sources.ts', import.meta.url).href;

/** Which of the foreign packages a fresh process has loaded after running the code. */
const loadedBy = (code: string): readonly string[] => {
  const script = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ resolve: (specifier, context, next) => {
      if (/^(undici|@aws-sdk\\/client-s3|ipaddr\\.js|sharp|file-type)$/.test(specifier)) seen.add(specifier);
      return next(specifier, context);
    } });
    const { createSources } = await import(${JSON.stringify(createSources)});
    const sources = createSources({ allowHttp: true, allowFile: true, allowPrivate: 'none' });
    ${code}
    console.log(JSON.stringify([...seen]));`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  return JSON.parse(printed);
};

suite('a cold start', () => {
  test('loads no foreign library for sources that are not used', () => {
    assert.deepEqual(
      loadedBy(`await sources.fetch({ kind: 'data', mediaType: 'image/png', base64: 'AAAA' });`),
      [],
    );
  });

  test('loads undici at the first web reference, and not the AWS SDK', () => {
    const code = `await sources.fetch({ kind: 'web', url: new URL('http://127.0.0.1/') }).catch(() => {});`;
    assert.deepEqual([...loadedBy(code)].sort(), ['ipaddr.js', 'undici']);
  });
});
