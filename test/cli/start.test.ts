import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Says on stderr what is imported, a URL a line. */
const tell = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    process.stderr.write(resolved.url + '\\n');
    return resolved;
  },
});`;

test('the command starts without what only its work needs: a schema, the AWS SDK, native modules', async () => {
  const hooks = `data:text/javascript,${encodeURIComponent(tell)}`;
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', hooks, main, '--version']);
  assert.match(stderr, /node_modules\/commander\//);
  const heavy = /node_modules\/(zod|@aws-sdk|@smithy|sharp|onnxruntime-node|undici|aws-cdk-lib|esbuild)\//;
  assert.deepEqual(
    stderr.split('\n').filter((url) => heavy.test(url)),
    [],
  );
});
