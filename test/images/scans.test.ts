import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import sharp from 'sharp';
import { componentScans } from '../../images/scans.ts';
import { progressiveJpeg } from '../hostile/pictures/progressive-jpeg.ts';

const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#336699' } });

describe('component scans', () => {
  it('of a baseline JPEG are its components', async () => {
    assert.equal(componentScans(await picture.clone().jpeg().toBuffer()), 3);
    assert.equal(componentScans(await picture.clone().toColourspace('b-w').jpeg().toBuffer()), 1);
  });

  it('of a progressive JPEG are a dozen', async () => {
    const scans = componentScans(await picture.clone().jpeg({ progressive: true }).toBuffer());
    assert.ok(scans > 8 && scans < 20, `${scans}`);
  });

  it('are as many as the file asks for', () => {
    assert.equal(componentScans(progressiveJpeg(1024, 500)), 501);
  });

  it('of damaged files end where the damage is', () => {
    const whole = progressiveJpeg(1024, 10);
    for (let length = 0; length < whole.length; length += 7) {
      assert.ok(componentScans(whole.subarray(0, length)) <= 11);
    }
    assert.equal(componentScans(new Uint8Array([0xff, 0xd8, 0xff, 0xda, 0, 0])), 0);
    assert.equal(componentScans(new Uint8Array(1000).fill(0xff)), 0);
  });
});
