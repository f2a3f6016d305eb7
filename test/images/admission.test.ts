import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createAdmission, decodeMemory } from '../../images/admission.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that is under way until it is let go. */
const gate = () => Promise.withResolvers<void>();

describe('admission', () => {
  it('lets work in while there is room, and the next one when room is given back', async () => {
    const { admit } = createAdmission(100);
    const [first, second] = [gate(), gate()];
    const seen: string[] = [];
    const enter = (name: string, bytes: number, until: Promise<void>) =>
      admit(bytes, async () => {
        seen.push(name);
        await until;
      });
    const all = [
      enter('a', 60, first.promise),
      enter('b', 60, second.promise),
      enter('c', 30, second.promise),
    ];
    await turn();
    assert.deepEqual(seen, ['a'], 'c is small enough, but b asked before it');
    first.resolve();
    await turn();
    assert.deepEqual(seen, ['a', 'b', 'c']);
    second.resolve();
    await Promise.all(all);
  });

  it('refuses at once what can never fit, saying what there is and what is needed', async () => {
    await assert.rejects(
      createAdmission(2 ** 20).admit(3 * 2 ** 20, async () => {}),
      {
        name: 'ImageTooLargeError',
        message: /at most 1 MiB to decode.*takes 3 MiB/,
      },
    );
  });

  it('gives room back when work fails', async () => {
    const { admit } = createAdmission(10);
    await assert.rejects(
      admit(10, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await admit(10, async () => 'yes'), 'yes');
  });

  it('lets nobody in beside work that wants to be alone', async () => {
    const { admit, alone } = createAdmission(10);
    const open = gate();
    let inside = 0;
    const first = admit(1, async () => {
      inside += 1;
      await open.promise;
      inside -= 1;
    });
    const lonely = alone(async () => inside);
    const later = admit(1, async () => inside);
    open.resolve();
    assert.equal(await lonely, 0);
    await Promise.all([first, later]);
  });

  it('lets go of those who wait when their signal says so, and of nobody else', async () => {
    const { admit } = createAdmission(10);
    const open = gate();
    const stopping = new AbortController();
    const first = admit(10, () => open.promise);
    const waits = admit(10, async () => 'never', stopping.signal);
    const small = admit(1, async () => 'after it');
    stopping.abort(new Error('gone'));
    await assert.rejects(waits, /gone/);
    open.resolve();
    await first;
    assert.equal(await small, 'after it');
  });

  it('never has more under way than there is room for, and everybody gets in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 10 }), { maxLength: 30 }), async (sizes) => {
        const { admit } = createAdmission(10);
        let used = 0;
        const done = await Promise.all(
          sizes.map((bytes) =>
            admit(bytes, async () => {
              used += bytes;
              assert.ok(used <= 10);
              await turn();
              used -= bytes;
              return true;
            }),
          ),
        );
        assert.equal(done.length, sizes.length);
      }),
      { numRuns: 50 },
    );
  });

  it('has half of a function’s memory', () => {
    assert.equal(decodeMemory(1769), Math.floor(1769 * 2 ** 19));
    assert.equal(decodeMemory(undefined), 2 ** 30);
  });
});
