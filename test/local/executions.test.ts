import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { openExecutions } from '../../local/executions.ts';

test('an execution is started once: again while it runs is no second one, and after its end is refused', async () => {
  const open = Promise.withResolvers<void>();
  const events = new EventTarget();
  let starts = 0;
  const executions = openExecutions({
    machines: {
      jobs: () => {
        starts += 1;
        return open.promise;
      },
    },
    invoke: () => assert.fail('it calls nothing'),
    observe: ({ kind }) => void events.dispatchEvent(new Event(kind)),
  });
  assert.equal(executions.start('jobs', 'a', { id: 1 }), true);
  assert.equal(executions.start('jobs', 'a', { id: 1 }), true);
  assert.equal(executions.start('jobs', 'a', { id: 2 }), false, 'another input');
  const ended = once(events, 'execution ended');
  open.resolve();
  await ended;
  assert.equal(executions.start('jobs', 'a', { id: 1 }), false);
  assert.equal(starts, 1);
  executions.close();
});
