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

// Debian's package `chromium`, or what the system has of that kind
const chromiumPath = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find(isExecutable);

/** Why tests in a browser are skipped, if they are. */
export const noBrowser: string | false =
  chromiumPath === undefined && 'no Chromium on the PATH (Debian: apt-get install chromium)';

/**
 * Chromium without a window, with these flags too, to be closed by who opens it. Every name under `.example` leads to this machine, as after DNS rebinding; its own
 * guard of local addresses is off, for other browsers have none.
 */
export const openBrowser = (...args: readonly string[]): Promise<Browser> =>
  chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: [
      '--host-resolver-rules=MAP *.example 127.0.0.1',
      '--disable-features=LocalNetworkAccessChecks',
      '--no-sandbox',
      ...args,
    ],
  });

/** The same, closed at the test's end. */
export const startBrowser = async (t: TestContext): Promise<Browser> => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  return browser;
};
