import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Chromium as the system has it (Debian's package `chromium`); undefined where it has none. */
export const chromiumPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find(isExecutable);

/**
 * Starts Chromium without a window. Every name under `.example` leads to this machine, as after DNS rebinding; its own
 * guard of local addresses is off, for other browsers have none.
 */
export const startBrowser = async (t: TestContext): Promise<Browser> => {
  const browser = await chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: [
      '--host-resolver-rules=MAP *.example 127.0.0.1',
      '--disable-features=LocalNetworkAccessChecks',
      '--no-sandbox',
    ],
  });
  t.after(() => browser.close());
  return browser;
};
