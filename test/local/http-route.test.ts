import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRoutes, type HttpRoute } from '../../local/http-route.ts';

const route = (method: string, path: string): HttpRoute => ({ method, path, functionName: 'fn' });

const match = compileRoutes([
  route('ANY', '$default'),
  route('ANY', '/images/{proxy+}'),
  route('GET', '/images/{id}'),
  route('ANY', '/images/{id}'),
  route('GET', '/images/new'),
  route('GET', '/a.b'),
]);

for (const [method, path, routeKey, parameters] of [
  ['GET', '/images/new', 'GET /images/new', {}],
  ['GET', '/images/a%20b', 'GET /images/{id}', { id: 'a b' }],
  ['PUT', '/images/7', 'ANY /images/{id}', { id: '7' }],
  ['GET', '/images/7/thumbs/2', 'ANY /images/{proxy+}', { proxy: '7/thumbs/2' }],
  ['GET', '/a.b', 'GET /a.b', {}],
  ['GET', '/axb', '$default', {}],
  ['DELETE', '/', '$default', {}],
] as const) {
  test(`${method} ${path} goes to ${routeKey}`, () => {
    const found = match(method, path);
    assert.equal(found?.routeKey, routeKey);
    assert.deepEqual(found?.parameters, parameters);
  });
}

test('without a default, what no route matches has none', () => {
  assert.equal(compileRoutes([route('GET', '/a')])('POST', '/a'), undefined);
});

test('a path without its slash is refused', () => {
  assert.throws(() => compileRoutes([route('GET', 'a')]), {
    name: 'InvalidRequestError',
    message: /begin with \/ or to be \$default, received "a"/,
  });
});
