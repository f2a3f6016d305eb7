import { spawnSync } from 'node:child_process';

/** Debian's interpreter, for which its package python3-pil is. */
const PYTHON = '/usr/bin/python3';

/** Runs a script with Pillow; its standard output. */
export const runPillow = (script: URL, args: readonly string[], input = ''): string => {
  const { status, stdout, stderr } = spawnSync(PYTHON, [script.pathname, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${script.pathname}: expected status 0, received ${status}: ${stderr}`);
  return stdout;
};

const installed = spawnSync(PYTHON, ['-c', 'from PIL import ImageCms']).status === 0;

/** For a test that needs Pillow: its options. */
export const needsPillow = {
  skip: installed ? false : `expected Pillow for ${PYTHON} (Debian: python3-pil), found none`,
} as const;
