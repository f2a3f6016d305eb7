/**
 * npm 10 takes `node_modules/.bin/node` away again together with the platform packages of other machines, which all
 * have a command of this name; later npm leaves it. JavaScript, because the machine's own Node may be too old for more.
 */
import { existsSync, linkSync } from 'node:fs';

const modules = new URL('../../node_modules/', import.meta.url);
const isWindows = process.platform === 'win32';
const executable = isWindows ? 'node.exe' : 'node';
const platformPackage = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
const installed = new URL(`${platformPackage}/bin/${executable}`, modules);
const linked = new URL(`.bin/${executable}`, modules);

// where there is no package for the platform (macOS), the machine's own Node runs the project
if (existsSync(installed) && !existsSync(linked) && !existsSync(new URL('.bin/node', modules))) {
  linkSync(installed, linked);
}
